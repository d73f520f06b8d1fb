import { expect, test } from 'vitest';
import { androidPush } from '../../../../src/judge/checks/settings/android-push.ts';
import { digestCache } from '../../../../src/judge/checks/settings/digest-cache.ts';
import { domains } from '../../../../src/judge/checks/settings/domains.ts';
import { ipProtocol } from '../../../../src/judge/checks/settings/ip-protocol.ts';
import { jabberGuest } from '../../../../src/judge/checks/settings/jabber-guest.ts';
import { mediaRange } from '../../../../src/judge/checks/settings/media-range.ts';
import { originVerification } from '../../../../src/judge/checks/settings/origin-verification.ts';
import { pathHeaders } from '../../../../src/judge/checks/settings/path-headers.ts';
import { presenceDomains } from '../../../../src/judge/checks/settings/presence-domains.ts';
import { protection } from '../../../../src/judge/checks/settings/protection.ts';
import { rateControl } from '../../../../src/judge/checks/settings/rate-control.ts';
import { remoteAccess } from '../../../../src/judge/checks/settings/remote-access.ts';
import { securityMode } from '../../../../src/judge/checks/settings/security-mode.ts';
import { servers } from '../../../../src/judge/checks/settings/servers.ts';
import { sessions } from '../../../../src/judge/checks/settings/sessions.ts';
import { staticNatInside } from '../../../../src/judge/checks/settings/static-nat.ts';
import { stunKeepalive } from '../../../../src/judge/checks/settings/stun-keepalive.ts';
import { systemName } from '../../../../src/judge/checks/settings/system-name.ts';
import { trunkZone } from '../../../../src/judge/checks/settings/trunk-zone.ts';
import { turn } from '../../../../src/judge/checks/settings/turn.ts';
import { zone } from '../../../../src/judge/checks/settings/zone.ts';
import { zoneAuthentication } from '../../../../src/judge/checks/settings/zone-authentication.ts';
import { zoneName } from '../../../../src/judge/checks/settings/zone-name.ts';
import { zonePeers } from '../../../../src/judge/checks/settings/zone-peers.ts';
import { zonePort } from '../../../../src/judge/checks/settings/zone-port.ts';
import { zoneSample } from '../../../../src/judge/checks/settings/zone-sample.ts';
import { zoneSecurity } from '../../../../src/judge/checks/settings/zone-security.ts';
import type { AnyCheck } from '../../../../src/judge/judge.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import type { SettingsReading, ZoneSettings } from '../../../../src/model/settings.ts';
import { judge, node, outcome, round, seen } from '../../round.ts';
import { expresswayC, shows } from '../certificate/shown.ts';

const expe = node('expe1.example.com', 'expressway_e');
const expc = node('expc1.example.com', 'expressway_c');

type Settings = Partial<SettingsReading>;
const reading = (settings: Settings): SettingsReading => ({
  zones: [],
  domains: [],
  protection: [],
  ...settings,
});

const sound: ZoneSettings = {
  name: 'Traversal',
  type: 'TraversalClient',
  unified: true,
  authentication: 'DoNotCheckCredentials',
  userName: 'zone',
  sipPort: 7001,
  sipTransport: 'TLS',
  tlsVerify: true,
  mediaEncryption: 'On',
  peers: ['expe1.example.com'],
};
const zones = (...changed: Partial<ZoneSettings>[]): Settings => ({
  zones: changed.map(one => ({ ...sound, ...one })),
});
const onC = (version: string): Partial<Deployment> => ({ versions: { expressway_c: version } });
const onE = (version: string): Partial<Deployment> => ({ versions: { expressway_e: version } });
const ucm = (version: string): Partial<Deployment> => ({ versions: { unified_cm: version } });
const many = (count: number): Settings => ({
  domains: Array.from({ length: count }, (_, i) => ({ name: `d${i}.example.com`, presence: true })),
});
const category = (name: string, on: boolean, trigger?: number): Settings => ({
  protection: [{ category: name, on, ...(trigger !== undefined && { trigger }) }],
});

