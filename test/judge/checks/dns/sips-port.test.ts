import { expect, test } from 'vitest';
import type { DnsReading } from '../../../../probes/index.ts';
import { sipsPort } from '../../../../src/judge/checks/dns/sips-port.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, seen } from '../../round.ts';

const on = (port: number) => srv('host1.example.com', { port });

test.each<[string, DnsReading, string]>([
  ['5061 everywhere', answer(on(5061), on(5061)), 'pass'],
  ['one of two on 5060', answer(on(5061), on(5060)), 'fail DNS_SIPS_PORT_WRONG'],
  ['no record', nxdomain(), 'not-applicable'],
  ['target "."', answer(srv('', { port: 0 })), 'not-applicable'],
  ['silence', dnsFailed('timeout'), 'unknown'],
])('%s', (_, reading, expected) => {
  const observed = [seen(domain(), 'dns:public:srv/sips', reading)];
  expect(outcome(judge(sipsPort, round({}, observed)))).toBe(expected);
});
