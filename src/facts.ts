import { hash } from 'node:crypto';
import type { DnsReading, HttpReading, SshReading, TlsReading } from '../probes/index.ts';
import type { Facts, Look } from './model/incident.ts';
import type { Observation } from './model/observation.ts';
import type { Report } from './model/report.ts';
import type { StepResult } from './probe/run.ts';

/** Header fields that say something else each time without meaning anything else. */
const restless = new Set(['date', 'age', 'expires', 'last-modified', 'x-request-id', 'content-length']);

/** Parts of readings that differ from look to look: our own ports, identifiers of one conversation. */
const passing = new Set([
  'at',
  'ttl',
  'local',
  'rport',
  'mapped',
  'id',
  'replyHex',
  'samples',
  'requests',
  'sent',
]);

/**
 * What a result says, without when and how long: two results with the same words need no second judgement. Clocks count by
 * the second, connections and handshakes by whether they take longer than clients wait; records count in any order, since
 * servers rotate them.
 */
export function wordsOf({ observations }: StepResult): string {
  return hash('sha1', JSON.stringify(observations, steady));
}

function steady(key: string, value: unknown): unknown {
  if (passing.has(key) || restless.has(key)) return undefined;
  if (key === 'connectMs' || key === 'handshakeMs') return (value as number) > 3_000;
  if (typeof value === 'number' && key.endsWith('Ms'))
    return key === 'clockDifferenceMs' || key === 'offsetMs' ? Math.round(value / 1_000) : undefined;
  if (key === 'records' && Array.isArray(value))
    return value.map(record => JSON.stringify(record, steady)).sort();
  // Certificates are long, and known by their fingerprint.
  if (key === 'chain' && Array.isArray(value)) return value.map(({ fingerprint }) => fingerprint);
  return value;
}

/** What can be compared of a subject between two looks. Keys are words of a sentence. */
export function factsOf(observations: readonly Observation[]): Facts {
  const facts: Record<string, readonly string[]> = {};
  for (const observation of observations) {
    if (observation.state !== 'observed') continue;
    const { failure } = observation.reading;
    facts[`${observation.topic ?? observation.kind} result`] = [failure?.code ?? failure?.reason ?? 'ok'];
    Object.assign(facts, factsOfReading(observation));
  }
  return facts;
}

function factsOfReading({ kind, topic, ...of }: Observation & { readonly state: 'observed' }): Facts {
  switch (kind) {
    case 'dns': {
      const { records, outcome } = of.reading as DnsReading;
      if (outcome !== 'answer' && outcome !== 'nodata' && outcome !== 'nxdomain') return {};
      return { [`${topic} records`]: records.map(recordText).sort() };
    }
    case 'tls': {
      const { chain, protocol } = of.reading as TlsReading;
      if (chain.length === 0) return {};
      return {
        ...{ 'certificate serial': [chain[0]!.serial], chain: chain.map(({ subject }) => subject) },
        ...(protocol === undefined ? {} : { 'TLS version': [protocol] }),
      };
    }
    case 'http': {
      const { status, headers } = of.reading as HttpReading;
      return {
        ...(status === undefined ? {} : { 'HTTP status': [String(status)] }),
        ...(headers?.server === undefined ? {} : { server: [headers.server] }),
      };
    }
    case 'ssh': {
      const { identification } = of.reading as SshReading;
      return identification === undefined ? {} : { server: [identification] };
    }
    default:
      return {};
  }
}

function recordText(record: DnsReading['records'][number]): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    case 'other':
      return `TYPE${record.typeCode}`;
    default:
      return `${record.type} ${record.target}`;
  }
}

/** One look at every subject that was looked at, with the codes of what is wrong with it now. */
export function looksIn(report: Pick<Report, 'observations' | 'judgements'>): ReadonlyMap<string, Look> {
  const codes = new Map<string, Set<string>>();
  for (const judgement of report.judgements) {
    if (judgement.verdict !== 'fail') continue;
    for (const { code, subject, severity } of judgement.findings)
      if (severity !== 'info') codes.set(subject, (codes.get(subject) ?? new Set()).add(code));
  }
  const looks = new Map<string, Look>();
  for (const [subject, observations] of Map.groupBy(report.observations, one => one.subject)) {
    const at = observations.reduce((latest, one) => (one.at > latest ? one.at : latest), '');
    const wrong = [...(codes.get(subject) ?? [])].sort();
    looks.set(subject, { subject, at, facts: factsOf(observations), codes: wrong, observations });
  }
  return looks;
}

/** Whether two looks at one subject tell the same. */
export function saysTheSame(a: Look, b: Look): boolean {
  return JSON.stringify([a.codes, a.facts]) === JSON.stringify([b.codes, b.facts]);
}
