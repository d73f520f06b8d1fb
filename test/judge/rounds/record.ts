/**
 * Records from the simulator anew: the healthy rounds, and what differs in each case with a `fault`. What is expected of a
 * case stays as it is. `node test/judge/rounds/record.ts`
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Document, isCollection, type Node, parse, parseDocument, visit } from 'yaml';
import { parseConfig } from '../../../src/config/config.ts';
import type { Deployment } from '../../../src/model/deployment.ts';
import type { Round } from '../../../src/model/report.ts';
import { look } from '../../../src/pipeline.ts';
import { createGate } from '../../../src/schedule/gate.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import {
  type Case,
  caseFiles,
  casesIn,
  type Data,
  type DataMap,
  folder,
  isDataMap,
  withoutConversation,
} from './saved.ts';

type Readings = Record<string, Record<string, Data>>;
type RecordedBase = 'external' | 'dmz' | 'internal';

const network = 252;
const trustFile = '/trust.pem';
const secretFiles = { password: '/password', certificate: '/client.pem', key: '/client.key' };
const pemFolder = join(folder, 'certificates');
const names = new Map<string, string>();

const simulator = await startSimulator({ network });
const at = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
try {
  for (const file of readdirSync(pemFolder)) rmSync(join(pemFolder, file));
  nameCertificates(simulator.trust, 'root');
  nameCertificates(simulator.client.cert, 'client');
  const healthy = {} as Record<RecordedBase, Readings>;
  for (const base of ['external', 'dmz', 'internal'] as const) {
    healthy[base] = readingsOf(await lookFrom(base), base, '');
    const config = withoutFiles(configOf(simulator, base));
    writeYaml(join('healthy', `${base}.yaml`), { at, config, readings: healthy[base] });
  }
  const told = parseDocument(readFileSync(join(folder, 'healthy', 'files.yaml'), 'utf8'));
  told.set('at', at);
  writeText(join('healthy', 'files.yaml'), told);
  for (const file of caseFiles) {
    const document = parseDocument(readFileSync(join(folder, 'cases', file), 'utf8'));
    for (const [i, one] of casesIn(file).entries()) {
      if (one.fault === undefined) continue;
      document.setIn([i], inLines(document.createNode(await recorded(one, one.fault))));
    }
    writeText(join('cases', file), document);
  }

  async function recorded(one: Case, fault: string): Promise<Case> {
    const base = one.from as RecordedBase;
    await simulator.set(fault, true);
    const seen = readingsOf(await lookFrom(base), base, `${fault}-`);
    await simulator.set(fault, false);
    const { like: _, readings: __, instead: ___, status, causes, ...rest } = one;
    return { ...rest, ...differenceOf(healthy[base], seen), status, causes };
  }
} finally {
  await simulator.stop();
}

function lookFrom(base: RecordedBase): Promise<Round> {
  const text = new Document({ deployments: [configOf(simulator, base)] }).toString();
  const files = new Map([
    [trustFile, simulator.trust],
    [secretFiles.password, simulator.user.password],
    [secretFiles.certificate, simulator.client.cert],
    [secretFiles.key, simulator.client.key],
  ]);
  const config = parseConfig(text, `${base}.yaml`, path => files.get(path) ?? '');
  const deployment: Deployment = { ...config.deployments[0]!, timeoutMs: 1_000 };
  return look(deployment, createGate({ concurrent: 16, perHost: 8 }), new AbortController().signal);
}

/** The deployment of the simulator as one entry of a configuration. */
function configOf(of: Simulator, base: RecordedBase): DataMap {
  const read = (vantage: 'external' | 'internal') => {
    const { deployments, ...file } = parse(of.yaml(vantage, trustFile, secretFiles));
    return { ...deployments[0], ...file };
  };
  if (base !== 'dmz') return { ...read(base), name: 'example' };
  const { test_user: _, ...outside } = read('external');
  const { nodes } = read('internal');
  const subnets: Record<string, number> = {
    expressway_c: 2,
    unified_cm: 3,
    im_presence: 3,
    unity_connection: 3,
  };
  const hosts: Record<string, number> = { expc1: 11, expc2: 12, cucm1: 11, cucm2: 12, imp1: 21, cuc1: 31 };
  const inside = Object.entries(subnets).map(([role, subnet]) => [
    role,
    nodes[role].map((name: string) => ({
      name,
      address: `127.${network}.${subnet}.${hosts[name.split('.')[0]!]}`,
    })),
  ]);
  return {
    ...{ ...outside, name: 'example', vantage: 'dmz' },
    nodes: { ...outside.nodes, ...Object.fromEntries(inside) },
  };
}

