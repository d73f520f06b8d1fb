import { expect, test } from 'vitest';
import { usageServer } from '../../../../src/judge/checks/certificate/usage-server.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { notLooked, shows, showsNothing, uds, zoneClosed } from './shown.ts';

const clientOnly = { extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] };

test.each<[string, Seen, string]>([
  ['server and client', shows({}), 'pass'],
  ['no such extension', shows({ extendedKeyUsage: undefined }), 'pass'],
  ['any use', shows({ extendedKeyUsage: ['2.5.29.37.0'] }), 'pass'],
  ['client only', shows(clientOnly), 'fail CERT_EKU_SERVER_MISSING'],
  ['client only, inside', shows(clientOnly, uds), 'fail CERT_EKU_SERVER_MISSING'],
  ['a port that has to be closed', shows(clientOnly, zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(usageServer, round({}, [observed])))).toBe(expected);
});
