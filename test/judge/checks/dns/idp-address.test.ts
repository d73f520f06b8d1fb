import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { idpAddress } from '../../../../src/judge/checks/dns/idp-address.ts';
import { a, answer, dnsFailed, nodata, nxdomain } from '../../readings.ts';
import { judge, node, outcome, round, seen } from '../../round.ts';

const idp = node('idp.example.com', 'idp');

test.each<[string, DnsReading, DnsReading, string]>([
  ['IPv4', answer(a('203.0.113.80')), nodata(), 'pass'],
  ['IPv6 only', nodata(), answer(a('2001:db8::80')), 'pass'],
  ['neither', nodata(), nodata(), 'fail DNS_IDP_NO_ADDRESS'],
  ['no such name', nxdomain(), nxdomain(), 'fail DNS_IDP_NO_ADDRESS'],
  ['no A record, AAAA not heard', nodata(), dnsFailed('timeout'), 'unknown'],
  ['silence', dnsFailed('timeout'), dnsFailed('timeout'), 'unknown'],
])('%s', (_, four, six, expected) => {
  const observed = [seen(idp, 'dns:public:address/a', four), seen(idp, 'dns:public:address/aaaa', six)];
  expect(outcome(judge(idpAddress, round({}, observed)))).toBe(expected);
});

test('known by address, and other roles', () => {
  const byAddress = seen(node('203.0.113.80', 'idp'), 'dns:public:address/a', nxdomain());
  expect(outcome(judge(idpAddress, round({}, [byAddress])))).toBe('not-applicable');
  const edge = seen(node(), 'dns:public:address/a', nxdomain());
  expect(outcome(judge(idpAddress, round({}, [edge])))).toBe('not judged');
});
