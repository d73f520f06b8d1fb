import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLibrary } from '../../src/explain/library.ts';
import type { Authority, DeclaredNode, Deployment } from '../../src/model/deployment.ts';
import type { Role } from '../../src/model/subject.ts';
import { look, report } from '../../src/pipeline.ts';
import { createGate } from '../../src/schedule/gate.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { addressesOf } from '../../src/simulator/world.ts';
import { deploymentOf } from './simulated.ts';

const network = 251;
const { internal, external } = addressesOf(network);
const library = loadLibrary();
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ network });
});
afterAll(() => simulator.stop());

const authority = (commonName: string, issuer = commonName): Authority => ({
  subject: `O=Example Trust, CN=${commonName}`,
  issuer: `O=Example Trust, CN=${issuer}`,
  ...{ fingerprint: '', notAfter: '2100-01-01T00:00:00.000Z' },
});
const enterpriseRoot = authority('Example Enterprise Root');
const publicRoot = authority('Example Public Root');
const publicAuthority = authority('Example Issuing CA 3', 'Example Public Root');

/** Replaces the declared nodes of one role. */
const nodes =
  (role: Role, ...list: readonly DeclaredNode[]) =>
  (deployment: Deployment): Deployment => ({ ...deployment, nodes: { ...deployment.nodes, [role]: list } });
const also =
  (facts: Partial<Deployment>) =>
  (deployment: Deployment): Deployment => ({ ...deployment, ...facts });

const edge = (['expe1', 'expe2'] as const).map(host => ({
  ...{ name: `${host}.example.test`, internalAddress: internal[host], publicAddress: external[host] },
}));
const [first, second] = edge as [DeclaredNode, DeclaredNode];
const singleNic = (addresses: Readonly<Record<'expe1' | 'expe2', string>>) =>
  nodes(
    'expressway_e',
    { name: 'expe1.example.test', publicAddress: addresses.expe1 },
    { name: 'expe2.example.test', publicAddress: addresses.expe2 },
  );

const inside =
  (...lists: readonly (readonly [Role, ...string[]])[]) =>
  (deployment: Deployment): Deployment =>
    lists.reduce((all, [role, ...names]) => nodes(role, ...names.map(name => ({ name })))(all), deployment);

type Declare = (deployment: Deployment) => Deployment;

