import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { domainAnswers } from '../../../../src/judge/checks/dns/domain-answers.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, resolver, round, seen } from '../../round.ts';

const servfail = dnsFailed('servfail');
const broken: DnsReading = { ...servfail, extendedError: { code: 22, text: 'no reachable authority' } };

function judged(first: DnsReading, second?: DnsReading) {
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', first),
    ...(second ? [seen(domain('example.net'), 'dns:public:srv/collab-edge', second)] : []),
  ];
  const domains = second ? ['example.com', 'example.net'] : ['example.com'];
  return outcome(judge(domainAnswers, round({ domains }, observed, [resolver()]), domain()));
}

test.each<[string, DnsReading, DnsReading | undefined, string]>([
  ['an answer', answer(srv('expe1.example.com')), undefined, 'pass'],
  ['no such record', nxdomain(), undefined, 'pass'],
  ['SERVFAIL for the only domain', servfail, undefined, 'fail DNS_DOMAIN_SERVFAIL'],
  ['SERVFAIL for one domain of two', servfail, nxdomain(), 'fail DNS_DOMAIN_SERVFAIL'],
  ['SERVFAIL for every domain', servfail, servfail, 'unknown'],
  ['SERVFAIL for every domain, but the zone is named', broken, servfail, 'fail DNS_DOMAIN_SERVFAIL'],
  ['silence', dnsFailed('timeout'), undefined, 'unknown'],
])('%s', (_, first, second, expected) => {
  expect(judged(first, second)).toBe(expected);
});

test('one view that answers is enough where the other is silent', () => {
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', dnsFailed('timeout')),
    seen(domain(), 'dns:internal:srv/cisco-uds', nxdomain()),
  ];
  expect(outcome(judge(domainAnswers, round({}, observed)))).toBe('pass');
});

test('a domain that was not asked for is not judged', () => {
  expect(outcome(judge(domainAnswers, round({}, [], [domain()])))).toBe('not-applicable');
});