test.each<[AnyCheck, string, Settings, Partial<Deployment>, string]>([
  [remoteAccess, 'on', { remoteAccess: true }, {}, 'pass'],
  [remoteAccess, 'off', { remoteAccess: false }, {}, 'fail SETTINGS_REMOTE_ACCESS_OFF'],
  [remoteAccess, 'not told', {}, {}, 'unknown'],

  [zone, 'one', zones({}), {}, 'pass'],
  [zone, 'one of two is for Unified Communications', zones({}, { unified: false }), {}, 'pass'],
  [zone, 'only others', zones({ unified: false }), {}, 'fail SETTINGS_ZONE_MISSING'],
  [zone, 'two', zones({}, { name: 'Second' }), {}, 'fail SETTINGS_ZONE_SEVERAL'],
  [zone, 'not told', {}, {}, 'unknown'],

  [zoneAuthentication, 'not checked', zones({}), {}, 'pass'],
  [
    zoneAuthentication,
    'checked',
    zones({ authentication: 'CheckCredentials' }),
    {},
    'fail SETTINGS_ZONE_AUTHENTICATES',
  ],
  [
    zoneAuthentication,
    'treated as authenticated',
    zones({ authentication: 'TreatAsAuthenticated' }),
    {},
    'fail SETTINGS_ZONE_AUTHENTICATES',
  ],
  [
    zoneAuthentication,
    'another zone checks',
    zones({}, { unified: false, authentication: 'CheckCredentials' }),
    {},
    'pass',
  ],
  [zoneAuthentication, 'no such zone', zones({ unified: false }), {}, 'not-applicable'],

  [zoneSecurity, 'all on', { ...zones({}), sipTls: true }, {}, 'pass'],
  [zoneSecurity, 'SIP TLS off', { ...zones({}), sipTls: false }, {}, 'fail SETTINGS_ZONE_NOT_SECURE'],
  [zoneSecurity, 'over TCP', zones({ sipTransport: 'TCP' }), {}, 'fail SETTINGS_ZONE_NOT_SECURE'],
  [zoneSecurity, 'not verified', zones({ tlsVerify: false }), {}, 'fail SETTINGS_ZONE_NOT_SECURE'],
  [
    zoneSecurity,
    'media as it comes',
    zones({ mediaEncryption: 'Auto' }),
    {},
    'fail SETTINGS_ZONE_NOT_SECURE',
  ],

  [zonePeers, 'by full name', zones({}), {}, 'pass'],
  [zonePeers, 'by address', zones({ peers: ['10.0.1.11'] }), {}, 'fail SETTINGS_ZONE_PEER_BY_ADDRESS'],
  [zonePeers, 'by bare name', zones({ peers: ['expe1'] }), {}, 'fail SETTINGS_ZONE_PEER_BY_ADDRESS'],
  [zonePeers, 'none told', zones({ peers: [] }), {}, 'unknown'],

  [zoneSample, 'own name', zones({}), {}, 'pass'],
  [
    zoneSample,
    'the name of the guide',
    zones({ userName: 'exampleauth' }),
    {},
    'fail SETTINGS_ZONE_SAMPLE_USER',
  ],

  [systemName, 'both set', { hostName: 'expc1', domainName: 'example.com' }, {}, 'pass'],
  [systemName, 'no domain', { hostName: 'expc1', domainName: '' }, {}, 'fail SETTINGS_NAME_MISSING'],
  [systemName, 'neither', { hostName: '', domainName: '' }, {}, 'fail SETTINGS_NAME_MISSING'],
  [
    systemName,
    'underscore',
    { hostName: 'exp_c1', domainName: 'example.com' },
    {},
    'fail SETTINGS_NAME_CHARACTERS',
  ],
  [systemName, 'not told', {}, {}, 'unknown'],

  [servers, 'both set', { dnsServers: ['10.0.0.53'], ntpServers: ['10.0.0.5'] }, {}, 'pass'],
  [servers, 'no DNS', { dnsServers: [], ntpServers: ['10.0.0.5'] }, {}, 'fail SETTINGS_DNS_SERVERS_MISSING'],
  [servers, 'no NTP', { dnsServers: ['10.0.0.53'], ntpServers: [] }, {}, 'fail SETTINGS_NTP_SERVERS_MISSING'],
  [servers, 'not told', {}, {}, 'unknown'],

  [domains, 'on the list', { domains: [{ name: 'Example.com', registration: true }] }, {}, 'pass'],
  [
    domains,
    'another one on the list',
    { domains: [{ name: 'example.net', registration: true }] },
    {},
    'fail SETTINGS_DOMAIN_NOT_SERVED',
  ],
  [
    domains,
    'not for registration',
    { domains: [{ name: 'example.com', registration: false, presence: true }] },
    {},
    'fail SETTINGS_NO_DOMAIN_SERVED',
  ],
  [domains, 'not told', {}, {}, 'unknown'],

  [presenceDomains, '50', many(50), onC('X12.5'), 'pass'],
  [presenceDomains, '51 in X12.5', many(51), onC('X12.5'), 'fail SETTINGS_PRESENCE_DOMAINS_TOO_MANY'],
  [presenceDomains, '51 in X14', many(51), onC('X14'), 'pass'],
  [presenceDomains, '51 in an unknown release', many(51), {}, 'unknown'],
  [presenceDomains, '76', many(76), {}, 'fail SETTINGS_PRESENCE_DOMAINS_TOO_MANY'],

  [pathHeaders, 'off and not needed', { pathHeaders: false }, { features: ['sso'] }, 'pass'],
  [
    pathHeaders,
    'off and needed',
    { pathHeaders: false },
    { features: ['shared_lines'] },
    'fail SETTINGS_PATH_HEADERS_OFF',
  ],
  [pathHeaders, 'off, needs unknown', { pathHeaders: false }, {}, 'unknown'],
  [pathHeaders, 'on with a new Unified CM', { pathHeaders: true }, ucm('12.5(1)SU4'), 'pass'],
  [
    pathHeaders,
    'on with an old Unified CM',
    { pathHeaders: true },
    ucm('11.5(1)SU1'),
    'fail SETTINGS_PATH_HEADERS_EARLY',
  ],
  [pathHeaders, 'on with the first Unified CM that is fit', { pathHeaders: true }, ucm('11.5(1)SU2'), 'pass'],
  [pathHeaders, 'on, release unknown', { pathHeaders: true }, {}, 'unknown'],

  [sessions, 'as documented', { tokenLifetime: 28_800, cleanupInterval: 43_200 }, {}, 'pass'],
  [sessions, 'one hour', { tokenLifetime: 3600 }, {}, 'fail SETTINGS_SESSIONS_CHANGED'],
  [sessions, 'not told', {}, {}, 'unknown'],

  [rateControl, 'eight in 300', { authorizations: { most: 8, seconds: 300 } }, {}, 'pass'],
  [rateControl, 'three in 300', { authorizations: { most: 3, seconds: 300 } }, {}, 'fail SETTINGS_RATE_LOW'],
  [rateControl, 'control off', { authorizations: { most: 0, seconds: 300 } }, {}, 'pass'],
  [
    rateControl,
    'three in X8.10',
    { authorizations: { most: 3, seconds: 300 } },
    onC('X8.10'),
    'not-applicable',
  ],

  [originVerification, 'on', { verifyOriginServer: true }, onC('X14.2'), 'pass'],
  [
    originVerification,
    'off',
    { verifyOriginServer: false },
    onC('X14.2'),
    'fail SETTINGS_ORIGIN_NOT_VERIFIED',
  ],
  [originVerification, 'before there was one', {}, onC('X12.5'), 'not-applicable'],

  [androidPush, 'off', { androidPush: false }, {}, 'pass'],
  [androidPush, 'on for Expressway-C', { androidPush: true }, {}, 'fail SETTINGS_PUSH_MISPLACED'],

  [staticNatInside, 'off', { staticNat: false }, {}, 'pass'],
  [staticNatInside, 'on for Expressway-C', { staticNat: true }, {}, 'fail SETTINGS_STATIC_NAT_INSIDE'],

  [ipProtocol, 'IPv4', { ipProtocol: 'IPv4' }, {}, 'pass'],
  [ipProtocol, 'both in X14.0', { ipProtocol: 'Both' }, onC('X14.0.6'), 'fail SETTINGS_IPV6_UNSUPPORTED'],
  [ipProtocol, 'both in X14.2', { ipProtocol: 'Both' }, onC('X14.2'), 'not-applicable'],
  [ipProtocol, 'both in an unknown release', { ipProtocol: 'Both' }, {}, 'unknown'],

  [jabberGuest, 'off', { jabberGuest: false, remoteAccess: true }, {}, 'pass'],
  [
    jabberGuest,
    'beside remote access',
    { jabberGuest: true, remoteAccess: true },
    {},
    'fail SETTINGS_JABBER_GUEST_ON',
  ],
  [jabberGuest, 'alone', { jabberGuest: true, remoteAccess: false }, {}, 'pass'],

  [mediaRange, 'as documented', { mediaPorts: { first: 36_000, last: 59_999 } }, {}, 'pass'],
  [
    mediaRange,
    'another',
    { mediaPorts: { first: 50_000, last: 54_999 } },
    {},
    'fail SETTINGS_MEDIA_RANGE_CHANGED',
  ],

  [stunKeepalive, 'on', { stunKeepalive: true }, {}, 'pass'],
  [stunKeepalive, 'off', { stunKeepalive: false }, {}, 'fail SETTINGS_STUN_KEEPALIVE_OFF'],
  [stunKeepalive, 'not told', {}, {}, 'unknown'],
])('$0.id on Expressway-C: %s', (check, _when, settings, facts, expected) => {
  const seenSettings = seen(expc, 'settings', reading(settings));
  expect(outcome(judge(check, round(facts, [seenSettings]), expc))).toBe(expected);
});

