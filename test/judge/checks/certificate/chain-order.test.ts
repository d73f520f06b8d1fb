import { expect, test } from 'vitest';
import { chainOrder } from '../../../../src/judge/checks/certificate/chain-order.ts';
import { certificate } from '../../readings.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import {
  anchored,
  edgeHttps,
  issuing,
  notLooked,
  root,
  sends,
  shows,
  showsNothing,
  zoneClosed,
} from './shown.ts';

const leaf = certificate();
const mixed = { ...anchored, inOrder: false };

test.each<[string, Seen, string]>([
  ['in order', sends([leaf, issuing], anchored), 'pass'],
  ['mixed up', sends([leaf, root, issuing], mixed), 'fail CERT_CHAIN_ORDER'],
  ['a single certificate', shows({}), 'not-applicable'],
  ['a port that has to be closed', sends([leaf, root, issuing], mixed, zoneClosed), 'not-applicable'],
  ['no path was looked for', shows({}, edgeHttps, { chain: [leaf, issuing], path: undefined }), 'unknown'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(chainOrder, round({}, [observed])))).toBe(expected);
});
