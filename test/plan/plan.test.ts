import { expect, test } from 'vitest';
import type { DnsReading, DnsRecord } from '../../probes/index.ts';
import type { Deployment } from '../../src/model/deployment.ts';
import type { Observation } from '../../src/model/observation.ts';
import { edgePath, type Plan, plan } from '../../src/plan/plan.ts';
import { a, answer, dnsFailed, nodata, nxdomain, srv } from '../judge/readings.ts';
import { deployment } from '../judge/round.ts';

/** DNS answers by step id, as the plan of the next round sees them. */
function answers(
  readings: Readonly<Record<string, DnsReading>>,
): ReadonlyMap<string, Observation<DnsReading>> {
  return new Map(
    Object.entries(readings).map(([step, reading]) => [
      step,
      { step, subject: step.split('#')[0]!, kind: 'dns', at: '', state: 'observed', reading },
    ]),
  );
}

const collabEdge = 'example/domain/example.com#dns:public:srv/collab-edge';
const lookup = (host: string, family: 'a' | 'aaaa', view = 'public', role = 'expressway_e') =>
  `example/node/${role}/${host}#dns:${view}:address/${family}`;
const addressOf = (ip: string): DnsReading => ({ ...answer(a(ip)), type: ip.includes(':') ? 'AAAA' : 'A' });
const found = (...records: DnsRecord[]) => ({ [collabEdge]: answer(...records) });

function planned(facts: Partial<Deployment>, readings: Readonly<Record<string, DnsReading>> = {}): Plan {
  return plan(deployment(facts), answers(readings), 'once');
}
const ids = ({ steps }: Plan) => steps.map(step => step.id);
const ports = ({ subjects }: Plan, expected: string) =>
  subjects
    .flatMap(one => (one.kind === 'service' && one.expected === expected ? [one.port] : []))
    .sort((x, y) => x - y);

test('a domain alone asks for the records that must and must not exist outside', () => {
  expect(ids(planned({})).map(id => id.split('#')[1])).toEqual([
    'dns:public:srv/collab-edge',
    'dns:public:srv/cisco-uds',
    'dns:public:srv/cuplogin',
    'dns:public:srv/sips',
  ]);
});

test('an SRV target is looked up, in both families, under the spelling that was sent', () => {
  const result = planned({}, found(srv('ExpE1.example.com')));
  expect(ids(result)).toContain(lookup('expe1.example.com', 'a'));
  expect(ids(result)).toContain(lookup('expe1.example.com', 'aaaa'));
  expect(result.subjects).toContainEqual(
    expect.objectContaining({ kind: 'node', host: 'ExpE1.example.com' }),
  );
});

test('outside, an address is looked at on the three open ports and on those that must stay closed', () => {
  const result = planned(
    {},
    {
      ...found(srv('expe1.example.com')),
      [lookup('expe1.example.com', 'a')]: addressOf('198.51.100.11'),
      [lookup('expe1.example.com', 'aaaa')]: nodata(),
    },
  );
  expect(ports(result, 'open')).toEqual([5061, 5222, 8443]);
  expect(ports(result, 'closed')).toEqual([22, 443, 2222, 7001, 7400, 8191, 8192, 8883, 8884]);
  const edge = result.steps.find(step => step.id.endsWith('/8443#http'));
  expect(edge).toMatchObject({
    budget: '198.51.100.11',
    options: { path: edgePath('example.com'), serverName: 'expe1.example.com', secure: true },
  });
});

test('inside, the ports of the traversal zone and of the UC servers are expected open', () => {
  const nodes = {
    ...deployment().nodes,
    expressway_e: [{ name: 'expe1.example.com', address: '10.0.1.11' }],
  };
  const facts = { vantage: 'internal', nodes, resolvers: { public: [], internal: ['10.0.0.53'] } } as const;
  expect(ports(planned(facts), 'open')).toEqual([2222, 7001, 7400]);
  expect(ports(planned({ ...facts, messaging: false }), 'open')).toEqual([2222, 7001]);
});

