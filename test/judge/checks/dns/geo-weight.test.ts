import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { geoWeight } from '../../../../src/judge/checks/dns/geo-weight.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const near = srv('us.example.com');
const far = (weight: number) => srv('eur.example.com', { priority: 20, weight });

test.each<[string, DnsReading, string]>([
  ['one weight', answer(near, far(10)), 'pass'],
  ['two weights', answer(near, far(20)), 'fail DNS_GEO_WEIGHT_DIFFERS'],
  ['one priority', answer(near, srv('us2.example.com', { weight: 20 })), 'not-applicable'],
  ['no record', nxdomain(), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(geoWeight, round({}, observed)))).toBe(expected);
});
