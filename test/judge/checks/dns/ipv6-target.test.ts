import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { ipv6Target } from '../../../../src/judge/checks/dns/ipv6-target.ts';
import { a, answer, dnsFailed, nodata, srv } from '../../readings.ts';
import { domain, judge, node, outcome, round, type Seen, seen } from '../../round.ts';

const six = answer(a('2001:db8::11'));
const target: Seen = seen(domain(), 'dns:public:srv/collab-edge', answer(srv('expe1.example.com')));

test.each<[string, string | undefined, DnsReading, string]>([
  ['IPv6 before X14.2', 'X14.0.8', six, 'fail DNS_TARGET_IPV6'],
  ['IPv6 in X14.2', 'X14.2', six, 'pass'],
  ['IPv6, version unknown', undefined, six, 'fail DNS_TARGET_IPV6_UNKNOWN_VERSION'],
  ['IPv4 only', 'X8.10', nodata(), 'pass'],
  ['IPv4 only, version unknown', undefined, nodata(), 'pass'],
  ['silence', 'X8.10', dnsFailed('timeout'), 'unknown'],
])('%s', (_, version, reading, expected) => {
  const versions = version === undefined ? {} : { expressway_e: version };
  const observed = [target, seen(node(), 'dns:public:address/aaaa', reading)];
  expect(outcome(judge(ipv6Target, round({ versions }, observed), node()))).toBe(expected);
});

test('a host that clients are not sent to', () => {
  const observed = [seen(node(), 'dns:public:address/aaaa', six)];
  expect(outcome(judge(ipv6Target, round({}, observed)))).toBe('not-applicable');
});
