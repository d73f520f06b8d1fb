import type { Cause, Finding, Judgement } from '../../src/model/finding.ts';
import type { Observation, Reading } from '../../src/model/observation.ts';
import type { Report } from '../../src/model/report.ts';
import type { ServiceSubject, Vantage } from '../../src/model/subject.ts';
import type { PublishedCheck, PublishedCoverage } from '../../src/publish/catalogue.ts';
import { deployment } from '../judge/round.ts';

const at = '2026-03-01T10:00:00.000Z';

/** A service of Expressway-E as the plan makes it. */
export function service(deployment: string, host: string, address: string, port: number): ServiceSubject {
  return {
    kind: 'service',
    id: `${deployment}/service/${host}/${address}/${port}`,
    deployment,
    role: 'expressway_e',
    host,
    address,
    port,
    transport: 'tcp',
    purpose: port === 8443 ? 'edge-https' : 'edge-sip',
    title: port === 8443 ? 'HTTPS proxy' : 'SIP over TLS',
    expected: 'open',
    affects: port === 8443 ? 'sign-in' : 'calls',
  };
}

/** A finding about a subject; a missing intermediate unless told otherwise. */
export function finding(subject: string, change: Partial<Finding> = {}): Finding {
  return {
    code: 'CERT_CHAIN_INCOMPLETE',
    severity: 'critical',
    affects: 'sign-in',
    check: 'certificate/chain',
    subject,
    evidence: { missing: 'CN=Example Issuing CA 3', sent: 1 },
    message: 'expe2.example.com sends its certificate without the issuing CA',
    steps: [],
    ...change,
  };
}

/** A cause of the given findings, with a documented entry. */
export function cause(
  findings: readonly [Finding, ...Finding[]],
  consequences: readonly Finding[] = [],
  change: Partial<Cause> = {},
): Cause {
  const { code, severity, affects, message } = findings[0];
  return {
    code,
    severity,
    affects,
    title: message,
    findings,
    consequences,
    entry: {
      id: 'CERT-007',
      title: 'The server does not send the issuing CA',
      remedy: [
        'On expe2 open `Maintenance > Security > Trusted CA certificate` and add the issuing CA.',
        'Restart: `Maintenance > Restart options`.',
      ],
      verify: [
        '`mradar certificate expe2.example.com:8443 --role expressway-e` says that the chain is complete.',
      ],
      source: 'D1 "Certificate Exchange Requirements"',
    },
    ...change,
  };
}

/** A layer that a probe has read. */
export function observation(
  step: string,
  subject: string,
  kind: string,
  reading: Reading & Readonly<Record<string, unknown>>,
): Observation {
  return { step, subject, kind, at, durationMs: 40, state: 'observed', reading };
}

/** A report of one deployment where everything is fine; `change` replaces whole members. */
export function report(
  change: Partial<Report> = {},
  name = 'example',
  vantage: Vantage = 'external',
): Report {
  return {
    schema: 1,
    version: '0.1.0',
    deployment: deployment({
      ...{ name, vantage },
      intervalsMs: { dns: 60_000, port: 60_000, edge: 300_000, seldom: 1_800_000 },
    }),
    at,
    durationMs: 1_400,
    subjects: [{ kind: 'domain', id: `${name}/domain/example.com`, deployment: name, domain: 'example.com' }],
    steps: [],
    observations: [],
    judgements: [{ check: 'dns/collab-edge', subject: `${name}/domain/example.com`, verdict: 'pass' }],
    diagnosis: { status: 'ok', headline: 'Mobile and remote access works as seen from outside', causes: [] },
    ...change,
  };
}

const [first, second] = ['203.0.113.11', '203.0.113.12'] as const;
const dnsStep = 'dns public:srv/collab-edge example.com';
const edgeStep = 'http expe1.example.com 203.0.113.11 8443';

/**
 * A report with one of everything: two edges, the second without its issuing CA and therefore without SIP, one thing not seen,
 * one not applicable, one that failed on our side.
 */