test('a name without an address leaves its services known and blocked', () => {
  const result = planned(
    {},
    {
      ...found(srv('expe1.example.com')),
      [lookup('expe1.example.com', 'a')]: nxdomain(),
      [lookup('expe1.example.com', 'aaaa')]: nxdomain(),
    },
  );
  const blocked = result.steps.filter(step => step.blocked);
  expect(blocked.length).toBe(12);
  expect(blocked[0]!.blocked).toEqual({
    by: lookup('expe1.example.com', 'a'),
    why: 'expe1.example.com has no address',
  });
});

test('while a lookup is under way nothing is planned for its addresses', () => {
  const result = planned(
    {},
    { ...found(srv('expe1.example.com')), [lookup('expe1.example.com', 'a')]: nxdomain() },
  );
  expect(result.subjects.some(subject => subject.kind === 'service')).toBe(false);
});

test('an address literal as SRV target, and the root target, lead nowhere', () => {
  const result = planned({}, found(srv('198.51.100.11'), srv('')));
  expect(result.subjects.some(subject => subject.kind === 'node')).toBe(false);
});

test('a missing record is looked for under its frequent misspellings', () => {
  const asked = planned({}, { [collabEdge]: nxdomain() }).steps.flatMap(step =>
    step.probe === 'dns' && step.after === collabEdge ? [step.options.name] : [],
  );
  expect(asked).toEqual([
    '_collab-edge._tcp.example.com',
    '_collab_edge._tls.example.com',
    '_collab-edge.tls.example.com',
  ]);
});

const insideOf = (facts: Partial<Deployment>) => ({
  vantage: 'internal' as const,
  resolvers: { public: [], internal: ['10.0.0.53'] },
  ...facts,
});
const topics = (facts: Partial<Deployment>) => planned(insideOf(facts)).steps.map(({ topic }) => topic);

test('the record of people inside is asked for only where nobody outside uses the edge', () => {
  expect(topics({})).not.toContain('internal:srv/collab-edge');
  expect(topics({ onlyInside: true })).toContain('internal:srv/collab-edge');
});

test.each([
  ['X8.2', true],
  ['X8.10', false],
  [undefined, false],
])('IM and Presence has a record of its own in %s: %s', (version, isAsked) => {
  const versions = version === undefined ? {} : { expressway_c: version };
  expect(topics({ versions }).includes('internal:srv/cuplogin')).toBe(isAsked);
});

test.each([
  [['cucm1.inner.local', 'cucm2.inner.local'], ['expc1.inner.local']],
  [['cucm1.example.com'], []],
  [['cucm1.inner.local', 'cucm2.example.com'], []],
  [['cucm1'], []],
])('with Unified CM %s the bare name of Expressway-C is looked up as %s', (names, expected) => {
  const nodes = {
    ...deployment().nodes,
    expressway_c: [{ name: 'expc1.example.com' }],
    unified_cm: names.map(name => ({ name })),
  };
  const asked = planned(insideOf({ nodes })).steps.flatMap(step =>
    step.probe === 'dns' && step.topic === 'internal:address/bare-a' ? [step.options.name] : [],
  );
  expect(asked).toEqual(expected);
});

test('a changed answer changes only what depends on it', () => {
  const both = found(srv('expe1.example.com'), srv('expe2.example.com'));
  const one = found(srv('expe1.example.com'));
  const before = ids(planned({}, both));
  const after = ids(planned({}, one));
  expect(before.filter(id => !after.includes(id))).toEqual([
    lookup('expe2.example.com', 'a'),
    lookup('expe2.example.com', 'aaaa'),
  ]);
});

const oneEdge = {
  ...found(srv('expe1.example.com')),
  [lookup('expe1.example.com', 'a')]: addressOf('198.51.100.11'),
  [lookup('expe1.example.com', 'aaaa')]: nodata(),
};

