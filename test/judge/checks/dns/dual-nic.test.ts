import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { dualNic } from '../../../../src/judge/checks/dns/dual-nic.ts';
import { a, answer, dnsFailed, nxdomain } from '../../readings.ts';
import { deployment, judge, node, outcome, round, seen } from '../../round.ts';

const need = 'dns:internal:address/a';
const declared = {
  ...deployment().nodes,
  expressway_e: [{ name: 'expe1.example.com', internalAddress: '10.0.1.11' }, { name: 'expe2.example.com' }],
};

test.each<[string, string, DnsReading, string]>([
  ['the internal interface', 'Expe1.example.com', answer(a('10.0.1.11')), 'pass'],
  ['the external one', 'expe1.example.com', answer(a('203.0.113.11')), 'fail DNS_INTERNAL_INTERFACE_MISSED'],
  [
    'both',
    'expe1.example.com',
    answer(a('10.0.1.11'), a('203.0.113.11')),
    'fail DNS_INTERNAL_INTERFACE_MISSED',
  ],
  ['no address', 'expe1.example.com', nxdomain(), 'not-applicable'],
  ['one interface', 'expe2.example.com', answer(a('203.0.113.12')), 'not-applicable'],
  ['a host that is not declared', 'expe3.example.com', answer(a('203.0.113.13')), 'not-applicable'],
  ['silence', 'expe1.example.com', dnsFailed('timeout'), 'unknown'],
])('%s', (_, host, reading, expected) => {
  expect(outcome(judge(dualNic, round({ nodes: declared }, [seen(node(host), need, reading)])))).toBe(
    expected,
  );
});

test('without IM and Presence it does not matter', () => {
  const observed = [seen(node('expe1.example.com'), need, answer(a('203.0.113.11')))];
  expect(outcome(judge(dualNic, round({ nodes: declared, messaging: false }, observed)))).toBe(
    'not-applicable',
  );
});

test.each([
  [
    'leads elsewhere',
    [a('203.0.113.11')],
    'leads to 203.0.113.11 and not to its internal interface 10.0.1.11',
  ],
  [
    'leads there and elsewhere',
    [a('10.0.1.11'), a('203.0.113.11')],
    'leads to 203.0.113.11 beside its internal interface 10.0.1.11',
  ],
])('the sentence for a name that %s', (_, records, expected) => {
  const observed = [seen(node('expe1.example.com'), need, answer(...records))];
  const judgement = judge(dualNic, round({ nodes: declared }, observed));
  expect(judgement).toMatchObject({ findings: [{ message: expect.stringContaining(expected) }] });
});
