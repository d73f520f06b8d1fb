import { expect, test } from 'vitest';
import { separateAddresses } from '../../../../src/judge/checks/declared/separate-addresses.ts';
import type { DeclaredNode } from '../../../../src/model/deployment.ts';
import type { AddressSubject } from '../../../../src/model/subject.ts';
import { address, deployment, judge, outcome, round } from '../../round.ts';

const c = (ip: string) => address('expc1.example.com', ip, { role: 'expressway_c', view: 'internal' });
const e = (ip: string) => address('expe1.example.com', ip, { view: 'internal' });

test.each<[string, DeclaredNode[], DeclaredNode[], AddressSubject[], string]>([
  ['other addresses in DNS', [], [], [c('10.0.2.11'), e('10.0.1.11')], 'pass'],
  ['one address in DNS', [], [], [c('10.0.2.11'), e('10.0.2.11')], 'fail DECLARED_SHARED_C_E_ADDRESS'],
  [
    'one declared address',
    [{ name: 'expc1.example.com', address: '10.0.2.11' }],
    [{ name: 'expe1.example.com', address: '10.0.2.11' }],
    [],
    'fail DECLARED_SHARED_C_E_ADDRESS',
  ],
  [
    'declared by address, and in DNS',
    [{ name: '10.0.2.11' }],
    [],
    [e('10.0.2.11')],
    'fail DECLARED_SHARED_C_E_ADDRESS',
  ],
  [
    'declared, and the same in DNS: told once',
    [{ name: 'expc1.example.com', address: '10.0.2.11' }],
    [{ name: 'expe1.example.com', address: '10.0.2.11' }],
    [c('10.0.2.11'), e('10.0.2.11')],
    'fail DECLARED_SHARED_C_E_ADDRESS',
  ],
  [
    'one address outside by NAT',
    [{ name: 'expc1.example.com', address: '10.0.2.11', publicAddress: '203.0.113.11' }],
    [{ name: 'expe1.example.com', publicAddress: '203.0.113.11' }],
    [],
    'fail DECLARED_SHARED_C_E_ADDRESS',
  ],
  ['only Expressway-E is known', [], [], [e('10.0.1.11')], 'not-applicable'],
  ['only Expressway-C is known', [], [], [c('10.0.2.11')], 'not-applicable'],
])('%s', (_, inside, outside, subjects, expected) => {
  const nodes = { ...deployment().nodes, expressway_c: inside, expressway_e: outside };
  expect(outcome(judge(separateAddresses, round({ nodes }, [], subjects)))).toBe(expected);
});