/** Paths as they are in the folder, and nothing secret. */
function withoutFiles(config: DataMap): DataMap {
  const { test_user, client_certificate, ...open } = tidy(config, '') as DataMap;
  return {
    ...open,
    ...(test_user && { test_user: { name: 'testuser' } }),
    ...(client_certificate && { client_certificate: { certificate: 'client' } }),
  };
}

/** What was seen, with nothing in it that would differ the next time. */
function readingsOf(round: Round, base: RecordedBase, mark: string): Readings {
  const closed = new Set(
    round.subjects.flatMap(one => (one.kind === 'service' && one.expected === 'closed' ? [one.id] : [])),
  );
  const all: Readings = {};
  for (const observation of round.observations) {
    const { kind, topic } = observation;
    const subject = tidy(observation.subject.slice(round.deployment.name.length + 1), mark) as string;
    if (subject.includes('/-/')) continue;
    all[subject] ??= {};
    if (observation.state === 'skipped' && kind === 'login' && !observation.because.kind)
      all[subject][kind] = { skipped: observation.why };
    if (observation.state === 'not-applicable') all[subject][kind] = { notApplicable: observation.why };
    if (observation.state !== 'observed') continue;
    const reading = tidy(observation.reading as unknown as Data, mark) as DataMap;
    if (kind === 'dns') {
      all[subject][`dns:${topic}`] = shortAnswer(reading);
    } else if (kind === 'tcp') {
      // The inner firewall, which the simulator does not have.
      const isDropped = base === 'dmz' && closed.has(observation.subject);
      all[subject][kind] = isDropped ? 'filtered' : reading.state!;
    } else all[subject][kind] = steady(kind, reading);
  }
  for (const needs of Object.values(all))
    for (const kind of Object.keys(needs)) if (withoutConversation(kind, needs)) delete needs[kind];
  return all;
}

/** How often something had to be asked until the answer came is chance. */
function steady(kind: string, reading: DataMap): DataMap {
  if (reading.failure !== undefined) return reading;
  if (kind === 'ntp') return { ...reading, requests: 4, samples: Array(4).fill({ offsetMs: 1, delayMs: 2 }) };
  return {
    ...reading,
    ...(reading.requests !== undefined && { requests: 1 }),
    ...(reading.sent !== undefined && { sent: 1 }),
  };
}

/** As short as it is read: an outcome, or the records without what is asked for anyway. */
function shortAnswer(reading: DataMap): Data {
  const {
    resolver: _,
    name: asked,
    type: __,
    rcode: ___,
    rttMs: ____,
    truncated,
    transport,
    ...said
  } = reading;
  const records = (said.records as readonly DataMap[]).map(({ name, ttl: _____, ...record }) => ({
    ...(name !== asked && { name: name! }),
    ...record,
  }));
  if (truncated !== true && said.outcome === 'answer') return records;
  const { outcome, records: ______, ...more } = said;
  if (truncated !== true && Object.keys(more).length === 0) return outcome!;
  return {
    ...{ ...more, outcome: outcome! },
    ...(truncated === true && { truncated, transport: transport! }),
    ...(records.length > 0 && { records }),
  };
}

/** Documentation and private addresses, standard ports, the same times and identifiers always, certificates by name. */
function tidy(data: Data, mark: string, key = ''): Data {
  if (Array.isArray(data))
    return isDeepStrictEqual(data, [trustFile]) ? ['root', 'root-2'] : data.map(one => tidy(one, mark, key));
  if (isDataMap(data)) {
    if (typeof data.der === 'string') return { pem: nameOf(data.der, data.commonName, mark) };
    const same = key === 'local' ? { ...data, port: 50_000 } : data;
    return Object.fromEntries(
      Object.entries(same).map(([name, value]) => [tidyText(name), tidy(value, mark, name)]),
    );
  }
  if (typeof data === 'number') {
    if (data === 1123) return 123;
    if (key === 'clockDifferenceMs') return Math.abs(data) < 2_000 ? 0 : Math.round(data / 1_000) * 1_000;
    return key.endsWith('Ms') ? tidyMs(key) : data;
  }
  if (typeof data !== 'string') return data;
  if (key === 'date') return new Date(at).toUTCString();
  if (key === 'expires' && data.includes('GMT')) return new Date(Date.parse(at) + 28_800_000).toUTCString();
  return key === 'id' ? 'CB98F6BCDB3B' : tidyText(data);
}

function tidyMs(key: string): number {
  const known: Record<string, number> = { clockUncertaintyMs: 512, offsetMs: 1, delayMs: 2, errorMs: 17 };
  return known[key] ?? 20;
}

