import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { peerWeight } from '../../../../src/judge/checks/dns/peer-weight.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const first = srv('expe1.example.com');

test.each<[string, DnsReading, string]>([
  ['the same', answer(first, srv('expe2.example.com')), 'pass'],
  [
    'another priority',
    answer(first, srv('expe2.example.com', { priority: 20 })),
    'fail DNS_PEER_WEIGHT_DIFFERS',
  ],
  ['another weight', answer(first, srv('expe2.example.com', { weight: 20 })), 'fail DNS_PEER_WEIGHT_DIFFERS'],
  ['one record', answer(first), 'not-applicable'],
  ['no record', nxdomain(), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(peerWeight, round({}, observed)))).toBe(expected);
});
