import { expect, test } from 'vitest';
import type { DnsReading, TcpReading } from '../../../probes/index.ts';
import { checks } from '../../../src/judge/checks/index.ts';
import { diagnose } from '../../../src/judge/diagnose.ts';
import { judgeRound } from '../../../src/judge/judge.ts';
import type { Diagnosis } from '../../../src/model/finding.ts';
import { a, answer, dnsFailed, nodata, nxdomain, srv, tcpFailed, tcpOpen } from '../readings.ts';
import { address, domain, node, resolver, round, type Seen, seen, service } from '../round.ts';

const need = 'dns:public:srv/collab-edge';
const ports = [
  [8443, 'edge-https', 'sign-in'],
  [5061, 'edge-sip', 'calls'],
  [5222, 'edge-xmpp', 'messaging'],
] as const;

/** What is seen of one Expressway-E from outside. */
function edgeHost(number: number, readings: readonly TcpReading[]): Seen[] {
  const host = `expe${number}.example.com`;
  const ip = `203.0.113.1${number}`;
  return [
    seen(node(host), 'dns:public:address/a', answer(a(ip, host))),
    seen(node(host), 'dns:public:address/aaaa', nodata()),
    ...ports.map(([port, purpose, affects], index) =>
      seen(service({ host, address: ip, port, purpose, affects }), 'tcp', readings[index]!),
    ),
  ];
}
const all = (reading: TcpReading) => [reading, reading, reading];
const open = all(tcpOpen());

function diagnosed(records: DnsReading, ...hosts: Seen[][]): Diagnosis {
  const observed = [
    seen(domain(), need, records),
    seen(domain(), 'dns:public:srv/cisco-uds', records.outcome === 'answer' ? nxdomain() : records),
    ...hosts.flat(),
  ];
  const subjects = [resolver(), ...[1, 2].map(n => address(`expe${n}.example.com`, `203.0.113.1${n}`))];
  const of = round({}, observed, subjects);
  return diagnose(of, judgeRound(of, checks), checks);
}

const codes = ({ causes }: Diagnosis) => causes.map(cause => cause.code);
const both = answer(srv('expe1.example.com'), srv('expe2.example.com'));
const refused = tcpFailed('refused');
const silent = tcpFailed('filtered');

test.each<[string, Diagnosis, string[]]>([
  ['nothing is wrong', diagnosed(both, edgeHost(1, open), edgeHost(2, open)), []],
  [
    'one port of one host',
    diagnosed(both, edgeHost(1, open), edgeHost(2, [refused, tcpOpen(), tcpOpen()])),
    ['PORT_REFUSED'],
  ],
  [
    'one port of both hosts',
    diagnosed(both, ...[1, 2].map(n => edgeHost(n, [tcpOpen(), refused, tcpOpen()]))),
    ['PORT_REFUSED'],
  ],
  ['one host refuses', diagnosed(both, edgeHost(1, open), edgeHost(2, all(refused))), ['NODE_REFUSES']],
  ['one host is silent', diagnosed(both, edgeHost(1, open), edgeHost(2, all(silent))), ['NODE_SILENT']],
  [
    'one host is unreachable',
    diagnosed(both, edgeHost(1, open), edgeHost(2, all(tcpFailed('unreachable')))),
    ['NODE_UNREACHABLE'],
  ],
  ['both refuse', diagnosed(both, edgeHost(1, all(refused)), edgeHost(2, all(refused))), ['EDGE_REFUSES']],
  ['both are silent', diagnosed(both, edgeHost(1, all(silent)), edgeHost(2, all(silent))), ['EDGE_SILENT']],
  [
    'the only host is silent',
    diagnosed(answer(srv('expe1.example.com')), edgeHost(1, all(silent))),
    ['NODE_SILENT'],
  ],
  ['no record', diagnosed(nxdomain()), ['DNS_COLLAB_EDGE_MISSING']],
  ['an address in the record', diagnosed(answer(srv('203.0.113.11'))), ['DNS_SRV_TARGET_IS_ADDRESS']],
  ['the record is disabled', diagnosed(answer(srv('', { port: 0 }))), ['DNS_COLLAB_EDGE_DISABLED']],
  ['the DNS server is silent', diagnosed(dnsFailed('timeout')), ['DNS_RESOLVER_SILENT']],
  ['the DNS server refuses', diagnosed(dnsFailed('refused')), ['DNS_RESOLVER_REFUSES']],
  ['the DNS server fails', diagnosed(dnsFailed('servfail')), ['DNS_RESOLVER_FAILS']],
  [
    'the zone fails',
    diagnosed({ ...dnsFailed('servfail'), extendedError: { code: 6, text: 'bogus' } }),
    ['DNS_DOMAIN_SERVFAIL'],
  ],
])('%s: one cause', (_, diagnosis, expected) => {
  expect(codes(diagnosis)).toEqual(expected);
});

test('a firewall before all peers is told once, and explains every port', () => {
  const [cause] = diagnosed(both, edgeHost(1, all(silent)), edgeHost(2, all(silent))).causes;
  expect(cause?.findings).toHaveLength(1);
  expect(Map.groupBy(cause!.consequences, finding => finding.code)).toMatchObject(
    new Map([
      ['NODE_SILENT', [{}, {}]],
      ['PORT_FILTERED', [{}, {}, {}, {}, {}, {}]],
    ]),
  );
});

test.each([
  ['one of two hosts', ['8.8.4.4', '10.1.2.3']],
  ['both hosts', ['10.1.2.3', '10.1.2.4']],
])('a private address in public DNS explains the silence of %s', (_, addresses) => {
  const observed = addresses.flatMap((ip, index) => {
    const host = `expe${index + 1}.example.com`;
    const given = { ...answer(a(ip, host)), resolver: '9.9.9.9' };
    const state = ip === '8.8.4.4' ? tcpOpen({ address: ip }) : { ...silent, address: ip };
    return [
      seen(node(host), 'dns:public:address/a', given),
      ...ports.map(([port, purpose, affects]) =>
        seen(service({ host, address: ip, port, purpose, affects }), 'tcp', state),
      ),
    ];
  });
  const subjects = addresses.map((ip, index) => address(`expe${index + 1}.example.com`, ip));
  const of = round({}, [seen(domain(), need, both), ...observed], subjects);
  expect(codes(diagnose(of, judgeRound(of, checks), checks))).toEqual(['DNS_ADDRESS_PRIVATE']);
});

test('a silent DNS server leaves the state unknown, not critical', () => {
  expect(diagnosed(dnsFailed('timeout')).status).toBe('unknown');
});
