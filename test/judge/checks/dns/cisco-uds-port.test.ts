import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { ciscoUdsPort } from '../../../../src/judge/checks/dns/cisco-uds-port.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const on = (port: number) => srv('host1.example.com', { port });

test.each<[string, DnsReading, string]>([
  ['8443 everywhere', answer(on(8443), on(8443)), 'pass'],
  ['one of two on 443', answer(on(8443), on(443)), 'fail DNS_CISCO_UDS_PORT_WRONG'],
  ['no record', nxdomain(), 'not-applicable'],
  ['target "."', answer(srv('', { port: 0 })), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:internal:srv/cisco-uds', reading)];
  expect(outcome(judge(ciscoUdsPort, round({}, observed)))).toBe(expected);
});