export function troubled(name = 'example'): Report {
  const services = [
    service(name, 'expe1.example.com', first, 8443),
    service(name, 'expe2.example.com', second, 8443),
    service(name, 'expe2.example.com', second, 5061),
  ] as const;
  const domain = `${name}/domain/example.com`;
  const missing = finding(services[1].id);
  const sip = finding(services[2].id, {
    code: 'TLS_CLOSED',
    affects: 'calls',
    check: 'tls/handshake',
    evidence: { port: 5061 },
    message: 'expe2.example.com closes the connection on port 5061 during the handshake',
  });
  const judgements: readonly Judgement[] = [
    { check: 'dns/collab-edge', subject: domain, verdict: 'pass' },
    { check: 'port/reachable', subject: services[0].id, verdict: 'pass' },
    { check: 'port/reachable', subject: services[1].id, verdict: 'pass' },
    { check: 'certificate/chain', subject: services[1].id, verdict: 'fail', findings: [missing] },
    { check: 'tls/handshake', subject: services[2].id, verdict: 'fail', findings: [sip] },
    { check: 'time/clock', subject: services[1].id, verdict: 'unknown', because: 'the server sent no date' },
    {
      check: 'certificate/cluster-name',
      subject: services[0].id,
      verdict: 'not-applicable',
      why: 'no cluster is declared',
    },
  ];
  const certificate = {
    subject: 'CN=expe1.example.com',
    issuer: 'CN=Example Issuing CA 3',
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z',
  };
  const stamp = { at, step: edgeStep, subject: services[0].id };
  return {
    ...report({}, name),
    subjects: [{ kind: 'domain', id: domain, deployment: name, domain: 'example.com' }, ...services],
    steps: [
      {
        id: dnsStep,
        probe: 'dns',
        subject: domain,
        topic: 'public:srv/collab-edge',
        why: 'clients look here first',
        intervalMs: 60_000,
        startMs: 0,
        durationMs: 23,
      },
      {
        id: edgeStep,
        probe: 'http',
        subject: services[0].id,
        why: 'clients sign in here',
        intervalMs: 60_000,
        startMs: 30,
        durationMs: 1_370,
        after: dnsStep,
      },
    ],
    observations: [
      {
        ...observation(dnsStep, domain, 'dns', {
          resolver: '192.0.2.53',
          name: '_collab-edge._tls.example.com',
          type: 'SRV',
          outcome: 'answer',
          records: [
            { type: 'SRV', priority: 10, weight: 10, port: 8443, target: 'expe1.example.com' },
            { type: 'SRV', priority: 10, weight: 10, port: 8443, target: 'expe2.example.com' },
          ],
          rttMs: 23,
        }),
        topic: 'public:srv/collab-edge',
      },
      observation(edgeStep, services[0].id, 'tcp', {
        address: first,
        port: 8443,
        state: 'open',
        connectMs: 12.5,
      }),
      observation(edgeStep, services[0].id, 'tls', {
        protocol: 'TLSv1.3',
        handshakeMs: 48,
        chain: [certificate],
      }),
      observation(edgeStep, services[0].id, 'http', {
        status: 401,
        statusText: 'Unauthorized',
        responseMs: 90,
        clockDifferenceMs: -400,
      }),
      observation('tcp expe2 8443', services[1].id, 'tcp', {
        address: second,
        port: 8443,
        state: 'refused',
        failure: { stage: 'connect', reason: 'refused', blame: 'target', code: 'ECONNREFUSED' },
      }),
      {
        ...stamp,
        step: 'xmpp',
        kind: 'xmpp',
        state: 'skipped',
        because: { step: edgeStep },
        why: 'not asked',
      },
      {
        ...stamp,
        step: 'tcp expe2 5061',
        subject: services[2].id,
        kind: 'tcp',
        state: 'errored',
        failure: { stage: 'connect', reason: 'no-descriptors', blame: 'prober', code: 'EMFILE' },
      },
    ],
    judgements,
    diagnosis: {
      status: 'critical',
      headline: 'Sign-in fails for clients that reach expe2.example.com',
      causes: [cause([missing], [sip])],
    },
  };
}