test.each<[AnyCheck, string, Settings, Partial<Deployment>, string]>([
  [turn, 'off', { turn: false }, {}, 'pass'],
  [turn, 'on in X8.2', { turn: true }, onE('X8.2'), 'fail SETTINGS_TURN_UNSUPPORTED'],
  [turn, 'on in X14', { turn: true }, onE('X14'), 'pass'],
  [turn, 'on in an unknown release', { turn: true }, {}, 'unknown'],

  [digestCache, 'both 7200', { digestCache: { lifetime: 7200, checkInterval: 7200 } }, {}, 'pass'],
  [digestCache, 'neither', { digestCache: { lifetime: 600, checkInterval: 60 } }, {}, 'not-applicable'],
  [
    digestCache,
    'one of them',
    { digestCache: { lifetime: 7200, checkInterval: 60 } },
    {},
    'fail SETTINGS_DIGEST_CACHE_SHORT',
  ],

  [protection, 'on', category('http-ce-auth', true, 10), {}, 'pass'],
  [protection, 'off', category('http-ce-auth', false), {}, 'fail SETTINGS_PROTECTION_OFF'],
  [
    protection,
    'a trigger of five',
    category('http-ce-auth', true, 5),
    {},
    'fail SETTINGS_PROTECTION_TRIGGER',
  ],
  [
    protection,
    'for missing resources',
    category('http-ce-resource', true),
    {},
    'fail SETTINGS_PROTECTION_RESOURCES',
  ],
  [protection, 'not told', {}, {}, 'unknown'],

  [staticNatInside, 'on for Expressway-E', { staticNat: true }, {}, 'not judged'],
  [androidPush, 'on for Expressway-E', { androidPush: true }, {}, 'not judged'],
])('$0.id on Expressway-E: %s', (check, _when, settings, facts, expected) => {
  const seenSettings = seen(expe, 'settings', reading(settings));
  expect(outcome(judge(check, round(facts, [seenSettings]), expe))).toBe(expected);
});