test.each([
  [8443, 'http'],
  [5061, 'sip'],
])('watching adds a cheap look at %i between two requests', (port, probe) => {
  const steps = plan(deployment(), answers(oneEdge), 'watch').steps.filter(step =>
    step.id.includes(`/${port}#`),
  );
  expect(steps.map(step => [step.probe, step.intervalMs, step.budget])).toEqual([
    ['tls', 60_000, undefined],
    [probe, 600_000, '198.51.100.11'],
    ['tls-survey', 3_600_000, undefined],
  ]);
});

const inside = {
  vantage: 'internal',
  resolvers: { public: [], internal: ['10.0.0.53'] },
  nodes: {
    ...deployment().nodes,
    expressway_e: [{ name: 'expe1.example.com', address: '10.0.1.11' }],
    unified_cm: [{ name: 'cucm1.example.com', address: '10.0.0.31' }],
    im_presence: [{ name: 'imp1.example.com', address: '10.0.0.41' }],
  },
} as const;
const portOf = (step: Plan['steps'][number]) => (step.options as { readonly port: number }).port;
const portsOf = ({ steps }: Plan, probe: string) =>
  steps
    .filter(step => step.probe === probe)
    .map(portOf)
    .sort((x, y) => x - y);

test('TLS is surveyed where Expressway-C and clients meet it, and nowhere else', () => {
  expect(portsOf(planned({}, oneEdge), 'tls-survey')).toEqual([5061, 8443]);
  expect(portsOf(planned(inside), 'tls-survey')).toEqual([5061, 6972, 7001, 7400, 8443, 8443]);
});

test('a client certificate is presented inside only, when there is one', () => {
  const clientCertificate = { certificate: 'PEM', key: () => 'KEY' };
  expect(portsOf(planned(inside), 'mutual-tls')).toEqual([]);
  expect(portsOf(planned({ ...inside, clientCertificate }), 'mutual-tls')).toEqual([
    5061, 6972, 7001, 7400, 7400,
  ]);
  expect(portsOf(planned({ clientCertificate }, oneEdge), 'mutual-tls')).toEqual([]);
});

test('the test user signs in through the edge, once an hour, and no plan holds the password', () => {
  const testUser = { name: () => 'alice', password: () => 'hunter2', id: () => 'f00d' };
  const { steps } = plan(deployment({ testUser }), answers(oneEdge), 'watch');
  const [step, ...others] = steps.filter(({ probe }) => probe === 'edge-login');
  expect(others).toEqual([]);
  expect(step).toMatchObject({ intervalMs: 3_600_000, credential: 'f00d', options: { port: 8443 } });
  expect(JSON.stringify(steps)).not.toMatch(/alice|hunter2/);
  expect(planned({}, oneEdge).steps.filter(({ probe }) => probe === 'edge-login')).toEqual([]);
});

test('files, SOAP and UDS are asked for inside as seldom as the edge', () => {
  const { steps } = plan(deployment(inside), answers({}), 'watch');
  const asked = steps.filter(({ probe, budget }) => (probe === 'http' || probe === 'uds') && budget);
  expect(asked.map(step => [step.probe, portOf(step), step.intervalMs]).sort()).toEqual([
    ['http', 6970, 600_000],
    ['http', 6972, 600_000],
    ['http', 8443, 3_600_000],
    ['http', 8443, 600_000],
    ['uds', 8443, 600_000],
  ]);
});

