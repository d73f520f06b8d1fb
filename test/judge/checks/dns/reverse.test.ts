import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { reverse } from '../../../../src/judge/checks/dns/reverse.ts';
import { answer, dnsFailed, nodata, nxdomain, ptr } from '../../readings.ts';
import { address, judge, outcome, round, seen } from '../../round.ts';

const need = 'dns:internal:reverse/ptr';
const inside = address('expe1.example.com', '10.0.1.11', { view: 'internal' });

test.each<[string, DnsReading, string]>([
  ['its name', answer(ptr('EXPE1.example.com')), 'pass'],
  ['its name twice', answer(ptr('expe1.example.com'), ptr('Expe1.example.com')), 'pass'],
  ['NXDOMAIN', nxdomain(), 'fail DNS_PTR_MISSING'],
  ['NODATA', nodata(), 'fail DNS_PTR_MISSING'],
  ['two names', answer(ptr('expe1.example.com'), ptr('old.example.com')), 'fail DNS_PTR_MULTIPLE'],
  ['another name', answer(ptr('old.example.com')), 'fail DNS_PTR_DIFFERS'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  expect(outcome(judge(reverse, round({}, [seen(inside, need, reading)])))).toBe(expected);
});

test('without IM and Presence nobody needs it', () => {
  const observed = [seen(inside, need, nxdomain())];
  expect(outcome(judge(reverse, round({ messaging: false }, observed)))).toBe('not-applicable');
});

test('other servers and the public view are not judged', () => {
  const other = address('expc1.example.com', '10.0.2.11', { view: 'internal', role: 'expressway_c' });
  expect(outcome(judge(reverse, round({}, [seen(other, need, nxdomain())])))).toBe('not judged');
  const outside = seen(address(), 'dns:public:reverse/ptr', nxdomain());
  expect(outcome(judge(reverse, round({}, [outside])))).toBe('not judged');
});