test.each([
  ['the same port', 7001, 'pass'],
  ['another port', 7002, 'fail SETTINGS_ZONE_PORTS_DIFFER'],
])('both ends of the zone: %s', (_when, sipPort, expected) => {
  const both = [
    seen(expc, 'settings', reading(zones({}))),
    seen(expe, 'settings', reading(zones({ type: 'TraversalServer', sipPort }))),
  ];
  expect(outcome(judge(zonePort, round({}, both), expc))).toBe(expected);
});

test('one end of the zone alone does not tell whether the ports agree', () => {
  const one = [seen(expc, 'settings', reading(zones({})))];
  expect(outcome(judge(zonePort, round({}, one), expc))).toBe('unknown');
});

test.each([
  ['its own name', 'expc1.example.com', 'pass'],
  ['a name that it does not have', 'cluster.example.com', 'fail SETTINGS_ZONE_NAME_STRANGE'],
])('the zone of Expressway-E wants of Expressway-C %s', (_when, verifyName, expected) => {
  const host = 'expc1.example.com';
  const both = [
    seen(expe, 'settings', reading(zones({ type: 'TraversalServer', verifyName }))),
    shows({ commonName: host, names: { dns: [host] } }, expresswayC),
  ];
  expect(outcome(judge(zoneName, round({}, both), expe))).toBe(expected);
});

