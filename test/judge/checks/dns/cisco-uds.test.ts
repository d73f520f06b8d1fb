import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { ciscoUds } from '../../../../src/judge/checks/dns/cisco-uds.ts';
import { answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';
import { declares } from '../declared/declared.ts';

test.each<[string, DnsReading, string | undefined, string]>([
  ['a record', answer(srv('cucm1.example.com')), 'X8.10', 'pass'],
  ['none with X8.10', nxdomain(), 'X8.10', 'fail DNS_CISCO_UDS_MISSING'],
  ['none with X12.4.9', nodata(), 'X12.4.9', 'fail DNS_CISCO_UDS_MISSING'],
  ['none with X12.5', nxdomain(), 'X12.5', 'fail DNS_CISCO_UDS_ABSENT'],
  ['none with X15.0.3', nxdomain(), 'X15.0.3', 'fail DNS_CISCO_UDS_ABSENT'],
  ['none with an unknown version', nxdomain(), undefined, 'fail DNS_CISCO_UDS_ABSENT'],
  ['silence', dnsFailed('timeout'), 'X8.10', 'unknown'],
])('%s', (_, reading, version, expected) => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', reading)];
  const facts = { vantage: 'internal', versions: version ? { expressway_c: version } : {} } as const;
  expect(outcome(judge(ciscoUds, round(facts, observed)))).toBe(expected);
});

test('outside it is not missed', () => {
  const observed = [seen(domain(), 'dns:public:srv/cisco-uds', nxdomain())];
  expect(outcome(judge(ciscoUds, round({}, observed)))).toBe('not judged');
});

test.each<[string, DnsReading, string]>([
  ['published there', answer(srv('cucm1.example.com')), 'fail DNS_CISCO_UDS_MISSPELT'],
  ['not published there either', nxdomain(), 'fail DNS_CISCO_UDS_ABSENT'],
  ['disabled there', answer(srv('')), 'fail DNS_CISCO_UDS_ABSENT'],
])('spelt with an underscore: %s', (_, misspelt, expected) => {
  const observed = [
    seen(domain(), 'dns:internal:srv/cisco-uds', nxdomain()),
    seen(domain(), 'dns:internal:srv/cisco-uds-underscore', misspelt),
  ];
  expect(outcome(judge(ciscoUds, round({}, observed)))).toBe(expected);
});

test.each([
  ['X12.4', 'fail DNS_CISCO_UDS_MISSING'],
  ['X12.5', 'not-applicable'],
  [undefined, 'not-applicable'],
])('with Unified CM in another domain, Expressway-C %s', (version, expected) => {
  const versions = version === undefined ? {} : { expressway_c: version };
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', nxdomain())];
  const facts = declares({ unified_cm: ['cucm1.inner.local'] }, { versions });
  expect(outcome(judge(ciscoUds, round(facts, observed)))).toBe(expected);
});
