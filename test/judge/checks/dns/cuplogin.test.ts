import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { cuplogin } from '../../../../src/judge/checks/dns/cuplogin.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const found = answer(srv('imp1.example.com'));

test.each<[string, string | undefined, DnsReading, string]>([
  ['published', 'X8.2', found, 'pass'],
  ['missing', 'X8.2', nxdomain(), 'fail DNS_CUPLOGIN_MISSING'],
  ['another port', 'X8.9.2', answer(srv('imp1.example.com', { port: 443 })), 'fail DNS_CUPLOGIN_PORT_WRONG'],
  ['missing in X8.10', 'X8.10', nxdomain(), 'not-applicable'],
  ['missing in an unknown version', undefined, nxdomain(), 'not-applicable'],
  ['silence', 'X8.2', dnsFailed('timeout'), 'unknown'],
])('%s', (_, version, reading, expected) => {
  const versions = version === undefined ? {} : { expressway_c: version };
  const observed = [seen(domain(), 'dns:internal:srv/cuplogin', reading)];
  expect(outcome(judge(cuplogin, round({ versions }, observed)))).toBe(expected);
});