test('a page is asked for where it stands, from inside, and each has a subject of its own', () => {
  const pages = [
    { use: 'e911', url: 'http://web1.example.com:8080/emergency.html?lang=en' },
    { use: 'embedded_tab', url: 'https://web1.example.com/tab' },
    { use: 'embedded_tab', url: 'https://web1.example.com/other' },
    { use: 'voicemail', url: 'https://cuc1.example.com/vmrest' },
  ] as const;
  const nodes = {
    ...deployment().nodes,
    web_server: ['web1.example.com', 'cuc1.example.com'].map(name => ({ name, address: '10.0.3.41' })),
  };
  const { steps, subjects } = plan(deployment({ vantage: 'internal', pages, nodes }), answers({}), 'watch');
  expect(subjects.flatMap(one => (one.kind === 'service' ? [one.id.split('/').at(-1)] : []))).toEqual([
    '8080-page-1',
    '443-page-2',
    '443-page-3',
  ]);
  expect(steps.flatMap(step => (step.probe === 'http' ? [step.options.path] : []))).toEqual([
    '/emergency.html?lang=en',
    '/tab',
    '/other',
  ]);
  expect(planned({ pages, nodes }).steps.filter(({ probe }) => probe === 'http')).toEqual([]);
});

test('the test user asks for every declared page', () => {
  const testUser = { name: () => 'alice', password: () => 'hunter2', id: () => 'f00d' };
  const pages = [{ use: 'voicemail', url: 'https://cuc1.example.com/vmrest' }] as const;
  const step = planned({ testUser, pages }, oneEdge).steps.find(({ probe }) => probe === 'edge-login');
  expect(step?.options).toMatchObject({ pages: ['https://cuc1.example.com/vmrest'] });
});

test('push services are looked at from wherever they are declared, on their port', () => {
  const push_service = [{ name: 'push.example.net', address: '192.0.2.81', port: 2197 }];
  for (const vantage of ['external', 'dmz', 'internal'] as const) {
    const nodes = { ...deployment().nodes, push_service };
    expect(portsOf(planned({ vantage, nodes }), 'tls')).toEqual([2197]);
  }
});

test('media ports are looked at from outside, seldom, and over IPv4 only', () => {
  const media = (ip: string) => {
    const family = ip.includes(':') ? 'aaaa' : 'a';
    const readings = {
      ...found(srv('expe1.example.com')),
      [lookup('expe1.example.com', 'a')]: family === 'a' ? addressOf(ip) : nodata(),
      [lookup('expe1.example.com', 'aaaa')]: family === 'aaaa' ? addressOf(ip) : nodata(),
    };
    return planned({}, readings).steps.filter(({ probe }) => probe === 'udp');
  };
  const steps = media('198.51.100.11');
  expect(steps.map(portOf).every(port => Number(port) >= 36_012 && Number(port) <= 59_999)).toBe(true);
  expect(steps.map(({ intervalMs }) => intervalMs)).toEqual(Array(4).fill(3_600_000));
  expect(media('2001:db8::11')).toEqual([]);
});

test('the edge is asked for its domain by SIP and by XMPP', () => {
  const { steps } = planned({}, oneEdge);
  expect(steps.find(step => step.probe === 'sip')?.options).toMatchObject({
    transport: 'tls',
    uri: 'sip:example.com',
    serverName: 'expe1.example.com',
  });
  expect(steps.find(step => step.probe === 'xmpp')?.options).toMatchObject({
    domain: 'example.com',
    kind: 'client',
    direct: false,
  });
});

test('Unified CM is asked by SIP over TCP and over TLS, under its own name', () => {
  const nodes = {
    ...deployment().nodes,
    unified_cm: [{ name: 'cucm1.example.com', address: '10.0.3.11' }],
  };
  const { steps } = planned({ vantage: 'internal', nodes });
  expect(
    steps.flatMap(step =>
      step.probe === 'sip' ? [[step.options.port, step.options.transport, step.options.uri]] : [],
    ),
  ).toEqual([
    [5060, 'tcp', 'sip:cucm1.example.com'],
    [5061, 'tls', 'sip:cucm1.example.com'],
  ]);
});

const unifiedCm = {
  vantage: 'internal',
  nodes: { ...deployment().nodes, unified_cm: [{ name: 'cucm1.example.com', address: '10.0.3.11' }] },
} as const;

