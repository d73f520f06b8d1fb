import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { bareName } from '../../../../src/judge/checks/dns/bare-name.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { a, answer, dnsFailed, nodata, nxdomain } from '../../readings.ts';
import { judge, node, outcome, round, seen } from '../../round.ts';

const current = { expressway_c: 'X14.0', unified_cm: '14SU3' };

test.each<[string, Deployment['versions'], DnsReading, string]>([
  ['found', current, answer(a('10.0.0.21', 'expc1.inner.example')), 'pass'],
  ['not found', current, nxdomain(), 'fail DNS_BARE_NAME_UNRESOLVED'],
  ['without A record', current, nodata(), 'fail DNS_BARE_NAME_UNRESOLVED'],
  ['not found, versions unknown', {}, nxdomain(), 'fail DNS_BARE_NAME_UNRESOLVED'],
  ['not found, Expressway too old', { expressway_c: 'X12.6' }, nxdomain(), 'not-applicable'],
  ['not found, Unified CM too old', { unified_cm: '12.5(1)SU4' }, nxdomain(), 'not-applicable'],
  ['silence', current, dnsFailed('timeout'), 'unknown'],
])('%s', (_, versions, reading, expected) => {
  const observed = [seen(node('expc1.example.com', 'expressway_c'), 'dns:internal:address/bare-a', reading)];
  expect(outcome(judge(bareName, round({ versions }, observed)))).toBe(expected);
});
