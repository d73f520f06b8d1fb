import type { Need, ReadingFor } from '../../src/judge/check.ts';
import { type AnyCheck, judgeRound } from '../../src/judge/judge.ts';
import type { Deployment } from '../../src/model/deployment.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Finding, Judgement } from '../../src/model/finding.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Round } from '../../src/model/report.ts';
import type { Topic } from '../../src/model/step.ts';
import type {
  AddressSubject,
  DeploymentSubject,
  DomainSubject,
  NodeSubject,
  ResolverSubject,
  Role,
  ServiceSubject,
  Subject,
} from '../../src/model/subject.ts';

/** A deployment with everything defaulted; give what the test is about. */
export function deployment(facts: Partial<Deployment> = {}): Deployment {
  return {
    name: 'example',
    vantage: 'external',
    domains: ['example.com'],
    resolvers: { public: ['192.0.2.53'], internal: [] },
    versions: {},
    phoneSecurityProfiles: [],
    clusterNames: {},
    chatNodeAliases: [],
    xmppFederationDomains: [],
    messaging: true,
    trust: [],
    intervalsMs: { dns: 300_000, port: 60_000, edge: 600_000, seldom: 3_600_000 },
    timeoutMs: 5_000,
    ...facts,
    nodes: {
      expressway_e: [],
      expressway_c: [],
      unified_cm: [],
      im_presence: [],
      unity_connection: [],
      idp: [],
      ntp: [],
      web_server: [],
      push_service: [],
      ...facts.nodes,
    },
  };
}

export const deploymentSubject: DeploymentSubject = {
  kind: 'deployment',
  id: 'example',
  deployment: 'example',
};

export function domain(name = 'example.com'): DomainSubject {
  return { kind: 'domain', id: `example/domain/${name}`, deployment: 'example', domain: name };
}

export function resolver(address = '192.0.2.53', view: 'public' | 'internal' = 'public'): ResolverSubject {
  return {
    kind: 'resolver',
    id: `example/resolver/${view}/${address}`,
    deployment: 'example',
    address,
    view,
  };
}

export function node(host = 'expe1.example.com', role: Role = 'expressway_e'): NodeSubject {
  return { kind: 'node', id: `example/node/${role}/${host}`, deployment: 'example', role, host };
}

export function address(
  host = 'expe1.example.com',
  ip = '198.51.100.11',
  facts: Partial<AddressSubject> = {},
): AddressSubject {
  return {
    kind: 'address',
    id: `example/address/${host}/${ip}`,
    deployment: 'example',
    role: 'expressway_e',
    host,
    address: ip,
    view: 'public',
    ...facts,
  };
}

export function service(facts: Partial<ServiceSubject> = {}): ServiceSubject {
  const host = facts.host ?? 'expe1.example.com';
  const ip = 'address' in facts ? facts.address : '198.51.100.11';
  const port = facts.port ?? 8443;
  return {
    kind: 'service',
    id: `example/service/${host}/${ip ?? '-'}/${port}`,
    deployment: 'example',
    role: 'expressway_e',
    host,
    address: ip,
    port,
    transport: 'tcp',
    purpose: 'edge-https',
    title: 'HTTPS edge',
    expected: 'open',
    affects: 'sign-in',
    ...facts,
  };
}

/** One thing seen (or not seen) about a subject. */
export type Seen = { readonly subject: Subject; readonly need: Need } & (
  | { readonly reading: ReadingFor<Need> }
  | { readonly skipped: string }
  | { readonly errored: Failure }
);

export function seen<N extends Need>(subject: Subject, need: N, reading: ReadingFor<N>): Seen {
  return { subject, need, reading };
}

export const atRound = '2026-11-20T12:00:00.000Z';

/** A round in which just this was seen. Subjects of the observations are added by themselves. */
export function round(
  facts: Partial<Deployment>,
  observed: readonly Seen[],
  subjects: readonly Subject[] = [],
): Round {
  const all = new Map<string, Subject>([[deploymentSubject.id, deploymentSubject]]);
  for (const subject of [...subjects, ...observed.map(one => one.subject)]) all.set(subject.id, subject);
  return {
    schema: 1,
    version: 'test',
    deployment: deployment(facts),
    at: atRound,
    durationMs: 1,
    subjects: [...all.values()],
    steps: [],
    observations: observed.map(toObservation),
  };
}

function toObservation(one: Seen): Observation {
  const [kind, ...topic] = one.need.split(':') as [string, ...string[]];
  const stamp = {
    step: `${one.subject.id}#${one.need}`,
    subject: one.subject.id,
    kind,
    ...(topic.length > 0 ? { topic: topic.join(':') as Topic } : {}),
    at: atRound,
  };
  if ('skipped' in one)
    return { ...stamp, state: 'skipped', because: { step: 'upstream' }, why: one.skipped };
  if ('errored' in one) return { ...stamp, state: 'errored', failure: one.errored };
  return { ...stamp, state: 'observed', durationMs: 1, reading: one.reading };
}

/** What one check says of one round; `about` picks the subject when there are several. */
export function judge(check: AnyCheck, of: Round, about?: Subject): Judgement | undefined {
  const judgements = judgeRound(of, [check]);
  return about ? judgements.find(judgement => judgement.subject === about.id) : judgements[0];
}

/** Verdict and exact codes, for table tests: `fail DNS_X DNS_Y`, `pass`, `unknown`, `not judged`. */
export function outcome(judgement: Judgement | undefined): string {
  if (!judgement) return 'not judged';
  if (judgement.verdict !== 'fail') return judgement.verdict;
  return ['fail', ...judgement.findings.map((finding: Finding) => finding.code)].join(' ');
}
