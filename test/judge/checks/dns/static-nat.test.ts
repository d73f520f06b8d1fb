import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { staticNat } from '../../../../src/judge/checks/dns/static-nat.ts';
import { a, answer, dnsFailed, nxdomain } from '../../readings.ts';
import { deployment, judge, node, outcome, round, seen } from '../../round.ts';

const need = 'dns:internal:address/a';
const publicAddress = '203.0.113.11';
const declared = {
  ...deployment().nodes,
  expressway_e: [
    { name: 'expe1.example.com', publicAddress },
    { name: 'expe2.example.com', publicAddress, internalAddress: '10.0.1.12' },
    { name: 'expe3.example.com' },
  ],
};

test.each<[string, string, DnsReading, string]>([
  ['the public address', 'expe1.example.com', answer(a(publicAddress)), 'pass'],
  ['its own address', 'expe1.example.com', answer(a('192.168.7.11')), 'fail DNS_NAT_ADDRESS_MISSED'],
  ['no address', 'expe1.example.com', nxdomain(), 'not-applicable'],
  ['two interfaces', 'expe2.example.com', answer(a('10.0.1.12')), 'not-applicable'],
  ['no NAT', 'expe3.example.com', answer(a('203.0.113.13')), 'not-applicable'],
  ['silence', 'expe1.example.com', dnsFailed('timeout'), 'unknown'],
])('%s', (_, host, reading, expected) => {
  expect(outcome(judge(staticNat, round({ nodes: declared }, [seen(node(host), need, reading)])))).toBe(
    expected,
  );
});