function tidyText(text: string): string {
  return text
    .replaceAll(`127.${network}.0.`, '203.0.113.')
    .replace(/127\.252\.([123])\./g, '10.0.$1.')
    .replace(/(\d+)\.([123])\.252\.127\.in-addr/g, '$1.$2.0.10.in-addr')
    .replace(/(\d+)\.0\.252\.127\.in-addr/g, '$1.113.0.203.in-addr')
    .replace(/\b127\.0\.0\.1\b/g, '192.0.2.1')
    .replace(/:5300\b/, '')
    .replace(/([:/])1123\b/, '$1123');
}

/** The name of a certificate, whose PEM is kept beside. */
function nameOf(der: string, commonName: Data | undefined, mark: string): string {
  const known = names.get(der);
  if (known !== undefined) return known;
  const [label] = typeof commonName === 'string' ? commonName.replace('*', 'any').split('.') : ['nameless'];
  const plain =
    mark +
    label!
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
  const taken = new Set(names.values());
  let name = plain;
  for (let n = 2; taken.has(name); n += 1) name = `${plain}-${n}`;
  names.set(der, name);
  const lines = der.match(/.{1,64}/g)!.join('\n');
  writeFileSync(
    join(pemFolder, `${name}.pem`),
    `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  );
  return name;
}

function nameCertificates(pem: string, label: string): void {
  for (const [, body] of pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----/g))
    nameOf(body!.replace(/\s/g, ''), label, '');
}

/** What has to be put into the healthy readings to get those that were seen. */
function differenceOf(before: Readings, after: Readings): Pick<Case, 'like' | 'readings' | 'instead'> {
  const like: Record<string, string> = {};
  const readings: Readings = {};
  const instead: Readings = {};
  for (const [subject, needs] of Object.entries(after)) {
    const model = before[subject] ? subject : modelOf(subject, before);
    if (model !== undefined && model !== subject) like[allPorts(subject)] = allPorts(model);
    const known = model === undefined ? {} : before[model]!;
    const fails = (layer: string) => {
      const data = needs[layer];
      return layer === 'tcp' ? data !== 'open' : isDataMap(data) && data.failure !== undefined;
    };
    const isOver = ['tcp', 'tls'].some(layer => needs[layer] !== undefined && fails(layer));
    for (const need of Object.keys(known))
      if (needs[need] === undefined && !isOver) put(readings, subject, need, null);
    for (const [need, reading] of Object.entries(needs)) {
      const old = known[need];
      if (isDeepStrictEqual(old, reading) || (old === undefined && reading === 'nxdomain')) continue;
      if (isDataMap(old) && isDataMap(reading) && !reading.failure && !reading.skipped)
        put(readings, subject, need, patchOf(old, reading));
      else put(isDataMap(reading) && old !== undefined ? instead : readings, subject, need, reading);
    }
  }
  return Object.fromEntries(
    Object.entries({ like, readings, instead }).filter(([, all]) => Object.keys(all).length > 0),
  );
}

/** A healthy subject that is much the same: the same port of this host, or of any. */
function modelOf(subject: string, before: Readings): string | undefined {
  const [kind, host, , port] = subject.split('/');
  const candidates = Object.keys(before).filter(
    one => kind === 'service' && one.startsWith('service/exp') && one.endsWith(`/${port}`),
  );
  return candidates.find(one => one.split('/')[1] === host) ?? candidates[0];
}

function allPorts(service: string): string {
  return service.replace(/[^/]+$/, '*');
}

function put(all: Readings, subject: string, need: string, data: Data): void {
  all[subject] ??= {};
  all[subject][need] = data;
}

function patchOf(old: Data, now: Data): Data {
  if (!isDataMap(old) || !isDataMap(now) || 'pem' in old || 'pem' in now) return now;
  const patch: Record<string, Data> = {};
  for (const key of Object.keys(old)) if (now[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(now)) {
    const was = old[key];
    if (!isDeepStrictEqual(was, value)) patch[key] = was === undefined ? value : patchOf(was, value);
  }
  return patch;
}

function writeYaml(path: string, data: Data): void {
  const document = new Document(data, { aliasDuplicateObjects: false });
  inLines(document.contents);
  writeText(path, document);
}

/** What fits into a line stands in one. */
function inLines(root: Node | null): Node | null {
  visit(root, {
    Collection(_, node) {
      if (isCollection(node) && node !== root && JSON.stringify(node).length < 90) node.flow = true;
    },
  });
  return root;
}

function writeText(path: string, document: Document): void {
  if (document.errors.length > 0) throw document.errors[0];
  const text = document.toString({ lineWidth: 120, flowCollectionPadding: true });
  writeFileSync(join(folder, path), text.replace(/\n+(?=- name: )/g, '\n\n'));
}
