import { describe, expect, test } from 'vitest';
import { type FirewallRule, firewall, type Layout, notRules, portsText } from '../../src/plan/firewall.ts';
import { portMatrix } from '../../src/plan/ports.ts';
import { deployment } from '../judge/round.ts';

const federated = { xmppFederationDomains: ['example.net'], turn: true };
const everything = firewall(deployment(federated), {}).rules;
const line = ({ source, sourcePorts, destination, protocol, secured, ports }: FirewallRule) =>
  `${source.title} ${sourcePorts} -> ${destination.title} ${secured ?? protocol} ${portsText(ports)}`;
const ofDocument = (document: string, section: RegExp, action = 'allow') =>
  everything
    .filter(rule => rule.action === action && !rule.requirements.includes('NET-03'))
    .filter(({ sources }) =>
      sources.some(source => source.document === document && section.test(source.section)),
    )
    .map(line)
    .sort();

const e = { inner: 'Expressway-E, internal side', outer: 'Expressway-E, public address' };
const fromC = [
  `Expressway-C ephemeral -> ${e.inner} TCP 7400`,
  `Expressway-C ephemeral -> ${e.inner} TCP 2222`,
  `Expressway-C 25000-29999 -> ${e.inner} TLS 7001`,
];
const smallMediumFirstPair = `Expressway-C 36000-59999 -> ${e.inner} UDP 36000-36001`;
const smallMediumConfigured = `Expressway-C 36000-59999 -> ${e.inner} UDP 2776-2777`;
const large = `Expressway-C 36000-59999 -> ${e.inner} UDP 36000-36011`;
const toInternet = [
  `${e.outer} 36002-59999 -> internet UDP >= 1024`,
  `${e.outer} 36012-59999 -> internet UDP >= 1024`,
  `${e.outer} 25000-29999 -> internet TLS >= 1024`,
];
const fromInternet = [
  `internet >= 1024 -> ${e.outer} TCP 5222`,
  `internet >= 1024 -> ${e.outer} TCP 8443`,
  `internet >= 1024 -> ${e.outer} UDP 36002-59999`,
  `internet >= 1024 -> ${e.outer} UDP 36012-59999`,
  `internet >= 1024 -> ${e.outer} TLS 5061`,
];
const inside = [
  'Expressway-C ephemeral -> IM and Presence TCP 7400',
  'Expressway-C ephemeral -> Unified CM TCP 8443',
  'Expressway-C ephemeral -> IM and Presence TCP 8443',
  'Expressway-C ephemeral -> Unified CM TCP 6970',
  'Expressway-C ephemeral -> Unity Connection TCP 443',
  'Expressway-C 36000-59999 -> endpoints and other recipients of media UDP >= 1024',
  'Expressway-C 25000-29999 -> Unified CM TCP 5060',
  'Expressway-C 25000-29999 -> Unified CM TLS 5061',
];
const insideSince810 = [
  'Expressway-C ephemeral -> Unified CM TCP 6972',
  'Expressway-C ephemeral -> Unity Connection TCP 7080',
];

describe('the tables of the documents, row by row', () => {
  test.each([
    ['D1', /^Outbound from Expressway-C/, [...fromC, smallMediumConfigured, smallMediumFirstPair, large]],
    ['D1', /^Outbound from Expressway-E/, toInternet],
    ['D1', /^Inbound from public internet/, fromInternet],
    ['D1', /^From Expressway-C to Internal/, [...inside, ...insideSince810]],
    ['D3', /^Outbound from Expressway-C/, [...fromC, smallMediumFirstPair, large]],
    ['D3', /^Outbound from Expressway-E/, toInternet],
    ['D3', /^Inbound from public internet/, fromInternet],
    ['D3', /^From Expressway-C to Unified CM/, inside],
    [
      'D0',
      /^Firewall Configuration/,
      [...fromC, smallMediumConfigured, large, ...fromInternet.filter(row => !row.includes('36012'))],
    ],
  ])('%s %s', (document, section, expected) => {
    expect(ofDocument(document, section)).toEqual([...expected].sort());
  });

  test('443 from outside, which the guides list with a warning, is among what must not be possible', () => {
    expect(ofDocument('D1', /^Inbound from public internet/, 'deny')).toContain(
      `internet any -> ${e.outer} TCP 443`,
    );
  });
});

test('every documented statement on ports is a rule, or is listed with the reason why it is none', () => {
  const told = new Set([...everything.flatMap(({ requirements }) => requirements), ...Object.keys(notRules)]);
  const documented = Array.from({ length: 41 }, (_, i) => `PORT-${String(i + 1).padStart(2, '0')}`);
  expect(documented.filter(id => !told.has(id))).toEqual([]);
  const both = Object.keys(notRules).filter(id =>
    everything.some(({ requirements }) => requirements.includes(id)),
  );
  expect(both).toEqual([]);
});

test('every rule has an id of its own, a requirement and a document', () => {
  expect(new Set(everything.map(({ id }) => id)).size).toBe(everything.length);
  expect(
    everything.filter(({ requirements, sources }) => requirements.length === 0 || sources.length === 0),
  ).toEqual([]);
});

