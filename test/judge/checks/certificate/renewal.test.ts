import { expect, test } from 'vitest';
import { renewal } from '../../../../src/judge/checks/certificate/renewal.ts';
import { certificate } from '../../readings.ts';
import { atRound, judge, outcome, round, type Seen } from '../../round.ts';
import { anchored, issuing, notLooked, sends, shows, showsNothing, zoneClosed } from './shown.ts';

const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** Dates of a certificate of so many days of which so many are left. */
function dates(lifetime: number, left: number) {
  const notAfterMs = Date.parse(atRound) + left * dayMs;
  return { notBefore: iso(notAfterMs - lifetime * dayMs), notAfter: iso(notAfterMs) };
}

test.each<[lifetime: number, left: number, expected: string]>([
  [398, 31, 'pass'],
  [398, 30, 'pass'],
  [398, 29.9, 'fail CERT_EXPIRES_SOON'],
  [200, 30, 'pass'],
  [200, 29.9, 'fail CERT_EXPIRES_SOON'],
  [100, 25, 'pass'],
  [100, 24.9, 'fail CERT_EXPIRES_SOON'],
  [90, 29, 'pass'],
  [90, 22, 'fail CERT_EXPIRES_SOON'],
  [47, 15, 'pass'],
  [47, 12, 'pass'],
  [47, 11.7, 'fail CERT_EXPIRES_SOON'],
  [6, 2, 'pass'],
  [6, 1.4, 'fail CERT_EXPIRES_SOON'],
  [398, 0, 'fail CERT_EXPIRES_SOON'],
  [398, -0.1, 'pass'],
])('of %d days %d are left: %s', (lifetime, left, expected) => {
  expect(outcome(judge(renewal, round({}, [shows(dates(lifetime, left))])))).toBe(expected);
});

test.each<[string, Seen, string]>([
  [
    'an intermediate near its end',
    sends([certificate(), { ...issuing, ...dates(3650, 20) }], anchored),
    'fail CERT_EXPIRES_SOON',
  ],
  ['a port that has to be closed', shows(dates(398, 1), zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(renewal, round({}, [observed])))).toBe(expected);
});
