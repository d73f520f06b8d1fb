import { expect, test } from 'vitest';
import { commonName } from '../../../../src/judge/checks/certificate/common-name.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { expresswayC, notLooked, shows, showsNothing, uds, zoneClosed } from './shown.ts';

const none = { commonName: undefined, subject: 'O=Example' };

test.each<[string, Seen, string]>([
  ['there', shows({}), 'pass'],
  ['missing on Expressway-E', shows(none), 'fail CERT_CN_MISSING'],
  ['missing on Expressway-C', shows(none, expresswayC), 'fail CERT_CN_MISSING'],
  ['missing on Unified CM', shows(none, uds), 'not judged'],
  ['a port that has to be closed', shows(none, zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(commonName, round({}, [observed])))).toBe(expected);
});
