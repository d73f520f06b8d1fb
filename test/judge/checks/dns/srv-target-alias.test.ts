import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { srvTargetAlias } from '../../../../src/judge/checks/dns/srv-target-alias.ts';
import { a, answer, cname, dnsFailed, nodata, srv } from '../../readings.ts';
import { domain, judge, node, outcome, round, seen } from '../../round.ts';

const alias = cname('EXPE1.example.com', 'eur-expe.example.com');

test.each<[string, string, DnsReading, DnsReading | undefined, string]>([
  ['an address', 'expe1.example.com', answer(a('203.0.113.11')), undefined, 'pass'],
  [
    'an alias',
    'expe1.example.com',
    answer(alias, a('203.0.113.11', 'eur-expe.example.com')),
    undefined,
    'fail DNS_SRV_TARGET_ALIAS',
  ],
  [
    'an alias with IPv6 only',
    'expe1.example.com',
    nodata(),
    answer(alias, a('2001:db8::1', 'eur-expe.example.com')),
    'fail DNS_SRV_TARGET_ALIAS',
  ],
  ['an alias that no SRV record names', 'other.example.com', answer(alias), undefined, 'not-applicable'],
  ['silence', 'expe1.example.com', dnsFailed('timeout'), undefined, 'unknown'],
])('%s', (_, target, first, second, expected) => {
  const host = node();
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', answer(srv('expe9.example.com'), srv(target))),
    seen(host, 'dns:public:address/a', first),
    ...(second ? [seen(host, 'dns:public:address/aaaa', second)] : []),
  ];
  expect(outcome(judge(srvTargetAlias, round({}, observed), host))).toBe(expected);
});
