import { expect, test } from 'vitest';
import { caSigned } from '../../../../src/judge/checks/certificate/ca-signed.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import {
  anchored,
  edgeSip,
  notLooked,
  selfSigned,
  shows,
  showsNothing,
  uds,
  untrusted,
  zoneClosed,
  zoneSip,
} from './shown.ts';

test.each<[string, Seen, string]>([
  ['signed by an authority', shows({}), 'pass'],
  ['self-signed at the edge', shows(selfSigned, edgeSip, { path: untrusted }), 'fail CERT_SELF_SIGNED'],
  ['self-signed at the edge and declared as trusted', shows(selfSigned), 'fail CERT_SELF_SIGNED'],
  ['self-signed inside', shows(selfSigned, uds, { path: untrusted }), 'fail CERT_SELF_SIGNED_INSIDE'],
  [
    'self-signed towards Expressway-C',
    shows(selfSigned, zoneSip, { path: untrusted }),
    'fail CERT_SELF_SIGNED_INSIDE',
  ],
  [
    'self-signed inside and declared as trusted',
    shows(selfSigned, uds, { path: anchored }),
    'not-applicable',
  ],
  ['a port that has to be closed', shows(selfSigned, zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(caSigned, round({}, [observed])))).toBe(expected);
});
