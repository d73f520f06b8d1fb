import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { sipsPeers } from '../../../../src/judge/checks/dns/sips-peers.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const [first, second] = [srv('expe1.example.com'), srv('expe2.example.com')];

test.each<[string, DnsReading, DnsReading, string]>([
  [
    'the same hosts',
    answer(srv('EXPE1.example.com', { port: 5061 }), srv('expe2.example.com')),
    answer(second, first),
    'pass',
  ],
  ['one for clients only', answer(first), answer(first, second), 'fail DNS_SIPS_PEERS_DIFFER'],
  ['one for calls only', answer(first, second), answer(first), 'fail DNS_SIPS_PEERS_DIFFER'],
  ['no record for calls', nxdomain(), answer(first), 'not-applicable'],
  ['no record for clients', answer(first), nxdomain(), 'not-applicable'],
  ['a record for calls that is disabled', answer(srv('')), answer(first), 'not-applicable'],
  ['silence', dnsFailed('timeout'), answer(first), 'unknown'],
])('%s', (_, sips, edge, expected) => {
  const observed = [
    seen(domain(), 'dns:public:srv/sips', sips),
    seen(domain(), 'dns:public:srv/collab-edge', edge),
  ];
  expect(outcome(judge(sipsPeers, round({}, observed)))).toBe(expected);
});
