import type { DnsReading } from '../../probes/index.ts';
import type { DeclaredNode, Deployment } from '../../src/model/deployment.ts';
import type { Observation, Reading } from '../../src/model/observation.ts';
import type { Report } from '../../src/model/report.ts';
import type { Vantage } from '../../src/model/subject.ts';
import { type PlannedStep, plan } from '../../src/plan/plan.ts';
import { observation, report } from './report.ts';

const node = (host: string, count: number, net: number): DeclaredNode[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `${host}${i}.example.com`,
    address: `10.0.${net}.${i + 1}`,
  }));

/** As many of everything as the documents allow in one deployment, with both views of DNS. */
const everything: Deployment = {
  ...report().deployment,
  name: 'largest',
  domains: Array.from({ length: 10 }, (_, i) => `d${i}.example.com`),
  nodes: {
    expressway_e: node('expe', 6, 1),
    expressway_c: node('expc', 6, 2),
    unified_cm: node('ucm', 21, 3),
    im_presence: node('imp', 6, 4),
    unity_connection: node('cuc', 2, 5),
    idp: [],
    ntp: node('ntp', 4, 6),
    web_server: [],
    push_service: [],
  },
  resolvers: { public: ['192.0.2.53', '192.0.2.54'], internal: ['10.0.0.53', '10.0.0.54'] },
  turn: true,
  xmppFederationDomains: ['example.com'],
  testUser: { name: () => 'user', password: () => 'secret', id: () => 'one' },
  clientCertificate: { certificate: '', key: () => '' },
};

/** The longest report of the largest deployment: every step has seen everything that its probe can see. */
export function largest(vantage: Vantage): { readonly report: Report; readonly steps: number } {
  const declared = { ...everything, vantage, name: `largest-${vantage}` };
  const answers = new Map<string, Observation<DnsReading>>();
  let planned = plan(declared, answers, 'watch');
  for (let before = -1; before !== planned.steps.length; planned = plan(declared, answers, 'watch')) {
    before = planned.steps.length;
    for (const step of planned.steps) {
      if (step.probe !== 'dns') continue;
      const [seen] = observe(step);
      answers.set(step.id, seen as Observation<DnsReading>);
    }
  }
  const { subjects, steps } = planned;
  const whole = report({
    deployment: declared,
    subjects,
    steps: steps.map(({ id, probe, subject, topic, why, intervalMs }) => ({
      ...{ id, probe, subject: subject.id, why, intervalMs, startMs: 0, durationMs: 10 },
      ...(topic ? { topic } : {}),
    })),
    observations: steps.flatMap(observe),
  });
  return { report: whole, steps: steps.length };
}

const tcp = { address: '10.0.0.1', port: 1, state: 'open', connectMs: 1 };
const certificate = {
  ...{ subject: 'CN=x', issuer: 'CN=y' },
  ...{ notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' },
};
const chain = [certificate, certificate, certificate];
const tls = { protocol: 'TLSv1.3', handshakeMs: 2, verification: { trusted: true }, chain };
const failed = { failure: { stage: 'tls', reason: 'tls-alert', blame: 'target' } } as const;
type Seen = Reading & Readonly<Record<string, unknown>>;
const layers: Readonly<Record<string, Readonly<Record<string, Seen>>>> = {
  tcp: { tcp },
  tls: { tcp, tls: { ...tls, ...failed } },
  http: { tcp, tls, http: { status: 502, responseMs: 3, clockDifferenceMs: 4, ...failed } },
  sip: { tcp, tls, sip: { status: 503, responseMs: 3, ...failed } },
  xmpp: {
    ...{ tcp, tls },
    xmpp: {
      starttls: 'required',
      mechanisms: [],
      featuresMs: 1,
      proceedMs: 2,
      secureFeaturesMs: 3,
      ...failed,
    },
  },
  ssh: { tcp, ssh: { offersCertificates: true, identificationMs: 1, algorithmsMs: 2, ...failed } },
  ntp: { ntp: { stratum: 2, offsetMs: 3, delayMs: 4, errorMs: 5, ...failed } },
  stun: { stun: { outcome: 'error', rttMs: 6, ...failed } },
  udp: { udp: { state: 'filtered', rttMs: 7, ...failed } },
  'tls-survey': { survey: { accepted: ['TLSv1.2', 'TLSv1.3'], refused: ['TLSv1', 'TLSv1.1'], ...failed } },
  'mutual-tls': { mutual: { outcome: 'refused', ...failed } },
  uds: { uds: { ...failed } },
  'edge-login': { login: { status: 401, ...failed } },
};

function observe(step: PlannedStep): Observation[] {
  const { id, probe, subject, topic } = step;
  const readings: Readonly<Record<string, Seen>> | undefined =
    probe === 'dns' ? { dns: answer(step) } : layers[probe];
  if (!readings) throw new Error(`say here what the probe ${probe} reads`);
  return Object.entries(readings).map(([kind, reading]) => ({
    ...observation(id, subject.id, kind, reading),
    ...(topic ? { topic } : {}),
  }));
}

/** Every name exists, service records lead to every peer. */
function answer({ options }: PlannedStep & { readonly probe: 'dns' }): Seen {
  const { resolver, name, type } = options;
  const role = name.startsWith('_cisco-uds') ? everything.nodes.unified_cm : everything.nodes.expressway_e;
  const own = Object.values(everything.nodes).flat();
  const common = { name, type, ttl: 300 };
  const records = {
    SRV: role.map(({ name: target }) => ({ ...common, priority: 1, weight: 1, port: 8443, target })),
    A: own.flatMap(one => (one.name === name ? [{ ...common, address: one.address }] : [])),
    AAAA: [],
    PTR: [{ ...common, target: 'x.example.com' }],
  }[type as 'SRV' | 'A' | 'AAAA' | 'PTR'];
  return { resolver, name, type, rttMs: 5, outcome: records.length > 0 ? 'answer' : 'nodata', records };
}
