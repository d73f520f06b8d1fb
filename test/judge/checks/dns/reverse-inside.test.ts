import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { reverseInside } from '../../../../src/judge/checks/dns/reverse-inside.ts';
import type { Role } from '../../../../src/model/subject.ts';
import { answer, dnsFailed, nodata, nxdomain, ptr } from '../../readings.ts';
import { address, judge, outcome, round, seen } from '../../round.ts';

const need = 'dns:internal:reverse/ptr';
const inside = (host: string, role: Role = 'unified_cm') =>
  address(host, '10.0.0.31', { view: 'internal', role });

test.each<[string, string, DnsReading, string]>([
  ['its name', 'cucm1.example.com', answer(ptr('CUCM1.example.com')), 'pass'],
  [
    'its name among others',
    'cucm1.example.com',
    answer(ptr('old.example.com'), ptr('cucm1.example.com')),
    'pass',
  ],
  ['the full name of a bare one', 'cucm1', answer(ptr('cucm1.example.com')), 'pass'],
  ['any name, known by address', '10.0.0.31', answer(ptr('cucm1.example.com')), 'pass'],
  ['NXDOMAIN', 'cucm1.example.com', nxdomain(), 'fail DNS_INSIDE_PTR_MISSING'],
  ['NODATA', 'cucm1.example.com', nodata(), 'fail DNS_INSIDE_PTR_MISSING'],
  ['another name', 'cucm1.example.com', answer(ptr('old.example.com')), 'fail DNS_INSIDE_PTR_DIFFERS'],
  ['a longer bare name', 'cucm1', answer(ptr('cucm10.example.com')), 'fail DNS_INSIDE_PTR_DIFFERS'],
  ['silence', 'cucm1.example.com', dnsFailed('timeout'), 'unknown'],
])('%s', (_, host, reading, expected) => {
  expect(outcome(judge(reverseInside, round({}, [seen(inside(host), need, reading)])))).toBe(expected);
});

test.each<[Role, boolean, string]>([
  ['im_presence', true, 'fail DNS_INSIDE_PTR_MISSING'],
  ['im_presence', false, 'not-applicable'],
  ['unity_connection', false, 'fail DNS_INSIDE_PTR_MISSING'],
  ['expressway_c', true, 'not judged'],
])('%s, with messaging %s', (role, messaging, expected) => {
  const observed = [seen(inside('host.example.com', role), need, nxdomain())];
  expect(outcome(judge(reverseInside, round({ messaging }, observed)))).toBe(expected);
});
