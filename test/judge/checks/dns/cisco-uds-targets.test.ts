import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { ciscoUdsTargets } from '../../../../src/judge/checks/dns/cisco-uds-targets.ts';
import { a, answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { deployment, domain, judge, node, outcome, round, type Seen, seen } from '../../round.ts';

const declared = {
  ...deployment().nodes,
  unified_cm: [{ name: 'cucm1.example.com' }, { name: '10.0.0.32' }],
};
const named = srv('Cucm1.example.com');
const leads = (host: string, ip: string): Seen =>
  seen(node(host, 'unified_cm'), 'dns:internal:address/a', answer(a(ip, host)));

test.each<[string, DnsReading, readonly Seen[], string]>([
  ['a declared name', answer(named), [], 'pass'],
  [
    'another name of a declared address',
    answer(srv('uds.example.com')),
    [leads('uds.example.com', '10.0.0.32')],
    'pass',
  ],
  [
    'another name of a declared node',
    answer(srv('uds.example.com')),
    [leads('uds.example.com', '10.0.0.31'), leads('cucm1.example.com', '10.0.0.31')],
    'pass',
  ],
  ['a stranger', answer(named, srv('old.example.com')), [], 'fail DNS_CISCO_UDS_TARGET_STRANGE'],
  [
    'a stranger with an address',
    answer(srv('old.example.com')),
    [leads('old.example.com', '10.0.0.99')],
    'fail DNS_CISCO_UDS_TARGET_STRANGE',
  ],
  ['no record', nxdomain(), [], 'not-applicable'],
  ['silence', dnsFailed('timeout'), [], 'unknown'],
])('%s', (_, reading, others, expected) => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', reading), ...others];
  expect(outcome(judge(ciscoUdsTargets, round({ nodes: declared }, observed), domain()))).toBe(expected);
});

test('nobody is a stranger where nobody is declared', () => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', answer(srv('old.example.com')))];
  expect(outcome(judge(ciscoUdsTargets, round({}, observed)))).toBe('not-applicable');
});

test('a stranger that was looked up is told as a host, so that its silence explains it', () => {
  const observed = [
    seen(domain(), 'dns:internal:srv/cisco-uds', answer(srv('old.example.com'))),
    leads('old.example.com', '10.0.0.99'),
  ];
  expect(judge(ciscoUdsTargets, round({ nodes: declared }, observed), domain())).toMatchObject({
    findings: [
      {
        subject: node('old.example.com', 'unified_cm').id,
        message:
          '_cisco-uds._tcp.example.com leads to old.example.com, which is no Unified CM of this deployment',
      },
    ],
  });
});
