import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { cuploginHidden } from '../../../../src/judge/checks/dns/cuplogin-hidden.ts';
import { answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

test.each<[string, DnsReading, string]>([
  ['NXDOMAIN', nxdomain(), 'pass'],
  ['NODATA', nodata(), 'pass'],
  ['a record', answer(srv('cucm1.example.com')), 'fail DNS_CUPLOGIN_EXPOSED'],
  ['a record with the target "."', answer(srv('')), 'fail DNS_CUPLOGIN_EXPOSED'],
  ['silence', dnsFailed('timeout'), 'unknown'],
  ['SERVFAIL', dnsFailed('servfail'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/cuplogin', reading)];
  expect(outcome(judge(cuploginHidden, round({}, observed)))).toBe(expected);
});

test('inside it may resolve', () => {
  const observed = [seen(domain(), 'dns:internal:srv/cuplogin', answer(srv('cucm1.example.com')))];
  expect(outcome(judge(cuploginHidden, round({ vantage: 'internal' }, observed)))).toBe('not judged');
});
