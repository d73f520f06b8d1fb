import { expect, test } from 'vitest';
import { keySupported } from '../../../../src/judge/checks/certificate/key-supported.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { expresswayC, notLooked, shows, showsNothing, uds, zoneClosed } from './shown.ts';

const rsa = (bits?: number) => ({ key: { type: 'rsa', bits } });

test.each<[string, Seen, string]>([
  ['RSA 4096', shows(rsa(4096)), 'pass'],
  ['RSA 8192', shows(rsa(8192)), 'fail CERT_KEY_UNSUPPORTED'],
  ['RSA 8192 on Expressway-C', shows(rsa(8192), expresswayC), 'fail CERT_KEY_UNSUPPORTED'],
  ['RSA 8192 on Unified CM', shows(rsa(8192), uds), 'not judged'],
  ['EC', shows({ key: { type: 'ec', curve: 'prime256v1' } }), 'not-applicable'],
  ['RSA of unknown length', shows(rsa()), 'unknown'],
  ['a port that has to be closed', shows(rsa(8192), zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(keySupported, round({}, [observed])))).toBe(expected);
});
