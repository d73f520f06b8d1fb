import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { targetAddress } from '../../../../src/judge/checks/dns/target-address.ts';
import { a, answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, node, outcome, round, type Seen, seen } from '../../round.ts';

const host = node();
const lookups = (first: DnsReading, second?: DnsReading): Seen[] => [
  seen(host, 'dns:public:address/a', first),
  ...(second ? [seen(host, 'dns:public:address/aaaa', second)] : []),
];

test.each<[string, Seen[], string]>([
  ['an A record', lookups(answer(a('203.0.113.11')), nodata()), 'pass'],
  ['an AAAA record only', lookups(nodata(), answer(a('2001:db8::11'))), 'pass'],
  ['neither', lookups(nodata(), nodata()), 'fail DNS_TARGET_NO_ADDRESS'],
  ['no such name', lookups(nxdomain(), nxdomain()), 'fail DNS_TARGET_NO_ADDRESS'],
  ['no such name, AAAA silent', lookups(nxdomain(), dnsFailed('timeout')), 'fail DNS_TARGET_NO_ADDRESS'],
  ['no A record, AAAA silent', lookups(nodata(), dnsFailed('timeout')), 'unknown'],
  ['no A record, AAAA not asked', lookups(nodata()), 'unknown'],
  ['silence', lookups(dnsFailed('timeout'), dnsFailed('timeout')), 'unknown'],
  ['A silent, AAAA there', lookups(dnsFailed('timeout'), answer(a('2001:db8::11'))), 'pass'],
  ['not asked in public', [seen(host, 'dns:internal:address/a', nxdomain())], 'not judged'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(targetAddress, round({}, observed), host))).toBe(expected);
});

test('an address where a name belongs is told of the SRV record, not of the host', () => {
  const literal = node('203.0.113.11');
  const observed = [seen(literal, 'dns:public:address/a', nxdomain())];
  expect(outcome(judge(targetAddress, round({}, observed), literal))).toBe('not-applicable');
});

test.each([
  ['its public name', 'expe1.example.com', 'fail DNS_TARGET_NO_ADDRESS'],
  ['another name', 'expe.example.com', 'not-applicable'],
])('inside, a host is judged in the public view only when SRV gives it %s', (_, target, expected) => {
  const observed = [
    ...lookups(nxdomain()),
    seen(domain(), 'dns:public:srv/collab-edge', answer(srv(target))),
  ];
  expect(outcome(judge(targetAddress, round({ vantage: 'internal' }, observed), host))).toBe(expected);
});
