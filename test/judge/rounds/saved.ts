import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type DnsOptions, type ProbeId, probes } from '../../../probes/index.ts';
import { parseConfig } from '../../../src/config/config.ts';
import type { Deployment } from '../../../src/model/deployment.ts';
import { type Failure, ProberFault } from '../../../src/model/failure.ts';
import type { Reading } from '../../../src/model/observation.ts';
import type { Round } from '../../../src/model/report.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { answersIn, type Sight, toRound } from '../../../src/pipeline.ts';
import { type PlannedStep, plan } from '../../../src/plan/plan.ts';
import { runStep, type StepResult } from '../../../src/probe/run.ts';
import { readCertificate } from '../../../src/x509/certificate.ts';

/** What a YAML file may hold. */
export type Data = string | number | boolean | null | readonly Data[] | DataMap;
export type DataMap = { readonly [key: string]: Data };

/** Readings by subject (its id without the name of the deployment) and need (`tcp`, `dns:public:address/a`). */
export type SavedReadings = Readonly<Record<string, Readonly<Record<string, Data>>>>;

/** A deployment without a fault, as one vantage sees it. */
export type HealthyRound = {
  readonly at: string;
  /** The deployment as in a configuration file; secrets without their files. */
  readonly config: DataMap;
  /** Set when nobody looked on the wire: what files told about. */
  readonly subjects?: readonly Subject[];
  readonly readings: SavedReadings;
};

/** What differs from a healthy round. */
export type Difference = {
  readonly from: Base;
  /** Keys of the deployment: merged; null takes one out. */
  readonly config?: DataMap;
  /** What is seen at a subject just as at another one of the healthy round; `*` stands for the rest. */
  readonly like?: Readonly<Record<string, string>>;
  /** Merged into what the healthy round holds, `*` in a subject standing for anything; null takes a key out. */
  readonly readings?: SavedReadings;
  /** Stands for the whole reading. */
  readonly instead?: SavedReadings;
};

/** One saved round with everything that must be told about it. */
export type Case = Difference & {
  readonly name: string;
  /** How a real deployment comes to show this, where the name does not say it. */
  readonly why?: string;
  /** The fault of the simulator that it was recorded from. */
  readonly fault?: string;
  /** The same deployment as other places see it, judged together with this. */
  readonly beside?: readonly Difference[];
  readonly status: string;
  readonly causes: readonly ExpectedCause[];
};

/** Findings as `severity CODE subject`. */
export type ExpectedCause = { readonly told: readonly string[]; readonly explains?: readonly string[] };

export const bases = ['external', 'dmz', 'internal', 'files'] as const;
export type Base = (typeof bases)[number];

export const folder = import.meta.dirname;
const yaml = (...path: readonly string[]) =>
  parse(readFileSync(join(folder, ...path), 'utf8'), { merge: true });

/** The healthy round of every vantage. */
const healthyRounds = Object.fromEntries(
  bases.map(base => [base, yaml('healthy', `${base}.yaml`)]),
) as Record<Base, HealthyRound>;

/** The files that hold cases. */
export const caseFiles = readdirSync(join(folder, 'cases')).sort();

/** The cases of one file. */
export function casesIn(file: string): readonly Case[] {
  return yaml('cases', file);
}

