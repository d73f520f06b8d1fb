import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { probes, type TlsReading } from '../../probes/index.ts';
import { readConfig } from '../config/config.ts';
import { readBytes } from '../config/file.ts';
import { explainReport } from '../explain/explain.ts';
import { loadLibrary } from '../explain/library.ts';
import { checks } from '../judge/checks/index.ts';
import { diagnose } from '../judge/diagnose.ts';
import { judgeRound } from '../judge/judge.ts';
import type { Deployment } from '../model/deployment.ts';
import type { Observation } from '../model/observation.ts';
import { OperatorError } from '../model/problem.ts';
import type { Role, ServiceSubject } from '../model/subject.ts';
import { type Assessment, assess } from '../offline/certificates/assess.ts';
import { type Fields, readFields } from '../offline/certificates/fields.ts';
import { nameReasons } from '../offline/certificates/names.ts';
import type { Reason } from '../offline/certificates/path.ts';
import { type Bundle, BundleError, chooseLeaf, readBundle } from '../offline/certificates/read.ts';
import { deploymentOf, type Listener, readingOf, roundOf, serviceOf } from '../offline/certificates/round.ts';
import type { Outcome } from '../offline/certificates/tell.ts';
import { portMatrix } from '../plan/ports.ts';
import { runStep, type StepResult } from '../probe/run.ts';
import { version } from '../version.ts';

/** How a certificate is to be looked at. */
export type Examination = {
  readonly role?: Role;
  readonly domain?: readonly string[];
  readonly host?: string;
  readonly productVersion?: string;
  readonly config?: string;
  readonly deployment?: string;
  readonly trust?: readonly string[];
  readonly onlyTrust?: true;
  readonly at?: number;
  readonly strict?: true;
  readonly passwordFile?: string;
  readonly timeout: number;
};

/** What was seen, by whatever way. */
type Sight = {
  readonly source: string;
  readonly given: readonly Fields[];
  /** Set when the certificate of the server is known to be this one. */
  readonly leaf?: Fields;
  readonly origin: ReadonlyMap<string, string>;
  readonly unreadable: readonly Reason[];
  readonly notes: readonly string[];
  readonly host?: string;
  readonly port?: number;
  readonly live?: { readonly address: string; readonly result: StepResult; readonly tls?: TlsReading };
};

/** Looks at certificates and judges them. Throws OperatorError for what cannot be read or found. */
export async function examine(targets: readonly string[], options: Examination): Promise<Outcome> {
  const deployment = declared(options);
  const anchors = readAnchors(options, deployment);
  const target = targets.length === 1 && !existsSync(targets[0]!) ? hostAndPort(targets[0]!) : undefined;
  const sight = target ? await lookAt(target, options, deployment) : lookIn(targets, options);
  const atMs = options.at ?? Date.now();
  const at = new Date(atMs).toISOString();
  const host = options.host ?? sight.host;
  const { source, origin, unreadable, given } = sight;
  const leaf =
    sight.leaf ?? chooseLeaf(given, one => host !== undefined && nameReasons(one, host).length === 0);
  const role = options.role ?? roleIn(deployment, host);
  const about = { source, at, origin, ...(host !== undefined && { host }), ...(role && { role }) };
  const live = liveFacts(sight);
  if (!leaf) return { ...about, ...live, reasons: unreadable, notes: sight.notes };

  const assessment = assess({
    ...{ leaf, given, anchors },
    ...(host !== undefined && { host }),
    rules: { atMs, purpose: 'server', strict: options.strict === true },
  });
  const named = host === undefined ? {} : { host };
  const judged = role && judgeBy(role, { ...sight, ...named, leaf, at, deployment, options, assessment });
  return {
    ...about,
    ...live,
    assessment,
    reasons: [...unreadable, ...assessment.reasons],
    notes: [...sight.notes, ...assessment.notes],
    ...(judged && { judged }),
  };
}

function problem(place: string, message: string): OperatorError {
  return new OperatorError([{ place, message }]);
}

function declared(options: Examination): Deployment | undefined {
  const { config, deployment: name } = options;
  if (config !== undefined && options.domain !== undefined)
    throw problem('--domain', 'It stands in the configuration file when there is one.');
  if (config !== undefined && options.productVersion !== undefined)
    throw problem('--product-version', 'It stands in the configuration file when there is one.');
  if (config === undefined) {
    if (name !== undefined) throw problem('--deployment', 'It needs --config FILE to choose from.');
    return undefined;
  }
  const { deployments } = readConfig(config);
  const chosen = deployments.filter(one => name === undefined || one.name === name);
  const names = deployments.map(one => one.name).join(', ');
  if (chosen.length === 0)
    throw problem('--deployment', `${config} has no deployment ${name}; it has ${names}.`);
  if (chosen.length > 1)
    throw problem('--deployment', `${config} has several deployments; name one of ${names}.`);
  return chosen[0];
}

