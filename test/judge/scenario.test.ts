import { expect, test } from 'vitest';
import type { DnsReading } from '../../probes/index.ts';
import { scenarioOf } from '../../src/judge/scenario.ts';
import { indexRound } from '../../src/judge/view.ts';
import { declares } from './checks/declared/declared.ts';
import { answer, dnsFailed, nxdomain, srv } from './readings.ts';
import { domain, round, seen } from './round.ts';

test.each<[string, readonly string[], DnsReading, string | undefined]>([
  ['another answer inside', ['cucm1.example.com'], answer(srv('cucm1.example.com')), 'split-dns'],
  ['Unified CM in a domain of its own', ['cucm1.inner.local'], nxdomain(), 'dual-domain'],
  ['Unified CM below the edge domain', ['cucm1.inside.example.com'], nxdomain(), 'one-view'],
  ['Unified CM in both', ['cucm1.inner.local', 'cucm2.example.com'], nxdomain(), 'one-view'],
  ['Unified CM by address', ['10.0.0.31'], nxdomain(), 'one-view'],
  ['a domain that only ends alike', ['cucm1.notexample.com'], nxdomain(), 'dual-domain'],
  ['silence', ['cucm1.inner.local'], dnsFailed('timeout'), undefined],
])('%s', (_, unified_cm, reading, expected) => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', reading)];
  expect(scenarioOf(indexRound(round(declares({ unified_cm }), observed)), domain())).toBe(expected);
});
