import { expect, test } from 'vitest';
import type { SipReading } from '../../../../probes/index.ts';
import { sipAnswer } from '../../../../src/judge/checks/sip/answer.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { sipFailed, sipStatus } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

const edge = service({ port: 5061, purpose: 'edge-sip', title: 'SIP over TLS', affects: 'calls' });
const calls = service({ port: 5060, purpose: 'sip', role: 'unified_cm', host: 'cucm1.example.com' });

test.each<[string, ServiceSubject, SipReading, string]>([
  ['200 OK', edge, sipStatus(200), 'pass'],
  ['401 Unauthorized', edge, sipStatus(401), 'pass'],
  ['403 Forbidden', edge, sipStatus(403), 'pass'],
  ['404 Not Found', edge, sipStatus(404), 'pass'],
  ['503 without a time', edge, sipStatus(503), 'pass'],
  ['503 for a while', edge, sipStatus(503, { retryAfterSeconds: 30 }), 'fail SIP_OVERLOADED'],
  ['silence', edge, sipFailed('timeout'), 'fail SIP_SILENT'],
  ['silence after a provisional answer', edge, sipFailed('timeout', { provisional: 100 }), 'pass'],
  ['an end without answer', edge, sipFailed('eof'), 'fail SIP_SILENT'],
  ['a reset', edge, sipFailed('reset'), 'fail SIP_SILENT'],
  ['HTTP', edge, sipFailed('not-sip'), 'fail SIP_NOT_SIP'],
  ['broken SIP', edge, sipFailed('malformed'), 'fail SIP_NOT_SIP'],
  ['endless bytes', edge, sipFailed('oversized'), 'fail SIP_NOT_SIP'],
  ['TLS where none belongs', calls, sipFailed('plain-tls'), 'fail SIP_NOT_SIP'],
  ['an answer to another request', edge, sipFailed('mismatched'), 'unknown'],
  ['silence of Unified CM', calls, sipFailed('timeout'), 'unknown'],
  ['a port that has to be closed', service({ expected: 'closed' }), sipFailed('timeout'), 'not-applicable'],
])('%s', (_, subject, reading, expected) => {
  expect(outcome(judge(sipAnswer, round({}, [seen(subject, 'sip', reading)])))).toBe(expected);
});

test('a port whose handshake failed says nothing of SIP', () => {
  const observed = [{ subject: edge, need: 'sip', skipped: 'tls failed: eof' }] as const;
  expect(outcome(judge(sipAnswer, round({}, observed)))).toBe('unknown');
});
