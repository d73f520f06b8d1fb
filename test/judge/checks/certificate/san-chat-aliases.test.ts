import { expect, test } from 'vitest';
import { sanChatAliases } from '../../../../src/judge/checks/certificate/san-chat-aliases.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { expresswayC, notLooked, shows, showsNothing, uds, zoneClosed } from './shown.ts';

const declared = { chatNodeAliases: ['room1.example.com', 'room2.example.com'] };
const both = { names: { dns: ['room1.example.com', 'room2.example.com'] } };
const one = { names: { dns: ['room1.example.com'] } };

test.each<[string, Partial<Deployment>, Seen, string]>([
  ['both on Expressway-E', declared, shows(both), 'pass'],
  ['both on Expressway-C', declared, shows(both, expresswayC), 'pass'],
  ['one missing on Expressway-E', declared, shows(one), 'fail CERT_SAN_CHAT_ALIAS_MISSING'],
  ['one missing on Expressway-C', declared, shows(one, expresswayC), 'fail CERT_SAN_CHAT_ALIAS_MISSING'],
  ['none declared', {}, shows({}), 'not-applicable'],
  ['Unified CM', declared, shows({}, uds), 'not judged'],
  ['a port that has to be closed', declared, shows({}, zoneClosed), 'not-applicable'],
  ['no certificate', declared, showsNothing(), 'unknown'],
  ['not looked', declared, notLooked(), 'unknown'],
])('%s', (_, facts, observed, expected) => {
  expect(outcome(judge(sanChatAliases, round(facts, [observed])))).toBe(expected);
});
