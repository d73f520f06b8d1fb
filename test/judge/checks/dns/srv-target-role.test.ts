import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { srvTargetRole } from '../../../../src/judge/checks/dns/srv-target-role.ts';
import { a, answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { deployment, domain, judge, node, outcome, round, seen } from '../../round.ts';

const nodes = {
  ...deployment().nodes,
  expressway_c: [{ name: 'expc1.example.com', address: '203.0.113.21' }],
  unified_cm: [{ name: 'cucm1.example.com' }],
};

test.each<[string, DnsReading, string, string]>([
  ['Expressway-E', answer(srv('expe1.example.com')), '203.0.113.11', 'pass'],
  ['Expressway-C by name', answer(srv('ExpC1.example.com')), '203.0.113.11', 'fail DNS_SRV_TARGET_INSIDE'],
  ['Unified CM by name', answer(srv('cucm1.example.com')), '203.0.113.11', 'fail DNS_SRV_TARGET_INSIDE'],
  ['Expressway-C by address', answer(srv('expe1.example.com')), '203.0.113.21', 'fail DNS_SRV_TARGET_INSIDE'],
  ['no record', nxdomain(), '203.0.113.11', 'not-applicable'],
  ['silence', dnsFailed('timeout'), '203.0.113.11', 'unknown'],
])('%s', (_, reading, ip, expected) => {
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', reading),
    seen(node('expe1.example.com'), 'dns:public:address/a', answer(a(ip))),
  ];
  expect(outcome(judge(srvTargetRole, round({ nodes }, observed)))).toBe(expected);
});

test('nobody inside is declared', () => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', answer(srv('expc1.example.com')))];
  expect(outcome(judge(srvTargetRole, round({}, observed)))).toBe('not-applicable');
});