test.each([
  ['the same servers', ['10.0.0.6', '10.0.0.5'], undefined, 'pass'],
  ['other servers', ['10.0.0.7'], undefined, 'fail SETTINGS_PEERS_DIFFER'],
  ['other servers in another cluster', ['10.0.0.7'], 'second', 'pass'],
])('peers with %s', (_when, ntpServers, cluster, expected) => {
  const other = node('expc2.example.com', 'expressway_c');
  const nodes = {
    expressway_c: [
      { name: 'expc1.example.com' },
      { name: 'expc2.example.com', ...(cluster !== undefined && { cluster }) },
    ],
  } as unknown as Deployment['nodes'];
  const both = [
    seen(expc, 'settings', reading({ dnsServers: ['10.0.0.53'], ntpServers: ['10.0.0.5', '10.0.0.6'] })),
    seen(other, 'settings', reading({ dnsServers: ['10.0.0.53'], ntpServers })),
  ];
  expect(outcome(judge(servers, round({ nodes }, both), other))).toBe(expected);
});

const unifiedCm = [{ name: 'cucm1.example.com', address: '10.0.0.31' }];
const inTrunk = (facts: Partial<Deployment> = {}): Partial<Deployment> => ({
  nodes: { unified_cm: unifiedCm } as unknown as Deployment['nodes'],
  ...facts,
});
const trunkTo = (peer: string, sipPort: number | undefined, name = 'Trunk'): Settings => {
  const { sipPort: _, ...rest } = sound;
  const neighbour = { name, type: 'Neighbor', unified: false, peers: [peer] };
  return { zones: [{ ...rest, ...neighbour, ...(sipPort !== undefined && { sipPort }) }] };
};
const declaredTrunk = (incomingPort: number) => inTrunk({ trunk: { incomingPort, secure: false } });

test.each<[string, Settings, Partial<Deployment>, string]>([
  ['a port of its own', trunkTo('cucm1.example.com', 5560), inTrunk(), 'pass'],
  ['the port of the lines', trunkTo('10.0.0.31', 5060), inTrunk(), 'fail SETTINGS_TRUNK_ON_LINE_PORT'],
  ['the declared port', trunkTo('cucm1.example.com', 5560), declaredTrunk(5560), 'pass'],
  [
    'another than the declared port',
    trunkTo('CUCM1.example.com', 5561),
    declaredTrunk(5560),
    'fail SETTINGS_TRUNK_PORT_DIFFERS',
  ],
  ['no port told', trunkTo('cucm1.example.com', undefined), inTrunk(), 'unknown'],
  ['for the lines', trunkTo('cucm1.example.com', 5060, 'CEtcp-cucm1'), inTrunk(), 'not-applicable'],
  ['to something else', trunkTo('sbc.example.com', 5060), inTrunk(), 'not-applicable'],
])('a neighbour zone with %s', (_when, settings, facts, expected) => {
  const observed = [seen(expc, 'settings', reading(settings))];
  expect(outcome(judge(trunkZone, round(facts, observed), expc))).toBe(expected);
});

const lineZones = (...names: readonly string[]): Settings => ({
  zones: names.map(name => ({ name, type: 'Neighbor', unified: false, peers: ['cucm1'] })),
});

test.each<[string, Deployment['securityMode'], Settings, string]>([
  ['mixed, with a zone over TLS', 'mixed', lineZones('CEtcp-cucm1', 'CEtls-cucm1'), 'pass'],
  ['mixed, without', 'mixed', lineZones('CEtcp-cucm1'), 'fail SETTINGS_SECURITY_MODE_DIFFERS'],
  ['non-secure, without', 'non-secure', lineZones('CEtcp-cucm1'), 'pass'],
  [
    'non-secure, with one',
    'non-secure',
    lineZones('CEtcp-cucm1', 'CEtls-cucm1'),
    'fail SETTINGS_SECURITY_MODE_DIFFERS',
  ],
  ['no such zones in the export', 'mixed', {}, 'unknown'],
  ['untold', undefined, lineZones('CEtcp-cucm1'), 'not-applicable'],
])('the security mode is %s', (_when, mode, settings, expected) => {
  const observed = [seen(expc, 'settings', reading(settings))];
  const facts = mode === undefined ? {} : { securityMode: mode };
  expect(outcome(judge(securityMode, round(facts, observed), expc))).toBe(expected);
});