test.each<[Parameters<typeof deployment>[0], number, string, object]>([
  [{ trunk: { incomingPort: 5560, secure: false } }, 5560, 'sip', { transport: 'tcp' }],
  [{ trunk: { incomingPort: 5561, secure: true } }, 5561, 'sip', { transport: 'tls' }],
  [{ features: ['sip_oauth'] }, 5091, 'tls', {}],
])('declared with %o, Unified CM is looked at on %i too', (facts, port, probe, options) => {
  const usual = ids(planned(unifiedCm));
  const added = planned({ ...unifiedCm, ...facts }).steps.filter(step => !usual.includes(step.id));
  expect(added).toEqual([
    expect.objectContaining({ probe, options: expect.objectContaining({ port, ...options }) }),
  ]);
});

test('a trunk on the port of the lines is no service of its own', () => {
  const trunk = { incomingPort: 5060, secure: false };
  expect(ids(planned({ ...unifiedCm, trunk }))).toEqual(ids(planned(unifiedCm)));
});

test('without mixed mode nobody speaks TLS to Unified CM on 5061', () => {
  const open = (facts: Parameters<typeof deployment>[0]) =>
    ports(planned({ ...unifiedCm, ...facts }), 'open');
  expect(open({ securityMode: 'mixed' })).toContain(5061);
  expect(open({ securityMode: 'non-secure' })).not.toContain(5061);
});

test.each([
  [
    { xmppFederationDomains: ['fed.example.com'] },
    5269,
    'xmpp',
    { kind: 'server', domain: 'fed.example.com' },
  ],
  [{ turn: true }, 3478, 'stun', { transport: 'udp', method: 'allocate' }],
] as const)('declared with %o, the edge is looked at on %i too', (facts, port, probe, options) => {
  const added = planned(facts, oneEdge).steps.filter(step => !ids(planned({}, oneEdge)).includes(step.id));
  expect(added).toEqual([
    expect.objectContaining({ probe, options: expect.objectContaining({ port, ...options }) }),
  ]);
});

test('with two DNS servers each gets a question of its own, and the first that answers gets the others', () => {
  const facts = { resolvers: { public: ['192.0.2.53', '192.0.2.54'], internal: [] } };
  const canary = (address: string) =>
    `example/resolver/public/${address}#dns:public:srv/collab-edge${address === '192.0.2.53' ? '' : `@${address}`}`;
  const askedOf = (readings: Readonly<Record<string, DnsReading>>) =>
    planned(facts, readings).steps.flatMap(step =>
      step.subject.kind === 'domain' && step.probe === 'dns' ? [step.options.resolver] : [],
    );
  expect(ids(planned(facts))).toEqual(expect.arrayContaining([canary('192.0.2.53'), canary('192.0.2.54')]));
  expect(new Set(askedOf({}))).toEqual(new Set(['192.0.2.53']));
  expect(new Set(askedOf({ [canary('192.0.2.53')]: dnsFailed('timeout') }))).toEqual(new Set(['192.0.2.54']));
  const both = { [canary('192.0.2.53')]: dnsFailed('timeout'), [canary('192.0.2.54')]: dnsFailed('timeout') };
  expect(new Set(askedOf(both))).toEqual(new Set(['192.0.2.53']));
});

test('after SERVFAIL the server is asked for a name of somebody else', () => {
  const control = 'example/resolver/public/192.0.2.53#dns:public:control/a';
  const servfail: Observation<DnsReading> = {
    ...{ step: collabEdge, subject: 'example/domain/example.com', kind: 'dns', at: '', state: 'observed' },
    topic: 'public:srv/collab-edge',
    reading: dnsFailed('servfail'),
  };
  expect(ids(plan(deployment(), new Map([[collabEdge, servfail]]), 'once'))).toContain(control);
  expect(ids(planned({}, found(srv('expe1.example.com'))))).not.toContain(control);
});
