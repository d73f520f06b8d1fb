import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { collabEdge } from '../../../../src/judge/checks/dns/collab-edge.ts';
import { answer, dnsFailed, nodata, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

test.each<[string, DnsReading, DnsReading | undefined, string]>([
  ['a record', answer(srv('expe1.example.com')), nxdomain(), 'pass'],
  ['a record in both spellings', answer(srv('expe1.example.com')), answer(srv('expe1.example.com')), 'pass'],
  ['NXDOMAIN', nxdomain(), nxdomain(), 'fail DNS_COLLAB_EDGE_MISSING'],
  ['NODATA', nodata(), undefined, 'fail DNS_COLLAB_EDGE_MISSING'],
  ['NXDOMAIN, and _tcp not answered', nxdomain(), dnsFailed('timeout'), 'fail DNS_COLLAB_EDGE_MISSING'],
  ['only under _tcp', nxdomain(), answer(srv('expe1.example.com')), 'fail DNS_COLLAB_EDGE_MISSPELT'],
  ['only under _tcp, and disabled there', nxdomain(), answer(srv('')), 'fail DNS_COLLAB_EDGE_MISSING'],
  ['target "."', answer(srv('', { port: 0 })), nxdomain(), 'fail DNS_COLLAB_EDGE_DISABLED'],
  ['one target "." of two', answer(srv(''), srv('expe1.example.com')), nxdomain(), 'pass'],
  ['SERVFAIL', dnsFailed('servfail'), undefined, 'unknown'],
  ['REFUSED', dnsFailed('refused'), undefined, 'unknown'],
  ['silence', dnsFailed('timeout'), undefined, 'unknown'],
  ['no DNS server there', dnsFailed('unreachable'), undefined, 'unknown'],
  ['bytes that are not DNS', dnsFailed('malformed'), undefined, 'unknown'],
  ['another error', dnsFailed('other'), undefined, 'unknown'],
])('%s', (_, tls, tcp, expected) => {
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', tls),
    ...(tcp ? [seen(domain(), 'dns:public:srv/collab-edge-tcp', tcp)] : []),
  ];
  expect(outcome(judge(collabEdge, round({}, observed)))).toBe(expected);
});

test('it is not judged where the internal view alone is asked', () => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', nxdomain())];
  expect(outcome(judge(collabEdge, round({}, observed)))).toBe('not judged');
});

test('an answer that was cut off is not judged', () => {
  const cut: DnsReading = {
    ...answer(),
    truncated: true,
    tcpFailure: { stage: 'connect', reason: 'timeout', blame: 'path' },
  };
  const observed = [seen(domain(), 'dns:public:srv/collab-edge', cut)];
  expect(outcome(judge(collabEdge, round({}, observed)))).toBe('unknown');
});

test.each([
  ['srv/collab-edge-tcp', '_collab-edge._tcp'],
  ['srv/collab-edge-underscore', '_collab_edge._tls'],
  ['srv/collab-edge-bare-tls', '_collab-edge.tls'],
] as const)('the misspelling of %s is named', (question, misspelt) => {
  const observed = [
    seen(domain(), 'dns:public:srv/collab-edge', nxdomain()),
    seen(domain(), `dns:public:${question}`, answer(srv('expe1.example.com'))),
  ];
  expect(judge(collabEdge, round({}, observed))).toMatchObject({
    findings: [{ code: 'DNS_COLLAB_EDGE_MISSPELT', evidence: { misspelt } }],
  });
});
