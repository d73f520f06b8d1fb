import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { edgeClusters } from '../../../../src/judge/checks/dns/edge-clusters.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { deployment, domain, judge, outcome, round, seen } from '../../round.ts';

const us1 = { name: 'us1.example.com', cluster: 'us' };
const us2 = { name: 'us2.example.com', cluster: 'us' };
const eu1 = { name: 'eu1.example.com', cluster: 'eu' };
const need = 'dns:public:srv/collab-edge';

test.each<[string, DnsReading, string]>([
  ['both clusters', answer(srv('US1.example.com'), srv('eu1.example.com', { priority: 20 })), 'pass'],
  ['one of them', answer(srv('us1.example.com'), srv('us2.example.com')), 'fail DNS_EDGE_CLUSTER_ABSENT'],
  ['an alias', answer(srv('main.example.com'), srv('us1.example.com')), 'unknown'],
  ['no record', nxdomain(), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const nodes = { ...deployment().nodes, expressway_e: [us1, us2, eu1] };
  expect(outcome(judge(edgeClusters, round({ nodes }, [seen(domain(), need, reading)])))).toBe(expected);
});

test('one cluster, or none with a name', () => {
  const reading = answer(srv('us1.example.com'));
  for (const expressway_e of [
    [us1, us2],
    [{ name: 'us1.example.com' }, { name: 'eu1.example.com' }],
  ]) {
    const nodes = { ...deployment().nodes, expressway_e };
    expect(outcome(judge(edgeClusters, round({ nodes }, [seen(domain(), need, reading)])))).toBe(
      'not-applicable',
    );
  }
});
