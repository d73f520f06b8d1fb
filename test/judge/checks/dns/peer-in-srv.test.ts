import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { peerInSrv } from '../../../../src/judge/checks/dns/peer-in-srv.ts';
import type { Vantage } from '../../../../src/model/subject.ts';
import { a, answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { deployment, domain, judge, node, outcome, round, type Seen, seen } from '../../round.ts';

const need = 'dns:public:srv/collab-edge';
const lookup = (host: string, ip: string) => seen(node(host), 'dns:public:address/a', answer(a(ip, host)));
const targets = (...names: string[]) => seen(domain(), need, answer(...names.map(name => srv(name))));
const failed = (reading: DnsReading) => seen(domain(), need, reading);

function judged(host: string, observed: readonly Seen[], vantage: Vantage = 'external', declared = host) {
  const { nodes } = deployment();
  const facts = { vantage, nodes: { ...nodes, expressway_e: [{ name: declared }] } };
  return outcome(judge(peerInSrv, round(facts, observed, [node(host)]), node(host)));
}

test.each<[string, Seen[], string]>([
  ['a record names it', [targets('expe1.example.com', 'EXPE2.example.com')], 'pass'],
  ['no record names it', [targets('expe1.example.com')], 'fail DNS_PEER_NOT_IN_SRV'],
  [
    'a record names it by an alias of another edge domain',
    [
      targets('expe2.example.net'),
      lookup('expe2.example.net', '203.0.113.12'),
      lookup('expe2.example.com', '203.0.113.12'),
    ],
    'pass',
  ],
  [
    'a record holds its address',
    [targets('203.0.113.12'), lookup('expe2.example.com', '203.0.113.12')],
    'pass',
  ],
  ['there is no record at all', [failed(nxdomain())], 'not-applicable'],
  ['the record is disabled', [targets('')], 'not-applicable'],
  ['the resolver is silent', [failed(dnsFailed('timeout'))], 'unknown'],
  ['public DNS is not asked', [], 'not-applicable'],
  [
    'one of two domains is not answered',
    [targets('expe1.example.com'), seen(domain('example.net'), need, dnsFailed('servfail'))],
    'unknown',
  ],
])('%s', (_, observed, expected) => {
  expect(judged('expe2.example.com', observed)).toBe(expected);
});

test('one of several declared hosts is found among them', () => {
  const { nodes } = deployment();
  const declared = ['expe1.example.com', 'expe2.example.com'].map(name => ({ name }));
  const facts = { nodes: { ...nodes, expressway_e: declared } };
  const of = round(facts, [targets('expe1.example.com')], [node('expe2.example.com')]);
  expect(outcome(judge(peerInSrv, of))).toBe('fail DNS_PEER_NOT_IN_SRV');
});

test('a host that only DNS named is not missed there', () => {
  const observed = [targets('expe1.example.com')];
  expect(judged('expe1.example.com', observed, 'external', 'expe2.example.com')).toBe('not-applicable');
});

test('a host declared by address is found by it, or not judged', () => {
  const observed = [targets('expe1.example.com'), lookup('expe1.example.com', '203.0.113.11')];
  expect(judged('203.0.113.11', observed)).toBe('pass');
  expect(judged('203.0.113.12', observed)).toBe('not-applicable');
});

test('inside, a host that public DNS does not know may have another name outside', () => {
  const observed = [targets('expe1.example.com')];
  expect(judged('expe2.inside.example', observed, 'internal')).toBe('not-applicable');
  const known = [...observed, lookup('expe2.example.com', '203.0.113.12')];
  expect(judged('expe2.example.com', known, 'internal')).toBe('fail DNS_PEER_NOT_IN_SRV');
});

test.each([
  ['a peer of its cluster is named', 'us', 'fail DNS_PEER_NOT_IN_SRV'],
  ['nobody of its cluster is named', 'eu', 'not-applicable'],
])('%s', (_, cluster, expected) => {
  const peers = [
    { name: 'expe1.example.com', cluster: 'us' },
    { name: 'expe2.example.com', cluster },
    { name: 'expe3.example.com', cluster: 'eu' },
  ];
  const facts = { nodes: { ...deployment().nodes, expressway_e: peers } };
  const named =
    cluster === 'us' ? targets('expe1.example.com', 'expe3.example.com') : targets('expe1.example.com');
  const second = node('expe2.example.com');
  expect(outcome(judge(peerInSrv, round(facts, [named], [second]), second))).toBe(expected);
});
