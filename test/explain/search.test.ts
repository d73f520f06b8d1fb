import { expect, test } from 'vitest';
import { search, searchOf } from '../../src/explain/explain.ts';
import { loadLibrary } from '../../src/explain/library.ts';

const library = loadLibrary();
const find = searchOf(library);
const first = (words: string) => find(words)[0]?.entry.id;

test.each([
  // ids and codes, however they are typed
  ['CERT-007', 'CERT-007'],
  ['cert 007', 'CERT-007'],
  ['DNS_CISCO_UDS_EXPOSED', 'DNS-012'],
  ['dns collab edge misspelt', 'DNS-002'],
  ['PROBER_NO_ROUTE', 'PROBE-002'],
  // error strings of clients and logs
  ['502 next hop connection failed', 'EDGE-001'],
  ['HTTP/1.1 502 connect failed', 'EDGE-002'],
  ['portforwarding.pyc', 'DNS-008'],
  ['403 CE_E', 'EDGE-003'],
  ['403 voicemail', 'EDGE-010'],
  ['429 too many requests', 'EDGE-005'],
  ['401 unauthorized', 'AUTH-001'],
  ['407 proxy authentication required', 'CALL-001'],
  ['FAILED_NO_SRV_RECORDS_FOUND', 'DNS-001'],
  ['Cannot find your services automatically', 'DNS-001'],
  ['NO_HOME_UDS_FOUND', 'AUTH-004'],
  ['No uid Attribute in Assertion from IdP', 'AUTH-003'],
  ['Failed to query auth component for SASL mechanisms', 'CHAT-002'],
  ['Failed to establish SSL connection', 'CERT-012'],
  ['SIP trunk disallows REGISTER', 'CALL-003'],
  ['SNI (10.48.36.215) not in certificate. Action=Terminate', 'EDGE-002'],
  ['alarm 25022', 'TIME-001'],
  ['alarm 35013', 'EDGE-001'],
  ['1000:1005', 'DNS-001'],
  ['CSCux16696', 'AUTH-002'],
  // lines as they are pasted from a log
  [
    'Module="Jabber" Level="WARN " CodeLocation="cvsservice.cpp:409" Detail="caught exception: exception in reverseDNSLookup: reverse DNS lookup failed for address=10.1.2.3"',
    'DNS-018',
  ],
  [
    'Level="WARN " CodeLocation="cvsservice.cpp:601" Detail="Certificate verification failed for host=10.1.2.3, additional info: Invalid Hostname"',
    'DNS-019',
  ],
  [
    "XmppSDK.dll #0, 201, Recv:<iq id='uid:1' type='error'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><error code='409' type='cancel'><conflict",
    'CHAT-001',
  ],
  [
    '[ET_NET 0] WARNING: Core server certificate verification failed for (ucm1.example.com). Action=Terminate Error=self signed certificate',
    'EDGE-002',
  ],
  [
    'Event="Authentication Failed" Service="SIP" Detail="Incorrect authentication credential for user" Protocol="TLS" Method="OPTIONS"',
    'ZONE-001',
  ],
  ["Unable to connect to host '10.1.2.3', port 7400:(111) Connection refused", 'PORT-002'],
  // what people say
  ['_cisco-uds resolves outside', 'DNS-012'],
  ['certificate popup jabber', 'CERT-004'],
  ['clock', 'TIME-001'],
  ['ntp', 'TIME-001'],
  ['works on windows but not on iphone intermediate', 'CERT-007'],
  ['certificate expired', 'CERT-001'],
  ['wildcard certificate', 'CERT-020'],
  ['maintenance mode', 'EDGE-006'],
  ['underscore in hostname', 'DNS-008'],
  ['port 2222 open from the internet', 'PORT-005'],
  ['firewall blocks 5061', 'PORT-001'],
  ['connection refused', 'PORT-002'],
  ['blocked addresses fail2ban', 'PORT-008'],
  ['video 384 kbps', 'CALL-002'],
  ['registration flapping stun', 'CALL-004'],
  ['client authentication EKU', 'CERT-011'],
  ['phone security profile name', 'CERT-012'],
  ['too many open files', 'PROBE-001'],
  ['refresh servers after upgrade', 'CFG-003'],
  // with a slip of the finger
  ['portforwardng', 'DNS-008'],
  ['wildcrad', 'CERT-020'],
  ['maintenence mode', 'EDGE-006'],
])('%s leads to %s', (words, id) => {
  expect(first(words)).toBe(id);
});

test('every entry is found by its id, its codes and its title', () => {
  const lost = library.entries.flatMap(({ id, codes, title }) =>
    [id, ...codes, title].filter(words => first(words) !== id).map(words => `${id}: ${words}`),
  );
  expect(lost, 'two entries say the same, or a title has no word of its own').toEqual([]);
}, 30_000);

test('nothing comes of nothing, and of words that nobody wrote', () => {
  expect(search(library, '')).toEqual([]);
  expect(search(library, ' ?! ')).toEqual([]);
  expect(search(library, 'the of and')).toEqual([]);
  expect(search(library, 'qqqqqqqq')).toEqual([]);
});

test('a pasted log of ten thousand different words is searched in a moment', () => {
  const page = Array.from({ length: 10_000 }, (_, i) => `word${i}`).join(' ');
  const started = performance.now();
  search(library, `502 Next Hop Connection Failed ${page}`);
  expect(performance.now() - started).toBeLessThan(2000);
});
