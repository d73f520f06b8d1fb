import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { ciscoUdsHidden } from '../../../../src/judge/checks/dns/cisco-uds-hidden.ts';
import { answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

test.each<[string, DnsReading, string]>([
  ['NXDOMAIN', nxdomain(), 'pass'],
  ['NODATA', nodata(), 'pass'],
  ['a record', answer(srv('cucm1.example.com')), 'fail DNS_CISCO_UDS_EXPOSED'],
  ['a record with the target "."', answer(srv('')), 'fail DNS_CISCO_UDS_EXPOSED'],
  ['silence', dnsFailed('timeout'), 'unknown'],
  ['SERVFAIL', dnsFailed('servfail'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/cisco-uds', reading)];
  expect(outcome(judge(ciscoUdsHidden, round({}, observed)))).toBe(expected);
});

test('inside it may resolve', () => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', answer(srv('cucm1.example.com')))];
  expect(outcome(judge(ciscoUdsHidden, round({ vantage: 'internal' }, observed)))).toBe('not judged');
});
