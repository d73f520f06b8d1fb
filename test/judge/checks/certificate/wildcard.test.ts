import { expect, test } from 'vitest';
import { wildcard } from '../../../../src/judge/checks/certificate/wildcard.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { notLooked, shows, showsNothing, uds, zoneSip } from './shown.ts';

const names = { names: { dns: ['*.example.com', 'example.com'] } };

test.each<[string, Seen, string]>([
  ['none', shows({}), 'pass'],
  ['among the names', shows(names), 'fail CERT_WILDCARD'],
  ['as common name', shows({ commonName: '*.example.com' }), 'fail CERT_WILDCARD'],
  ['towards Expressway-C', shows(names, zoneSip), 'not-applicable'],
  ['on Unified CM', shows(names, uds), 'not judged'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(wildcard, round({}, [observed])))).toBe(expected);
});
