import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { insideAddress } from '../../../../src/judge/checks/dns/inside-address.ts';
import { a, answer, dnsFailed, nodata, nxdomain } from '../../readings.ts';
import { deployment, judge, node, outcome, round, type Seen, seen } from '../../round.ts';

const cucm = node('cucm1.example.com', 'unified_cm');
const lookups = (subject: typeof cucm, first: DnsReading, second?: DnsReading): Seen[] => [
  seen(subject, 'dns:internal:address/a', first),
  ...(second ? [seen(subject, 'dns:internal:address/aaaa', second)] : []),
];

test.each<[string, Seen[], string]>([
  ['an A record', lookups(cucm, answer(a('10.0.3.11')), nodata()), 'pass'],
  ['an AAAA record only', lookups(cucm, nodata(), answer(a('fd00::11'))), 'pass'],
  ['neither', lookups(cucm, nodata(), nodata()), 'fail DNS_INSIDE_NO_ADDRESS'],
  ['no such name', lookups(cucm, nxdomain()), 'fail DNS_INSIDE_NO_ADDRESS'],
  ['no A record, AAAA silent', lookups(cucm, nodata(), dnsFailed('timeout')), 'unknown'],
  ['no A record, AAAA not asked', lookups(cucm, nodata()), 'unknown'],
  ['silence', lookups(cucm, dnsFailed('timeout')), 'unknown'],
  ['public DNS', [seen(cucm, 'dns:public:address/a', nxdomain())], 'not judged'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(insideAddress, round({ vantage: 'internal' }, observed), observed[0]!.subject))).toBe(
    expected,
  );
});

test('a node declared by address needs no name', () => {
  const literal = node('10.0.3.11', 'unified_cm');
  expect(outcome(judge(insideAddress, round({}, lookups(literal, nxdomain())), literal))).toBe(
    'not-applicable',
  );
});

test('an Expressway-E is missed inside only under its declared name', () => {
  const nodes = { ...deployment().nodes, expressway_e: [{ name: 'expe1.inside.example' }] };
  const judged = (host: string) => {
    const subject = node(host);
    return outcome(judge(insideAddress, round({ nodes }, lookups(subject, nxdomain())), subject));
  };
  expect(judged('expe1.inside.example')).toBe('fail DNS_INSIDE_NO_ADDRESS');
  expect(judged('expe1.example.com')).toBe('not-applicable');
});

test('what suffers is what the node is for', () => {
  const imp = node('imp1.example.com', 'im_presence');
  expect(judge(insideAddress, round({}, lookups(imp, nxdomain())), imp)).toMatchObject({
    findings: [{ affects: 'messaging' }],
  });
});
