import { array, assert, constantFrom, ipV4, ipV6, property, string, stringMatching, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/offline/logs/redact.ts';

const write = (text: string) => createRedactor(false).write(text);

test.each([
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: <hidden>'],
  ['|GET / HTTP/1.1\nX-Auth: 1e1111e1-dddb-49e9\nHost: a', '|GET / HTTP/1.1\nX-Auth: <hidden>\nHost: a'],
  ['Set-Cookie: X-Auth=1e1111e1-dddb; Path=/; Secure', 'Set-Cookie: <hidden>'],
  ['Username="jdoe" asked as jdoe again', 'Username="<user 1>" asked as <user 1> again'],
  ['/cucm-uds/user/jdoe/devices', '/cucm-uds/user/<user 1>/devices'],
  ['?username=jdoe&x=1', '?username=<user 1>&x=1'],
  ['AOR="sip:jdoe@example.com"', 'AOR="sip:<user 1>@<host 1>"'],
  ['To=sip:jdoe@example.com, Call', 'To=sip:<user 1>@<host 1>, Call'],
  ['mail jdoe@example.com now', 'mail <user 1> now'],
  ['server=cucm.example.com(10.48.36.215) depth=0', 'server=<host 1>(<host 2>) depth=0'],
  ['Src-ip="2001:db8::1" Src-port="5061"', 'Src-ip="<host 1>" Src-port="5061"'],
  [
    'DNS query PII_CED_Exception{_collab-edge._tls.example.com.}',
    'DNS query PII_CED_Exception{_collab-edge._tls.<host 1>.}',
  ],
  ['PII_CED_Exception{something private}', 'PII_CED_Exception{<hidden>}'],
  ['SEP00506006EAFE and CSFjdoe.cnf.xml', '<user 1> and CSF<user 2>.cnf.xml'],
  ['response=319a0bb365decf98c1bb7b3ce350f6ec', 'response=<hidden>'],
  ['https://expe:8443/dGJ0cC5jb20/get_edge_config', 'https://<host 1>:8443/{<host 2>}/get_edge_config'],
  [
    'cvsservice.cpp:409 csf.dns Server: CE_E at 13:03:18',
    'cvsservice.cpp:409 csf.dns Server: CE_E at 13:03:18',
  ],
  ['t=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqZG9lIn0.c2ln', 't=<hidden>'],
  ['C:\\Users\\jdoe\\AppData', 'C:\\Users\\<user 1>\\AppData'],
])('%s', (text, written) => {
  expect(write(text)).toBe(written);
});

test('the host that wrote a line is hidden where it stands alone', () => {
  expect(write('2015-02-02T19:46:31+01:00 collabedge tvcs: Event="x" from collabedge')).toBe(
    '2015-02-02T19:46:31+01:00 <host 1> tvcs: Event="x" from <host 1>',
  );
});

test('one name has one number in a whole report', () => {
  const { write: writeOpen } = createRedactor(false);
  expect([
    writeOpen('Username="a1b2"'),
    writeOpen('Username="c3d4"'),
    writeOpen('user=A1B2 a1b2@example.com'),
  ]).toEqual(['Username="<user 1>"', 'Username="<user 2>"', 'user=<user 1> <user 1>']);
});

test('unredacted, a line stays as it is but for the path, which is told', () => {
  expect(createRedactor(true).write('GET /dGJ0cC5jb20/x Authorization: Basic dXNlcjpwYXNz')).toBe(
    'GET /{tbtp.com}/x Authorization: Basic dXNlcjpwYXNz',
  );
});

test('people and hosts are told apart', () => {
  expect(
    createRedactor(false).concerned('Username="jdoe" server=cucm.example.com(10.1.1.1) for JDOE', undefined),
  ).toEqual({ people: ['jdoe'], hosts: ['cucm.example.com', '10.1.1.1'] });
});

test('what stands in a known place never comes through, whatever is around it', () => {
  const person = stringMatching(/^[a-z][a-z0-9._-]{4,14}[a-z0-9]$/);
  const label = stringMatching(/^q[a-z0-9]{4,10}z$/);
  const host = tuple(label, label).map(([a, b]) => `${a}.${b}.example`);
  const noise = string({ maxLength: 30 });
  const slots = constantFrom<readonly [(value: string) => string, 'person' | 'host' | 'address']>(
    [value => `Username="${value}"`, 'person'],
    [value => `/cucm-uds/user/${value}/devices`, 'person'],
    [value => `?username=${value}&`, 'person'],
    [value => `X-Auth: ${value}`, 'person'],
    [value => `Authorization: Bearer ${value}`, 'person'],
    [value => `PII_CED_Exception{${value}}`, 'person'],
    [value => `Dst-ip="${value}"`, 'address'],
    [value => `host '${value}', port 7400`, 'host'],
    [value => `for (${value}). Action`, 'host'],
    [value => `PII_CED_Exception{https://${value}:8443/}`, 'host'],
  );
  const address = constantFrom('v4', 'v6').chain(kind => (kind === 'v4' ? ipV4() : ipV6()));
  assert(
    property(slots, person, host, address, noise, noise, ([slot, kind], someone, name, ip, before, after) => {
      const value = kind === 'person' ? someone : kind === 'host' ? name : ip;
      const text = `${before} ${slot(value)} ${after}`;
      expect(write(text)).not.toContain(slot(value));
    }),
    { numRuns: 3000 },
  );
});

test('takes any text', () => {
  assert(
    property(
      array(constantFrom('a', '=', '"', '.', '@', ':', '/', 'sip:', 'user', ' ', '{', '\n', '1'), {
        maxLength: 80,
      }),
      parts => {
        const text = parts.join('');
        expect(createRedactor(true).write(text)).toBeTypeOf('string');
        expect(write(text)).toBeTypeOf('string');
      },
    ),
    { numRuns: 1000 },
  );
});
