import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { resolver as check } from '../../../../src/judge/checks/dns/resolver.ts';
import { a, answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, node, outcome, resolver, round, seen } from '../../round.ts';

const dnssec = { code: 6, text: 'bogus' };
const deadPort = dnsFailed('unreachable');
const noHost: DnsReading = {
  ...dnsFailed('unreachable'),
  failure: { stage: 'resolve', reason: 'host-unreachable', blame: 'path' },
};
const cutOff: DnsReading = {
  ...dnsFailed('timeout'),
  truncated: true,
  tcpFailure: { stage: 'connect', reason: 'timeout', blame: 'path' },
};

function judged(first: DnsReading, second?: DnsReading) {
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', first),
    ...(second ? [seen(node(), 'dns:public:address/a', second)] : []),
  ];
  return judge(check, round({}, observed, [resolver()]), resolver());
}

test.each<[string, DnsReading, DnsReading | undefined, string]>([
  ['answers', answer(srv('expe1.example.com')), answer(a('203.0.113.11')), 'pass'],
  ['that there is no such name is an answer', nxdomain(), nodata(), 'pass'],
  ['silence', dnsFailed('timeout'), dnsFailed('timeout'), 'fail DNS_RESOLVER_SILENT'],
  ['no way to it', noHost, undefined, 'fail DNS_RESOLVER_SILENT'],
  ['REFUSED', dnsFailed('refused'), dnsFailed('refused'), 'fail DNS_RESOLVER_REFUSES'],
  ['nothing listens', deadPort, deadPort, 'fail DNS_RESOLVER_REFUSES'],
  ['SERVFAIL for everything', dnsFailed('servfail'), dnsFailed('servfail'), 'fail DNS_RESOLVER_FAILS'],
  ['bytes that are not DNS', dnsFailed('malformed'), undefined, 'fail DNS_RESOLVER_FAILS'],
  ['another error', dnsFailed('other'), dnsFailed('other'), 'fail DNS_RESOLVER_FAILS'],
  [
    'SERVFAIL because the zone is broken',
    { ...dnsFailed('servfail'), extendedError: dnssec },
    undefined,
    'pass',
  ],
  ['an answer that was cut off', cutOff, cutOff, 'pass'],
  ['SERVFAIL beside an answer is about the name', nxdomain(), dnsFailed('servfail'), 'pass'],
  ['one question of two is left open', answer(srv('expe1.example.com')), dnsFailed('timeout'), 'unknown'],
])('%s', (_, first, second, expected) => {
  expect(outcome(judged(first, second))).toBe(expected);
});

test('it speaks once, and says how many questions and how', () => {
  expect(judged(dnsFailed('timeout'), deadPort)).toMatchObject({
    findings: [
      {
        message:
          'The DNS server 192.0.2.53 answers none of 2 questions (no answer in time, nothing listens on its port)',
        affects: 'operations',
      },
    ],
  });
});

test('another server and another view are not mixed up with it', () => {
  const other = resolver('192.0.2.54');
  const inside = resolver('192.0.2.53', 'internal');
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', dnsFailed('timeout'))];
  const seenBy = round({}, observed, [resolver(), other, inside]);
  expect(outcome(judge(check, seenBy, other))).toBe('not-applicable');
  expect(outcome(judge(check, seenBy, inside))).toBe('not-applicable');
});

test('a server that fails on everything is cleared when it answers for somebody else', () => {
  const asked = seen(domain(), 'dns:public:srv/collab-edge', dnsFailed('servfail'));
  const control = (reading: DnsReading) => seen(resolver(), 'dns:public:control/a', reading);
  expect(outcome(judge(check, round({}, [asked, control(nxdomain())]), resolver()))).toBe('pass');
  expect(outcome(judge(check, round({}, [asked, control(dnsFailed('servfail'))]), resolver()))).toBe(
    'fail DNS_RESOLVER_FAILS',
  );
});

test('a silent server with one that answers in its place is a warning', () => {
  const spare = resolver('192.0.2.54');
  const by = (reading: DnsReading, address: string): DnsReading => ({ ...reading, resolver: address });
  const two = round({}, [
    seen(resolver(), 'dns:public:srv/collab-edge', by(dnsFailed('timeout'), '192.0.2.53')),
    seen(spare, 'dns:public:srv/collab-edge', by(answer(srv('expe1.example.com')), '192.0.2.54')),
  ]);
  expect(outcome(judge(check, two, resolver()))).toBe('fail DNS_RESOLVER_SPARE_FAILS');
  expect(outcome(judge(check, two, spare))).toBe('pass');
});
