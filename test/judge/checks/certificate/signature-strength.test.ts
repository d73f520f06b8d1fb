import { expect, test } from 'vitest';
import { signatureStrength } from '../../../../src/judge/checks/certificate/signature-strength.ts';
import { certificate } from '../../readings.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import {
  anchored,
  issuing,
  notLooked,
  root,
  selfSigned,
  sends,
  shows,
  showsNothing,
  zoneClosed,
} from './shown.ts';

const leaf = certificate();
const signed = (signature: string) => shows({ signature });
const sha1 = { signature: 'sha1WithRSAEncryption' };

test.each<[string, Seen, string]>([
  ['SHA-256', signed('sha256WithRSAEncryption'), 'pass'],
  ['SHA-512', signed('sha512WithRSAEncryption'), 'pass'],
  ['ECDSA with SHA-384', signed('ecdsa-with-SHA384'), 'pass'],
  ['RSA-PSS', signed('rsassaPss'), 'pass'],
  ['Ed25519', signed('ED25519'), 'pass'],
  ['SHA-1', signed('sha1WithRSAEncryption'), 'fail CERT_SIGNATURE_WEAK'],
  ['ECDSA with SHA-1', signed('ecdsa-with-SHA1'), 'fail CERT_SIGNATURE_WEAK'],
  ['MD5', signed('md5WithRSAEncryption'), 'fail CERT_SIGNATURE_WEAK'],
  ['SHA-1 on an intermediate', sends([leaf, { ...issuing, ...sha1 }], anchored), 'fail CERT_SIGNATURE_WEAK'],
  ['SHA-1 on the root', sends([leaf, issuing, { ...root, ...sha1 }], anchored), 'pass'],
  ['self-signed', shows({ ...selfSigned, ...sha1 }), 'not-applicable'],
  ['a port that has to be closed', shows(sha1, zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(signatureStrength, round({}, [observed])))).toBe(expected);
});
