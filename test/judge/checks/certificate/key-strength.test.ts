import { expect, test } from 'vitest';
import { keyStrength } from '../../../../src/judge/checks/certificate/key-strength.ts';
import { certificate } from '../../readings.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { anchored, issuing, notLooked, sends, shows, showsNothing, zoneClosed } from './shown.ts';

const key = (type: string, bits?: number, curve?: string) => shows({ key: { type, bits, curve } });
const weakIssuing = { ...issuing, key: { type: 'rsa', bits: 1024 } };

test.each<[string, Seen, string]>([
  ['RSA 2048', key('rsa', 2048), 'pass'],
  ['RSA 2047', key('rsa', 2047), 'fail CERT_KEY_WEAK'],
  ['RSA 1024', key('rsa', 1024), 'fail CERT_KEY_WEAK'],
  ['RSA-PSS 1024', key('rsa-pss', 1024), 'fail CERT_KEY_WEAK'],
  ['EC P-256', key('ec', undefined, 'prime256v1'), 'pass'],
  ['EC 224 bits', key('ec', 224), 'pass'],
  ['EC P-192', key('ec', undefined, 'prime192v1'), 'fail CERT_KEY_WEAK'],
  ['Ed25519', key('ed25519'), 'pass'],
  ['a weak intermediate', sends([certificate(), weakIssuing], anchored), 'fail CERT_KEY_WEAK'],
  ['RSA of unknown length', key('rsa'), 'unknown'],
  ['a port that has to be closed', shows({}, zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(keyStrength, round({}, [observed])))).toBe(expected);
});