/** Everything that a hostile server could put into a value that is shown. */
export const hostile =
  '<script>alert(1)</script>"\'&`*_[x](https://evil.example) \u001b[31mred\u009b0m\u202Etxt\r\n# HELP forged 1\n| a |';

/** A report whose every shown word comes from a hostile server. */
export function hostileReport(): Report {
  const subject = service('example', `expe${hostile}`, '203.0.113.11', 8443);
  const bad = finding(subject.id, { message: `banner ${hostile}`, evidence: { banner: hostile } });
  return {
    ...report(),
    subjects: [subject],
    observations: [
      observation('s', subject.id, 'tcp', { address: '203.0.113.11', port: 8443, state: hostile }),
      observation('s', subject.id, 'http', { status: 200, statusText: hostile }),
      observation('s', subject.id, 'tls', {
        protocol: 'TLSv1.3',
        chain: [{ subject: hostile, issuer: hostile, notBefore: hostile, notAfter: hostile }],
      }),
    ],
    judgements: [
      { check: 'certificate/chain', subject: subject.id, verdict: 'fail', findings: [bad] },
      { check: 'time/clock', subject: subject.id, verdict: 'unknown', because: hostile },
      { check: 'time/clock', subject: hostile, verdict: 'not-applicable', why: hostile },
    ],
    diagnosis: { status: 'critical', headline: hostile, causes: [cause([bad], [bad])] },
  };
}

/** A report of one host that was spoken to in every protocol; `change` replaces members of one reading. */
export function conversed(
  change: Readonly<Partial<Record<'sip' | 'xmpp' | 'ssh' | 'ntp' | 'stun', object>>> = {},
  name = 'spoken',
): Report {
  const { id, ...facts } = service(name, 'expe1.example.com', first, 5061);
  const readings = {
    sip: { status: 401, responseMs: 4 },
    xmpp: {
      starttls: 'required',
      mechanisms: ['PLAIN'],
      featuresMs: 1,
      proceedMs: 2,
      secureFeaturesMs: 3,
    },
    ssh: { offersCertificates: true, identificationMs: 5, algorithmsMs: 6 },
    ntp: { stratum: 2, offsetMs: -1_500, delayMs: 7, errorMs: 20 },
    stun: { outcome: 'error', rttMs: 8 },
  };
  return {
    ...report({}, name),
    subjects: [{ ...facts, id }],
    observations: Object.entries(readings).map(([kind, reading]) =>
      observation(`${id}#${kind}`, id, kind, { ...reading, ...change[kind as keyof typeof change] }),
    ),
  };
}

/** A check as the pages tell of it. */
export const checks: readonly PublishedCheck[] = [
  {
    id: 'certificate/chain',
    holds: 'the server sends every certificate between its own and the root',
    about: 'service',
    roles: ['Expressway-E'],
    needs: ['tls'],
    sources: ['D1, "Certificates"'],
    requirements: ['CRT-04'],
    findings: [
      {
        code: 'CERT_CHAIN_INCOMPLETE',
        severity: 'critical',
        affects: 'of-service',
        message: '{host} sends its certificate without the issuing CA',
      },
    ],
  },
];

/** Two requirements, one of them answered by that check. */
export const coverage: PublishedCoverage = {
  totals: { check: 1, question: 1 },
  areas: [
    {
      area: 'CRT',
      title: 'Certificates',
      totals: { check: 1, question: 1 },
      requirements: [
        {
          id: 'CRT-04',
          holds: 'The chain is sent whole.',
          way: 'check',
          checks: ['certificate/chain'],
          answer: 'check: certificate/chain',
        },
        {
          id: 'CRT-05',
          holds: 'The key is kept <safe>.',
          versions: 'X14 and later',
          way: 'question',
          checks: [],
          answer: 'question: where: what',
        },
      ],
    },
  ],
};
