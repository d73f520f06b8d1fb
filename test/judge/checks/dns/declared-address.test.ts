import { expect, test } from 'vitest';
import { declaredAddress } from '../../../../src/judge/checks/dns/declared-address.ts';
import { a, answer, tcpFailed, tcpOpen } from '../../readings.ts';
import { address, deployment, judge, node, outcome, round, seen, service } from '../../round.ts';

const declared = {
  ...deployment().nodes,
  expressway_e: [{ name: 'expe1.example.com', publicAddress: '203.0.113.11' }, { name: 'expe2.example.com' }],
};

test.each<[string, string, string, string]>([
  ['the declared address', 'expe1.example.com', '203.0.113.11', 'pass'],
  ['another one', 'expe1.example.com', '203.0.113.99', 'fail DNS_ADDRESS_STRANGE'],
  ['one of the other family', 'expe1.example.com', '2001:db8::11', 'not-applicable'],
  ['nothing is declared', 'expe2.example.com', '203.0.113.99', 'not-applicable'],
])('%s', (_, host, ip, expected) => {
  const given = seen(
    node(host),
    ip.includes(':') ? 'dns:public:address/aaaa' : 'dns:public:address/a',
    answer(a(ip, host)),
  );
  const subject = address(host, ip);
  expect(outcome(judge(declaredAddress, round({ nodes: declared }, [given], [subject]), subject))).toBe(
    expected,
  );
});

test.each([
  ['refuses every port', 'refused', 'fail DNS_ADDRESS_OUTDATED'],
  ['is silent on every port', 'filtered', 'fail DNS_ADDRESS_OUTDATED'],
  ['takes connections', 'open', 'fail DNS_ADDRESS_STRANGE'],
] as const)('another address, which %s', (_, state, expected) => {
  const host = 'expe1.example.com';
  const subject = address(host, '203.0.113.99');
  const ports = [8443, 5061].map(port => service({ host, port, address: subject.address }));
  const reading = state === 'open' ? tcpOpen() : tcpFailed(state);
  const given = [
    seen(node(host), 'dns:public:address/a', answer(a('203.0.113.99', host))),
    ...ports.map(port => seen(port, 'tcp', reading)),
  ];
  expect(
    outcome(judge(declaredAddress, round({ nodes: declared }, given, [subject, ...ports]), subject)),
  ).toBe(expected);
});

test('an address that is not from DNS, and the inside view, are not judged', () => {
  const known = address('expe1.example.com', '203.0.113.99');
  const inside = address('expe1.example.com', '10.0.1.11', { view: 'internal' });
  const both = round({ nodes: declared }, [], [known, inside]);
  expect(outcome(judge(declaredAddress, both, known))).toBe('not-applicable');
  expect(outcome(judge(declaredAddress, both, inside))).toBe('not-applicable');
});
