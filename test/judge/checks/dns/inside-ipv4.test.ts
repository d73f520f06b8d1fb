import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { insideIpv4 } from '../../../../src/judge/checks/dns/inside-ipv4.ts';
import type { Role } from '../../../../src/model/subject.ts';
import { a, answer, dnsFailed, nodata } from '../../readings.ts';
import { judge, node, outcome, round, seen } from '../../round.ts';

const [four, six] = [answer(a('10.0.0.31')), answer(a('2001:db8::31'))];

test.each<[string, Role, DnsReading, DnsReading, string]>([
  ['IPv4', 'unified_cm', four, nodata(), 'pass'],
  ['both', 'im_presence', four, six, 'pass'],
  ['IPv6 only', 'unified_cm', nodata(), six, 'fail DNS_INSIDE_IPV6_ONLY'],
  ['IPv6 only on IM and Presence', 'im_presence', nodata(), six, 'fail DNS_INSIDE_IPV6_ONLY'],
  ['neither', 'unified_cm', nodata(), nodata(), 'not-applicable'],
  ['silence', 'unified_cm', dnsFailed('timeout'), six, 'unknown'],
  ['another role', 'expressway_c', nodata(), six, 'not judged'],
])('%s', (_, role, first, second, expected) => {
  const subject = node('cucm1.example.com', role);
  const observed = [
    seen(subject, 'dns:internal:address/a', first),
    seen(subject, 'dns:internal:address/aaaa', second),
  ];
  expect(outcome(judge(insideIpv4, round({}, observed)))).toBe(expected);
});