// What is wrong here lies in the layout that the operator declares, so the servers stay healthy.
test.each<[string, 'external' | 'internal', Declare, readonly string[], readonly string[]]>([
  [
    'clients are asked for no certificate',
    'external',
    also({ activationCodes: true }),
    [],
    ['EDGE_ASKS_NO_CERTIFICATE'],
  ],
  [
    'the web proxy has the domain',
    'external',
    also({ meetingServerProxy: 'example.test' }),
    [],
    ['DECLARED_WEB_PROXY_SHARED'],
  ],
  [
    'a phone security profile is no host name',
    'external',
    also({ phoneSecurityProfiles: ['Standard Secure'] }),
    [],
    ['DECLARED_PROFILE_NOT_FQDN'],
  ],
  [
    'phones trust another authority',
    'external',
    also({ phones: { trustAnchors: [enterpriseRoot] } }),
    [],
    ['PHONE_ISSUER_UNTRUSTED'],
  ],
  [
    'one Expressway-E has an authority that nobody trusts, the other one that phones do not',
    'external',
    also({ phones: { trustAnchors: [enterpriseRoot] } }),
    ['issuer-untrusted'],
    ['CERT_ISSUER_UNTRUSTED', 'PHONE_ISSUER_UNTRUSTED'],
  ],
  [
    'the authority of phones is on neither list',
    'external',
    also({
      phones: { authorities: [enterpriseRoot] },
      trustedAuthorities: { expressway_e: [publicRoot] },
    }),
    [],
    ['DECLARED_PHONE_AUTHORITY_MISSING'],
  ],
  [
    'Expressway-C does not trust the authority of Expressway-E',
    'internal',
    also({ phones: {}, trustedAuthorities: { expressway_c: [enterpriseRoot] } }),
    [],
    ['ZONE_PEER_NOT_TRUSTED'],
  ],
  [
    'Expressway-C has the root of Expressway-E alone on its list',
    'internal',
    also({ phones: {}, trustedAuthorities: { expressway_c: [enterpriseRoot, publicRoot] } }),
    [],
    ['ZONE_INTERMEDIATE_NOT_LISTED'],
  ],
  [
    'Expressway-C trusts all authorities',
    'internal',
    also({ trustedAuthorities: { expressway_c: [enterpriseRoot, publicRoot, publicAuthority] } }),
    [],
    [],
  ],
  [
    'the trunk is on the port of the lines',
    'internal',
    also({ trunk: { incomingPort: 5060, secure: false } }),
    [],
    ['DECLARED_TRUNK_ON_LINE_PORT'],
  ],
  [
    'nobody listens for the trunk',
    'internal',
    also({ trunk: { incomingPort: 5560, secure: false } }),
    [],
    ['PORT_REFUSED'],
  ],
  [
    'the ends of the trunk differ',
    'external',
    also({ trunk: { incomingPort: 5560, zonePort: 5561, secure: false } }),
    [],
    ['DECLARED_TRUNK_PORTS_DIFFER'],
  ],
  [
    'secure profiles without mixed mode',
    'internal',
    also({ securityMode: 'non-secure' }),
    [],
    ['DECLARED_PROFILES_NOT_SECURE'],
  ],
  [
    'ICE without mixed mode',
    'internal',
    also({ securityMode: 'non-secure', phoneSecurityProfiles: [], features: ['ice'] }),
    [],
    ['DECLARED_ICE_NOT_ENCRYPTED'],
  ],
  [
    'iX without an encrypted trunk',
    'external',
    also({ features: ['ix'], conferenceTrunk: 'clear' }),
    [],
    ['DECLARED_IX_NOT_ENCRYPTED'],
  ],
  [
    'the target is an Expressway-C',
    'external',
    nodes('expressway_c', { name: 'expe2.example.test' }),
    [],
    ['DNS_SRV_TARGET_INSIDE'],
  ],
  [
    'the identity provider is not in DNS',
    'external',
    nodes('idp', { name: 'idp.example.test' }),
    [],
    ['DNS_IDP_NO_ADDRESS'],
  ],
  [
    'IM and Presence stands in another domain',
    'external',
    inside(['unified_cm', 'cucm1.example.test'], ['im_presence', 'imp1.chat.test']),
    [],
    ['DECLARED_PRESENCE_DOMAIN_DIFFERS'],
  ],
  [
    'IM and Presence is known by address',
    'external',
    inside(['im_presence', '10.0.0.41']),
    [],
    ['DECLARED_NODE_BY_ADDRESS'],
  ],
  [
    'Unified CM is known by address',
    'external',
    inside(['unified_cm', '10.0.0.31']),
    [],
    ['DECLARED_UCM_BY_ADDRESS'],
  ],
  [
    'Unified CM is known by its bare name',
    'external',
    inside(['expressway_c', 'expc1.example.test'], ['unified_cm', 'cucm1', 'cucm2.inner.test']),
    [],
    ['DECLARED_UCM_BARE_NAME'],
  ],
  [
    'an edge cluster is announced nowhere',
    'external',
    nodes('expressway_e', { ...first, cluster: 'us' }, { ...second, cluster: 'eu' }),
    ['peer-not-in-srv'],
    ['DNS_EDGE_CLUSTER_ABSENT'],
  ],
  [
    'one Expressway-C serves two edge clusters',
    'internal',
    deployment =>
      nodes(
        'expressway_c',
        ...['expc1', 'expc2'].map(host => ({ name: `${host}.example.test`, cluster: 'all' })),
      )(nodes('expressway_e', { ...first, cluster: 'us' }, { ...second, cluster: 'eu' })(deployment)),
    [],
    ['DECLARED_ZONE_TO_MANY'],
  ],
  [
    'the edge is for people inside',
    'internal',
    also({ onlyInside: true }),
    [],
    ['DNS_COLLAB_EDGE_INSIDE_MISSING'],
  ],
  ['inside, static NAT is missed', 'internal', singleNic(external), [], ['DNS_NAT_ADDRESS_MISSED']],
  [
    'nothing is reflected by the firewall',
    'internal',
    singleNic(internal),
    ['tunnel-refused', 'zone-refused', 'xcp-refused'],
    ['NAT_REFLECTION_FAILS'],
  ],
])('%s, seen from %s', async (_, vantage, declare, faults, expected) => {
  for (const fault of faults) await simulator.set(fault, true);
  try {
    const gate = createGate({ concurrent: 64, perHost: 16 });
    const deployment = declare(deploymentOf(simulator, vantage));
    const round = await look(deployment, gate, new AbortController().signal);
    const { causes } = report(round, library).diagnosis;
    const told = causes.filter((cause, i) => i === 0 || cause.severity !== 'info');
    expect(
      told.map(({ code }) => code),
      told.map(({ title }) => title).join('\n'),
    ).toEqual(expected);
    expect(told.map(({ entry }) => entry?.id)).not.toContain(undefined);
  } finally {
    for (const fault of faults) await simulator.set(fault, false);
  }
});