test('what is looked at from outside, from the DMZ and from inside is what the rules say', () => {
  // TURN speaks UDP, of which a rule is never verified.
  const servers = portMatrix.filter(({ role, look }) => !['idp', 'ntp'].includes(role) && look !== 'turn');
  const missing = servers.flatMap(({ role, port, expected }) =>
    Object.entries(expected).flatMap(([vantage, wanted]) => {
      if (wanted === 'any') return [];
      if (vantage === 'dmz' && role === 'expressway_e') return [];
      const rule = everything.find(
        ({ seen, action, ports }) =>
          seen?.vantage === vantage &&
          seen.roles.includes(role) &&
          action === (wanted === 'open' ? 'allow' : 'deny') &&
          (ports.length === 0 || ports.some(([first, last]) => port >= first && port <= last)),
      );
      // Nobody else has to reach Expressway-C from inside; the port is looked at for its certificate.
      return rule || (role === 'expressway_c' && vantage === 'internal')
        ? []
        : [`${vantage} ${role} ${port} ${wanted}`];
    }),
  );
  expect(missing).toEqual([]);
});

const ids = (facts: Parameters<typeof deployment>[0], layout: Layout = {}) =>
  firewall(deployment({ ...federated, ...facts }), layout).rules.map(({ id }) => id);
const has = (facts: Parameters<typeof deployment>[0], layout: Layout, id: string) =>
  ids(facts, layout).includes(id);

test.each<[string, Parameters<typeof deployment>[0], Layout, readonly string[]]>([
  [
    'no IM and Presence',
    { messaging: false },
    {},
    ['c-e-xmpp', 'internet-e-xmpp', 'c-imp-xmpp', 'c-imp-soap', 'c-e-reflected-xmpp'],
  ],
  [
    'a small or medium system',
    {},
    { size: 'small-medium' },
    ['c-e-media-large', 'e-internet-media-large', 'internet-e-media-large'],
  ],
  [
    'a large system',
    {},
    { size: 'large' },
    ['c-e-media-configured', 'c-e-media-first-pair', 'e-internet-media', 'internet-e-media'],
  ],
  ['configured demultiplexing ports', {}, { demultiplexing: 'yes' }, ['c-e-media-first-pair']],
  ['no configured demultiplexing ports', {}, { demultiplexing: 'no' }, ['c-e-media-configured']],
  [
    'two interfaces',
    {},
    { nic: 'dual' },
    ['c-e-reflected-sip', 'c-e-reflected-ssh', 'c-e-reflected-media-large'],
  ],
  ['Expressway X8.2', { versions: { expressway_c: 'X8.2.2' } }, {}, ['c-ucm-tftp-https', 'c-cuc-mwi']],
  ['Unified CM 10.5', { versions: { unified_cm: '10.5(2)SU1' } }, {}, ['c-ucm-tftp-https']],
])('%s leaves lines out, and says why', (_, facts, layout, expected) => {
  const { rules, leftOut } = firewall(deployment({ ...federated, ...facts }), layout);
  expect(leftOut.map(({ rule }) => rule.id)).toEqual(expect.arrayContaining([...expected]));
  expect(leftOut.every(({ why }) => why !== '')).toBe(true);
  expect(rules.length + leftOut.length).toBe(everything.length);
});

test('a boundary version itself is not left out', () => {
  expect(has({ versions: { expressway_c: 'X8.10', unified_cm: '11.0(1)' } }, {}, 'c-ucm-tftp-https')).toBe(
    true,
  );
});

test('conditions that are settled are not told any more', () => {
  const settled = firewall(deployment(), {
    size: 'small-medium',
    demultiplexing: 'yes',
    nic: 'single',
  }).rules;
  const media = settled.find(({ id }) => id === 'c-e-media-configured')!;
  expect(media.condition).toBeUndefined();
  expect(settled.find(({ id }) => id === 'c-e-reflected-media-configured')!.condition).toBeUndefined();
});

test('another media range moves every port that is taken from its beginning', () => {
  const moved = firewall(deployment(), { media: [40_000, 49_999] }).rules.filter(
    ({ protocol }) => protocol === 'UDP',
  );
  expect(moved.map(line).filter(row => row.includes('36') || row.includes('59999'))).toEqual([]);
  expect(moved.map(line)).toContain(`internet >= 1024 -> ${e.outer} UDP 40012-49999`);
});

test('declared hosts stand in the rules, with the address of the side that is meant', () => {
  const node = {
    name: 'expe1.example.com',
    address: '192.0.2.1',
    internalAddress: '10.0.0.1',
    publicAddress: '203.0.113.1',
  };
  const nodes = { ...deployment().nodes, expressway_e: [node] };
  const { rules } = firewall(deployment({ nodes }), {});
  const hosts = (id: string) => rules.find(rule => rule.id === id)?.destination.hosts;
  expect(hosts('c-e-sip')).toEqual(['expe1.example.com (10.0.0.1)']);
  expect(hosts('internet-e-sip')).toEqual(['expe1.example.com (203.0.113.1)']);
  expect(hosts('c-e-reflected-sip')).toBeUndefined();
});

test('a domain alone names the record that tells the hosts', () => {
  expect(everything.find(({ id }) => id === 'internet-e-https')!.destination.hosts).toEqual([
    'targets of _collab-edge._tls.example.com',
  ]);
});

test.each<[string, Parameters<typeof deployment>[0], string, boolean]>([
  ['a SIP trunk', { trunk: { incomingPort: 5560, secure: true } }, 'c-ucm-trunk', true],
  ['no SIP trunk', {}, 'c-ucm-trunk', false],
  ['SIP OAuth', { features: ['sip_oauth'] }, 'c-ucm-sip-oauth', true],
  ['mixed mode', { securityMode: 'mixed' }, 'c-ucm-sip-tls', true],
  ['no mixed mode', { securityMode: 'non-secure' }, 'c-ucm-sip-tls', false],
])('with %s the ports of Unified CM are what they have to be', (_, facts, id, expected) => {
  expect(has(facts, {}, id)).toBe(expected);
});
