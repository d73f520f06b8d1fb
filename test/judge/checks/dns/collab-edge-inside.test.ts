import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { collabEdge } from '../../../../src/judge/checks/dns/collab-edge.ts';
import { collabEdgeInside } from '../../../../src/judge/checks/dns/collab-edge-inside.ts';
import { answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

test.each<[string, boolean, DnsReading, string]>([
  ['published inside', true, answer(srv('expe1.example.com')), 'pass'],
  ['missing', true, nxdomain(), 'fail DNS_COLLAB_EDGE_INSIDE_MISSING'],
  ['without a record of this type', true, nodata(), 'fail DNS_COLLAB_EDGE_INSIDE_MISSING'],
  ['disabled', true, answer(srv('')), 'fail DNS_COLLAB_EDGE_INSIDE_MISSING'],
  ['missing, and people outside use the edge', false, nxdomain(), 'not-applicable'],
  ['silence', true, dnsFailed('timeout'), 'unknown'],
])('%s', (_, onlyInside, reading, expected) => {
  const observed = [seen(domain(), 'dns:internal:srv/collab-edge', reading)];
  expect(outcome(judge(collabEdgeInside, round({ onlyInside }, observed)))).toBe(expected);
});

test('then public DNS need not have it', () => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', nxdomain())];
  expect(outcome(judge(collabEdge, round({ onlyInside: true }, observed)))).toBe('not-applicable');
});