/** What `change` says put into `base`, as in RFC 7396; a certificate is never merged with another one. */
function merge(base: Data | undefined, change: Data): Data {
  if (!isDataMap(change) || 'pem' in change) return change;
  const merged: Record<string, Data> = isDataMap(base) && !('pem' in base) ? { ...base } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

export function isDataMap(data: Data | undefined): data is DataMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** The readings of a healthy round with a difference in them. */
function changed(
  readings: SavedReadings,
  { like = {}, readings: merged = {}, instead = {} }: Omit<Difference, 'from'>,
): SavedReadings {
  const all: Record<string, Record<string, Data>> = {};
  for (const [subject, needs] of Object.entries(readings)) all[subject] = { ...needs };
  for (const [subject, model] of Object.entries(like)) {
    const [own, other] = [subject, model].map(text => text.replace('*', '')) as [string, string];
    for (const [known, needs] of Object.entries(readings))
      if (matches(model, known)) all[own + known.slice(other.length)] = { ...needs };
  }
  const apply = (changes: SavedReadings, put: (before: Data | undefined, value: Data) => Data) => {
    for (const [pattern, needs] of Object.entries(changes)) {
      const subjects = pattern.includes('*')
        ? Object.keys(all).filter(one => matches(pattern, one))
        : [pattern];
      if (subjects.length === 0) throw new Error(`${pattern} is no subject of the round`);
      for (const subject of subjects) {
        all[subject] ??= {};
        for (const [need, value] of Object.entries(needs)) {
          // What is said of many hosts or ports is not said of what has no such layer.
          if (pattern.includes('*') && need === 'tcp' && isDataMap(all[subject].tcp)) continue;
          if (value === null) delete all[subject][need];
          else all[subject][need] = put(all[subject][need], value);
        }
      }
    }
  };
  apply(merged, merge);
  apply(instead, (_, value) => value);
  return all;
}

function matches(pattern: string, subject: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.()[\]{}+?^$|\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(subject);
}

/** A round in which just this is seen: planned and run as always, the probes giving what is saved. */
export async function replay(difference: Difference): Promise<Round> {
  const use = healthyRounds[difference.from];
  const deployment = toDeployment(merge(use.config, difference.config ?? {}) as DataMap);
  const readings = changed(use.readings, difference);
  const startedMs = Date.parse(use.at);
  if (use.subjects) return fromFiles(deployment, use, readings);
  const sight: Sight = {
    ...{ deployment, startedMs },
    plan: plan(deployment, new Map(), 'once'),
    results: new Map<string, StepResult>(),
  };
  for (let fresh = sight.plan.steps; fresh.length > 0; ) {
    for (const step of fresh) {
      const probe = playback(step, readings);
      const { observations, ...result } = await runStep<unknown>(
        probe.skipped === undefined ? step : { ...step, blocked: { by: step.id, why: probe.skipped } },
        probe,
        new AbortController().signal,
      );
      const seen = observations.filter(one => !('bug' in one && one.bug?.includes(nothingSaved)));
      sight.results.set(step.id, {
        ...{ ...result, at: use.at },
        observations: seen.map(observation => ({ ...observation, at: use.at })),
      });
    }
    sight.plan = plan(deployment, answersIn(sight.results), 'once');
    fresh = sight.plan.steps.filter(step => !sight.results.has(step.id));
  }
  return { ...toRound(sight), durationMs: 1 };
}

function fromFiles(
  deployment: Deployment,
  { at, subjects = [] }: HealthyRound,
  readings: SavedReadings,
): Round {
  const idOf = (subject: string) => `${deployment.name}/${subject}`;
  return {
    ...{ schema: 1, version: 'saved', deployment, at, durationMs: 0, steps: [] },
    subjects: subjects.filter(
      ({ id }) => id === deployment.name || readings[id.slice(deployment.name.length + 1)],
    ),
    observations: Object.entries(readings).flatMap(([subject, needs]) =>
      Object.entries(needs).map(([kind, reading]) => ({
        ...{ step: 'files', at, state: 'observed' as const, subject: idOf(subject), kind },
        reading: resolve(reading) as Reading,
      })),
    ),
  };
}

/** The probe of a step, giving what is saved. A name that nobody put into DNS does not exist. */
function playback(step: PlannedStep, readings: SavedReadings) {
  const { yields } = probes[step.probe as ProbeId];
  const saved = readings[step.subject.id.slice(step.subject.deployment.length + 1)] ?? {};
  const run = async () => {
    if (step.probe === 'dns') {
      const said = saved[`dns:${step.topic}@${step.options.resolver}`] ?? saved[`dns:${step.topic}`];
      return { dns: given(dnsReading(step.options, said ?? 'nxdomain')) };
    }
    const layers: Record<string, Reading> = {};
    for (const kind of yields) {
      const data = withoutConversation(kind, saved) ?? saved[kind];
      if (data === undefined) continue;
      layers[kind] = given(kind === 'tcp' ? tcpReading(step.options as Target, data) : data);
      if ((kind === 'tcp' || (kind === 'tls' && step.probe !== 'xmpp')) && layers[kind].failure) break;
    }
    if (Object.keys(layers).length === 0) throw new Error(nothingSaved);
    return layers;
  };
  const [first] = yields.map(kind => saved[kind]);
  const skipped = isDataMap(first) && typeof first.skipped === 'string' ? first.skipped : undefined;
  return { yields, run, skipped };
}

const nothingSaved = 'nothing is saved for this step';

/** What a look of several conversations gives where already the ordinary one fails. */
export function withoutConversation(kind: string, saved: Readonly<Record<string, Data>>): Data | undefined {
  if (!['survey', 'mutual', 'uds', 'login'].includes(kind)) return undefined;
  const layers = kind === 'survey' || kind === 'mutual' ? [] : [saved.tls, saved.http];
  const failures = layers.map(layer => (isDataMap(layer) ? layer.failure : undefined));
  const failure = tcpFailure(saved.tcp) ?? failures.find(one => one !== undefined);
  if (failure === undefined) return undefined;
  return kind === 'survey'
    ? { serverName: '', accepted: [], refused: [], withoutCertificate: {}, failure }
    : { failure };
}

type Target = { readonly address: string; readonly port: number };

const tcpFailures: Readonly<Record<string, DataMap>> = {
  refused: { stage: 'connect', reason: 'refused', blame: 'target', code: 'ECONNREFUSED' },
  filtered: { stage: 'connect', reason: 'timeout', blame: 'path' },
  unreachable: { stage: 'connect', reason: 'host-unreachable', blame: 'path', code: 'EHOSTUNREACH' },
  reset: { stage: 'connect', reason: 'reset', blame: 'target', code: 'ECONNRESET' },
};

function tcpFailure(tcp: Data | undefined): Data | undefined {
  return isDataMap(tcp) ? tcp.failure : tcpFailures[`${tcp}`];
}

/** `open`, or how a connection failed; or what is otherwise about one that stands. */
function tcpReading({ address, port }: Target, said: Data): Data {
  if (isDataMap(said) && ('notApplicable' in said || 'fault' in said)) return said;
  const state = typeof said === 'string' ? said : 'open';
  const failure = tcpFailures[state];
  const seen = { address, port, state, ...(failure ? { failure } : { connectMs: 20 }) };
  return isDataMap(said) ? { ...seen, ...said } : seen;
}

const dnsFailures: Readonly<Record<string, string>> = {
  servfail: 'servfail',
  refused: 'query-refused',
  timeout: 'timeout',
  unreachable: 'refused',
};

/** `nxdomain`, `nodata`, how the question failed, or records without the name and time that go without saying. */
function dnsReading({ resolver, name, type }: DnsOptions, said: Data): Data {
  const asked = { resolver, name, type, transport: 'udp', truncated: false, rttMs: 20 };
  const records = (list: Data | undefined) =>
    (Array.isArray(list) ? list : []).map(record => ({ name, ttl: 60, ...record }));
  if (isDataMap(said)) return { ...asked, rcode: 'NOERROR', ...said, records: records(said.records) };
  if (typeof said !== 'string')
    return { ...asked, outcome: 'answer', rcode: 'NOERROR', records: records(said) };
  const reason = dnsFailures[said];
  if (reason) {
    const failure = { stage: 'resolve', reason, blame: 'resolver' };
    return { ...asked, outcome: said, records: [], failure };
  }
  return { ...asked, outcome: said, rcode: said === 'nodata' ? 'NOERROR' : 'NXDOMAIN', records: [] };
}

function given(reading: Data): Reading {
  if (isDataMap(reading) && 'fault' in reading) throw new ProberFault(reading.fault as Failure & Data);
  return resolve(reading) as Reading;
}

/** The deployment as its configuration describes it; what secrets would open is closed. */
function toDeployment({ test_user, client_certificate, trust, ...open }: DataMap): Deployment {
  const text = JSON.stringify({ deployments: [{ ...open, trust }] });
  const [deployment] = parseConfig(text, 'saved', path => pemText(path)).deployments as [Deployment];
  const none = () => '';
  return {
    ...deployment,
    ...(isDataMap(test_user) && { testUser: { name: none, password: none, id: none } }),
    ...(isDataMap(client_certificate) && {
      clientCertificate: { certificate: pemText(`${client_certificate.certificate}`), key: none },
    }),
  };
}

const certificates = new Map<string, Data>();

/** Puts certificates where their names stand; `with` says what is otherwise about one. */
function resolve(data: Data): unknown {
  if (Array.isArray(data)) return data.map(resolve);
  if (!isDataMap(data)) return data;
  if (typeof data.pem === 'string') {
    const known = certificates.get(data.pem) ?? readPem(data.pem);
    certificates.set(data.pem, known);
    return data.with === undefined ? known : merge(known, data.with);
  }
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, resolve(value)]));
}

function readPem(name: string): Data {
  return {
    ...readCertificate(Buffer.from(pemText(name).replace(/-----[^-]+-----|\s/g, ''), 'base64')),
  } as Data;
}

function pemText(name: string): string {
  return readFileSync(join(folder, 'certificates', `${name}.pem`), 'utf8');
}