/** The role that the configuration gives to a host. */
function roleIn(deployment: Deployment | undefined, host: string | undefined): Role | undefined {
  const found = Object.entries(deployment?.nodes ?? {}).find(([, nodes]) =>
    nodes.some(({ name }) => name === host),
  );
  return found?.[0] as Role | undefined;
}

/** Trust anchors, one reading for each run; a default store holds roots that OpenSSL reads and this program need not. */
function readAnchors(
  { trust = [], onlyTrust }: Examination,
  deployment: Deployment | undefined,
): readonly Fields[] {
  if (onlyTrust && trust.length === 0) throw problem('--only-trust', 'It needs --trust FILE.');
  const own = trust.flatMap(file => readable(openBundle(file, undefined)));
  const declaredOnes = (deployment?.trust ?? []).flatMap(pem => readable(readBundle(Buffer.from(pem))));
  if (onlyTrust) return own;
  const standard = getCACertificates('default').flatMap(pem => {
    try {
      return [readFields(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'))];
    } catch {
      return [];
    }
  });
  return [...own, ...declaredOnes, ...standard];
}

function readable({ entries }: Bundle): readonly Fields[] {
  return entries.flatMap(entry => ('fields' in entry ? [entry.fields] : []));
}

/** The certificates of a file that the operator names. */
export function openBundle(file: string, password: string | undefined): Bundle {
  try {
    return readBundle(readBytes(file), password);
  } catch (error) {
    if (error instanceof BundleError) throw problem(file, error.message);
    throw error;
  }
}

/** `expe1.example.com:8443`, `192.0.2.1:5061`, `[2001:db8::1]:8443`. */
function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:/\\\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? bare;
  return host !== undefined && port >= 1 && port <= 65535 ? { host, port } : undefined;
}

function lookIn(files: readonly string[], options: Examination): Sight {
  const secret = password(options);
  const given: Fields[] = [];
  const unreadable: Reason[] = [];
  const notes: string[] = [];
  const origin = new Map<string, string>();
  for (const file of files) {
    const { entries, holdsKey } = openBundle(file, secret);
    if (holdsKey) notes.push(`${file} holds a private key, which was not looked at.`);
    for (const [i, entry] of entries.entries()) {
      if ('unreadable' in entry) {
        const text = `Certificate ${i + 1} of ${file} cannot be read (${entry.unreadable}).`;
        unreadable.push({ code: 'unreadable', text });
      } else {
        given.push(entry.fields);
        if (!origin.has(entry.fields.summary.fingerprint)) origin.set(entry.fields.summary.fingerprint, file);
      }
    }
  }
  return { source: files.join(' '), given, unreadable, notes, origin };
}

/** Never from the command line, where other users of the machine see it. */
function password({ passwordFile }: Examination): string | undefined {
  if (passwordFile === undefined) return process.env.MRADAR_PASSWORD;
  return readBytes(passwordFile)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

async function lookAt(
  { host, port }: { readonly host: string; readonly port: number },
  options: Examination,
  deployment: Deployment | undefined,
): Promise<Sight> {
  const name = options.host ?? host;
  const address = await resolve(host);
  const listener = listenerOf(options.role ?? roleIn(deployment, name) ?? 'expressway_e', port);
  const subject = serviceOf(deployment?.name ?? 'certificate', name, { ...listener, port }, address);
  const own = (options.trust ?? []).map(file => readBytes(file).toString('latin1'));
  const trust = [...own, ...(deployment?.trust ?? [])];
  const pem = trust.filter(text => text.includes('-----BEGIN'));
  return seen(
    host,
    port,
    name,
    address,
    await showCertificates(subject, address, pem, options.timeout * 1000),
  );
}

/** Lets a server show its certificates, by the probe that every round uses. */
export async function showCertificates(
  subject: ServiceSubject,
  address: string,
  trust: readonly string[],
  timeoutMs: number,
): Promise<StepResult> {
  const { host, port } = subject;
  const aborter = new AbortController();
  const interrupt = () => aborter.abort();
  process.once('SIGINT', interrupt);
  const step = {
    id: `tls ${host}:${port}`,
    probe: 'tls',
    subject,
    why: 'asked for',
    options: { address, port, serverName: host, trust },
    timeoutMs,
    intervalMs: 0,
    host: address,
  };
  try {
    return await runStep(step, probes.tls, aborter.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** The address of a host, as this machine finds it. */
export async function resolve(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw problem(
      host,
      `There is no such file, and the name has no address (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

function seen(host: string, port: number, name: string, address: string, result: StepResult): Sight {
  const source = `${host}:${port}`;
  const errored = result.observations.find(observation => observation.state === 'errored');
  if (errored?.state === 'errored') {
    const { code, reason } = errored.failure;
    throw problem(source, `This machine could not look (${code ?? reason}).`);
  }
  const readings = result.observations.flatMap(observation =>
    observation.state === 'observed' ? [{ kind: observation.kind, reading: observation.reading }] : [],
  );
  const tls = readings.find(({ kind }) => kind === 'tls')?.reading as TlsReading | undefined;
  const given = (tls?.chain ?? []).flatMap(({ der }) => {
    try {
      return [readFields(Buffer.from(der, 'base64'))];
    } catch {
      return [];
    }
  });
  const failure = readings.find(({ reading }) => reading.failure)?.reading.failure;
  const why = failure ? `${failure.stage}: ${failure.code ?? failure.reason}` : 'it sent none';
  const none: Reason = { code: 'no-certificate', text: `${source} showed no certificate (${why}).` };
  return {
    ...{ source, given, host: name, port },
    ...(given[0] && { leaf: given[0] }),
    origin: new Map(given.map(one => [one.summary.fingerprint, source])),
    unreadable: given.length === 0 ? [none] : [],
    notes: [],
    live: { address, result, ...(tls && { tls }) },
  };
}

function liveFacts({ live }: Sight): Pick<Outcome, 'live'> {
  if (!live) return {};
  const { address, tls } = live;
  return {
    live: {
      address,
      ...(tls?.protocol !== undefined && { protocol: tls.protocol }),
      ...(tls?.verification && { openssl: tls.verification }),
    },
  };
}

/** What the port matrix says of a role's port; of an unknown port, what it says of the first that speaks TLS. */
export function listenerOf(role: Role, port: number | undefined): Listener {
  const rows = portMatrix.filter(row => row.role === role && row.look !== 'tcp');
  const row = rows.find(one => one.port === port) ?? rows[0];
  if (row) return { role, port: row.port, purpose: row.purpose, title: row.title, affects: row.affects };
  return { role, port: port ?? 443, purpose: 'https', title: 'HTTPS', affects: 'sign-in' };
}

/** What was seen, with the path as our own trust anchors give it: the probe and OpenSSL know the default store as well. */
function trusting(observation: Observation, { lacking }: Assessment, { path }: TlsReading): Observation {
  if (observation.kind !== 'tls' || observation.state !== 'observed') return observation;
  const { verification: _, ...reading } = observation.reading as TlsReading;
  const suppliedByStore = lacking.filter(({ inTrust }) => inTrust).map(({ subject }) => subject);
  return { ...observation, reading: { ...reading, ...(path && { path: { ...path, suppliedByStore } }) } };
}

/** What stands in the way of judging a name: nobody said which. */
const judgeable: Readonly<
  Record<string, (options: Examination, deployment: Deployment | undefined) => boolean>
> = {
  'certificate/san-host-name': ({ host }) => host !== undefined,
  'certificate/san-service-domain': ({ domain }, deployment) =>
    domain !== undefined || deployment !== undefined,
};

function judgeBy(
  role: Role,
  {
    leaf,
    given,
    at,
    deployment,
    options,
    assessment,
    live,
    ...sight
  }: Sight & {
    readonly leaf: Fields;
    readonly at: string;
    readonly deployment: Deployment | undefined;
    readonly options: Examination;
    readonly assessment: Assessment;
  },
): NonNullable<Outcome['judged']> {
  const host = sight.host ?? leaf.summary.names.dns[0] ?? leaf.summary.commonName ?? 'the server';
  const { domain: domains = [], productVersion } = options;
  const told =
    deployment ??
    deploymentOf({ role, host, domains, ...(productVersion !== undefined && { version: productVersion }) });
  const listener = listenerOf(role, sight.port);
  const subject = serviceOf(
    told.name,
    host,
    sight.port === undefined ? listener : { ...listener, port: sight.port },
    live?.address,
  );
  const stamp = { step: 'certificate', subject: subject.id, kind: 'tls', at };
  const observations: readonly Observation[] = live
    ? live.result.observations.map(observation => ({
        ...(options.onlyTrust
          ? trusting(observation, assessment, readingOf(assessment, leaf, given, host))
          : observation),
        subject: subject.id,
      }))
    : [{ ...stamp, state: 'observed', reading: readingOf(assessment, leaf, given, host) }];
  const round = roundOf(told, subject, at, version, observations);
  const asked = { ...options, ...(sight.host !== undefined && { host: sight.host }) };
  const applicable = checks.filter(
    ({ id }) => id.startsWith('certificate/') && (judgeable[id]?.(asked, deployment) ?? true),
  );
  const judgements = judgeRound(round, applicable);
  const diagnosis = diagnose(round, judgements, applicable);
  const { causes } = explainReport(loadLibrary(), { ...round, judgements, diagnosis }).diagnosis;
  const passed = judgements.flatMap(({ verdict, check }) => {
    const holds = applicable.find(({ id }) => id === check)?.holds;
    return verdict === 'pass' && holds !== undefined ? [{ check, holds }] : [];
  });
  return { causes, passed };
}
