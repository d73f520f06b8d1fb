import { expect, test } from 'vitest';
import type { SipReading } from '../../../../probes/index.ts';
import { sipProduct } from '../../../../src/judge/checks/sip/product.ts';
import { sipFailed, sipStatus } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

const edge = { port: 5061, purpose: 'edge-sip', title: 'SIP over TLS', affects: 'calls' } as const;

test.each<[string, Parameters<typeof service>[0], SipReading, string]>([
  ['an Expressway', edge, sipStatus(200), 'pass'],
  ['an Expressway without a version', edge, sipStatus(404, { server: 'TANDBERG' }), 'pass'],
  ['a border controller', edge, sipStatus(200, { server: 'SBC-9000/2.1' }), 'fail SIP_OTHER_PRODUCT'],
  ['an answer without a name', edge, sipFailed('timeout'), 'unknown'],
  ['a port that has to be closed', { ...edge, expected: 'closed' }, sipStatus(200), 'not-applicable'],
  ['Unified CM', { ...edge, role: 'unified_cm' }, sipStatus(200, { server: 'Cisco-CUCM15.0' }), 'not judged'],
])('%s', (_, facts, reading, expected) => {
  expect(outcome(judge(sipProduct, round({}, [seen(service(facts), 'sip', reading)])))).toBe(expected);
});
