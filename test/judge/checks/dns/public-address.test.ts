import { expect, test } from 'vitest';
import { publicAddress } from '../../../../src/judge/checks/dns/public-address.ts';
import { a, answer } from '../../readings.ts';
import { address, judge, node, outcome, round, seen } from '../../round.ts';

function judged(ip: string, resolver = '9.9.9.9', view: 'public' | 'internal' = 'public') {
  const subject = address('expe1.example.com', ip, { view });
  const type = ip.includes(':') ? 'aaaa' : 'a';
  const reading = { ...answer(a(ip)), resolver };
  const observed = [seen(node(), `dns:${view}:address/${type}`, reading)];
  return outcome(judge(publicAddress, round({}, observed, [subject]), subject));
}

test.each([
  ['8.8.4.4', '9.9.9.9', 'pass'],
  ['2620:fe::fe', '[2620:fe::9]:53', 'pass'],
  ['10.1.2.3', '9.9.9.9', 'fail DNS_ADDRESS_PRIVATE'],
  ['100.64.0.1', '9.9.9.9:53', 'fail DNS_ADDRESS_PRIVATE'],
  ['fd00::1', '9.9.9.9', 'fail DNS_ADDRESS_PRIVATE'],
  ['127.0.0.1', '9.9.9.9', 'fail DNS_ADDRESS_PRIVATE'],
  ['203.0.113.11', '9.9.9.9', 'fail DNS_ADDRESS_PRIVATE'],
  ['10.1.2.3', '10.0.0.53', 'not-applicable'],
  ['127.40.0.11', '127.40.0.53:5300', 'not-applicable'],
])('%s through %s: %s', (ip, resolver, expected) => {
  expect(judged(ip, resolver)).toBe(expected);
});

test('the internal view may give a private address', () => {
  expect(judged('10.1.2.3', '9.9.9.9', 'internal')).toBe('not-applicable');
});

test('a declared address is not judged', () => {
  const subject = address('expe1.example.com', '10.1.2.3');
  expect(outcome(judge(publicAddress, round({}, [], [subject])))).toBe('not-applicable');
});
