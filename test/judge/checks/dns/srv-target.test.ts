import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { srvTarget } from '../../../../src/judge/checks/dns/srv-target.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

test.each<[string, DnsReading, string]>([
  ['names', answer(srv('expe1.example.com'), srv('expe2.example.com')), 'pass'],
  ['an address', answer(srv('203.0.113.11')), 'fail DNS_SRV_TARGET_IS_ADDRESS'],
  [
    'two addresses',
    answer(srv('203.0.113.11'), srv('203.0.113.12')),
    'fail DNS_SRV_TARGET_IS_ADDRESS DNS_SRV_TARGET_IS_ADDRESS',
  ],
  ['no record', nxdomain(), 'not-applicable'],
  ['target "."', answer(srv('')), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(srvTarget, round({}, observed)))).toBe(expected);
});
