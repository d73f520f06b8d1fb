import { expect, test } from 'vitest';
import { turnOff } from '../../../../src/judge/checks/declared/turn-off.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round } from '../../round.ts';

test.each<[string, Partial<Deployment>, string]>([
  ['no TURN server', {}, 'not-applicable'],
  ['a TURN server of today', { turn: true, versions: { expressway_e: 'X15.0' } }, 'pass'],
  [
    'a TURN server of X8.2',
    { turn: true, versions: { expressway_e: 'X8.2' } },
    'fail DECLARED_TURN_UNSUPPORTED',
  ],
  ['a TURN server of an unknown version', { turn: true }, 'pass'],
])('%s', (_, facts, expected) => {
  expect(outcome(judge(turnOff, round(facts, [])))).toBe(expected);
});
