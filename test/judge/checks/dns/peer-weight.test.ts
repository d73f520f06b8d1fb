import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { peerWeight } from '../../../../src/judge/checks/dns/peer-weight.ts';
import { a, answer, cname, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, node, outcome, round, seen } from '../../round.ts';
import { declares } from '../declared/declared.ts';

const first = srv('expe1.example.com');

test.each<[string, DnsReading, string]>([
  ['the same', answer(first, srv('expe2.example.com')), 'pass'],
  [
    'another priority',
    answer(first, srv('expe2.example.com', { priority: 20 })),
    'fail DNS_PEER_WEIGHT_DIFFERS',
  ],
  ['another weight', answer(first, srv('expe2.example.com', { weight: 20 })), 'fail DNS_PEER_WEIGHT_DIFFERS'],
  ['one record', answer(first), 'not-applicable'],
  ['no record', nxdomain(), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(peerWeight, round({}, observed)))).toBe(expected);
});

test.each<[string, DnsReading, string]>([
  [
    'even in each cluster',
    answer(first, srv('expe2.example.com'), srv('eu1.example.com', { priority: 20 })),
    'pass',
  ],
  [
    'uneven in one of them',
    answer(first, srv('expe2.example.com', { weight: 20 }), srv('eu1.example.com', { priority: 20 })),
    'fail DNS_PEER_WEIGHT_DIFFERS',
  ],
])('with two clusters: %s', (_, reading, expected) => {
  const us = ['expe1.example.com', 'expe2.example.com'].map(name => ({ name, cluster: 'us' }));
  const facts = declares({ expressway_e: [...us, { name: 'eu1.example.com', cluster: 'eu' }] });
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(peerWeight, round(facts, observed)))).toBe(expected);
});

test.each([
  ['one weight', 10, 'not-applicable'],
  ['two weights', 20, 'fail DNS_PEER_WEIGHT_DIFFERS'],
])('aliases ranked by priority, with %s', (_, weight, expected) => {
  const aliases = ['main.example.com', 'backup.example.com'];
  const records = aliases.map((name, i) => srv(name, i === 0 ? {} : { priority: 20, weight }));
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', answer(...records)),
    ...aliases.map(name =>
      seen(
        node(name),
        'dns:public:address/a',
        answer(cname(name, 'expe1.example.com'), a('203.0.113.11', 'expe1.example.com')),
      ),
    ),
  ];
  expect(outcome(judge(peerWeight, round({}, observed)))).toBe(expected);
});
