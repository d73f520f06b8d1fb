import { expect, test } from 'vitest';
import { clockAgrees } from '../../../../src/judge/checks/time/clock-agrees.ts';
import { httpAnswer } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';
import { uds } from '../certificate/shown.ts';

const edge = service();
const clock = (clockDifferenceMs?: number, clockUncertaintyMs = 510, at = edge) =>
  seen(at, 'http', httpAnswer(401, { clockDifferenceMs, clockUncertaintyMs }));

test.each<[string, Seen, string]>([
  ['the same', clock(0), 'pass'],
  ['within the uncertainty', clock(500), 'pass'],
  ['just under five seconds', clock(-4_999), 'pass'],
  ['five seconds ahead', clock(5_000), 'fail CLOCK_DRIFTS'],
  ['just under a minute behind', clock(-59_999), 'fail CLOCK_DRIFTS'],
  ['a minute behind', clock(-60_000), 'fail CLOCK_DIFFERS'],
  ['five minutes ahead', clock(300_000), 'fail CLOCK_DIFFERS'],
  ['Unified CM five minutes ahead', clock(300_000, 510, uds), 'fail CLOCK_DIFFERS'],
  ['six seconds, known to seven', clock(6_000, 7_000), 'unknown'],
  ['no date', clock(undefined), 'not-applicable'],
  ['not looked', { subject: edge, need: 'http', skipped: 'TLS failed' }, 'unknown'],
  ['another HTTPS port', clock(300_000, 510, service({ purpose: 'other' })), 'not-applicable'],
  ['another role', clock(300_000, 510, service({ role: 'im_presence' })), 'not judged'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(clockAgrees, round({}, [observed])))).toBe(expected);
});

test('the sentence says in which direction', () => {
  const judgement = judge(clockAgrees, round({}, [clock(-300_000)]));
  expect(judgement).toMatchObject({
    findings: [{ message: 'The clock of expe1.example.com is 300 seconds behind the right time' }],
  });
});
