import { expect, test } from 'vitest';
import { ownAddress } from '../../../../src/judge/checks/dns/own-address.ts';
import type { AddressSubject } from '../../../../src/model/subject.ts';
import { answer, srv } from '../../readings.ts';
import { address, domain, judge, outcome, round, seen } from '../../round.ts';

const expe1 = address('expe1.example.com', '203.0.113.11');

test.each<[string, AddressSubject[], string[], string]>([
  ['an address each', [expe1, address('expe2.example.com', '203.0.113.12')], [], 'pass'],
  [
    'one address for two',
    [expe1, address('expe2.example.com', '203.0.113.11')],
    [],
    'fail DNS_ADDRESS_SHARED',
  ],
  [
    'one IPv6 address in two spellings',
    [address('expe1.example.com', '2001:db8::11'), address('expe2.example.com', '2001:db8:0::11')],
    [],
    'fail DNS_ADDRESS_SHARED',
  ],
  ['the alias of another edge domain', [expe1, address('expe1.example.net', '203.0.113.11')], [], 'pass'],
  [
    'another domain, but in one record set',
    [expe1, address('expe2.example.net', '203.0.113.11')],
    ['expe1.example.com', 'expe2.example.net'],
    'fail DNS_ADDRESS_SHARED',
  ],
  [
    'the alias of another edge domain, beside a peer',
    [expe1, address('expe1.example.net', '203.0.113.11')],
    ['expe1.example.com', 'expe2.example.com'],
    'pass',
  ],
  [
    'one address, once in each view',
    [expe1, address('expe2.example.com', '203.0.113.11', { view: 'internal' })],
    [],
    'pass',
  ],
  [
    'an Expressway-C at that address',
    [expe1, address('expc1.example.com', '203.0.113.11', { role: 'expressway_c' })],
    [],
    'not-applicable',
  ],
  ['one host', [expe1, address('expe1.example.com', '203.0.113.12')], [], 'not-applicable'],
])('%s', (_, subjects, targets, expected) => {
  const set = answer(...targets.map(target => srv(target)));
  const observed = targets.length > 0 ? [seen(domain(), 'dns:public:srv/collab-edge', set)] : [];
  expect(outcome(judge(ownAddress, round({}, observed, subjects)))).toBe(expected);
});
