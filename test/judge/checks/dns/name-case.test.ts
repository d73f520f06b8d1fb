import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { nameCase } from '../../../../src/judge/checks/dns/name-case.ts';
import { answer, dnsFailed, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const targets = (...names: string[]) => answer(...names.map(name => srv(name)));

test.each<[string, DnsReading, string]>([
  ['same letters', targets('expe1.example.com', 'expe2.example.com'), 'pass'],
  ['host parts may differ', targets('EXPE1.example.com', 'expe2.example.com'), 'pass'],
  [
    'another capital in the domain',
    targets('expe1.example.com', 'expe2.Example.com'),
    'fail DNS_NAME_CASE_DIFFERS',
  ],
  ['other domains', targets('expe1.example.com', 'expe1.Example.net'), 'not-applicable'],
  ['one host written twice', targets('expe1.example.com', 'expe1.Example.com'), 'not-applicable'],
  ['one host', targets('expe1.Example.com'), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'not-applicable'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', reading)];
  expect(outcome(judge(nameCase, round({}, observed)))).toBe(expected);
});
