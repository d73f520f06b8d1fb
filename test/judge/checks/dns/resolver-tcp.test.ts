import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { resolverTcp } from '../../../../src/judge/checks/dns/resolver-tcp.ts';
import { answer, dnsFailed, srv } from '../../readings.ts';
import { domain, judge, outcome, resolver, round, seen } from '../../round.ts';

const large = { ...answer(srv('expe1.example.com')), truncated: true };
const tcpFailure = { stage: 'connect', reason: 'timeout', blame: 'path' } as const;

test.each<[string, DnsReading, string]>([
  ['small answers', answer(srv('expe1.example.com')), 'not-applicable'],
  ['a large answer over TCP', large, 'pass'],
  ['a large answer, and TCP is blocked', { ...large, tcpFailure }, 'fail DNS_TCP_BLOCKED'],
  ['silence', dnsFailed('timeout'), 'not-applicable'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(resolverTcp, round({}, observed, [resolver()])))).toBe(expected);
});
