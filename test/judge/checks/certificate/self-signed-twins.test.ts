import { expect, test } from 'vitest';
import { selfSignedTwins } from '../../../../src/judge/checks/certificate/self-signed-twins.ts';
import { judge, node, outcome, round, type Seen, service } from '../../round.ts';
import { cucmSip, notLooked, shows, showsNothing, uds } from './shown.ts';

const cucm = node('cucm1.example.com', 'unified_cm');
const own = (fingerprint: string, commonName = 'cucm1.example.com') => ({
  fingerprint,
  commonName,
  subject: `CN=${commonName}`,
  issuer: `CN=${commonName}`,
  selfSigned: true,
});
const otherSip = service({
  role: 'unified_cm',
  host: 'cucm2.example.com',
  address: '10.0.0.32',
  port: 5061,
  purpose: 'sip-tls',
});

test.each<[string, Seen[], string]>([
  ['both from an authority', [shows({}, uds), shows({ fingerprint: 'DD04' }, cucmSip)], 'pass'],
  [
    'both self-signed under one name',
    [shows(own('A'), uds), shows(own('B'), cucmSip)],
    'fail CERT_SELF_SIGNED_TWINS',
  ],
  ['both self-signed under two names', [shows(own('A'), uds), shows(own('B', 'cm'), cucmSip)], 'pass'],
  ['one self-signed certificate for both', [shows(own('A'), uds), shows(own('A'), cucmSip)], 'pass'],
  ['one self-signed', [shows(own('A'), uds), shows({}, cucmSip)], 'pass'],
  [
    'the twin is on another server',
    [shows(own('A'), uds), shows(own('A'), cucmSip), shows(own('B'), otherSip)],
    'pass',
  ],
  ['no certificate for SIP', [shows(own('A'), uds), showsNothing(cucmSip)], 'unknown'],
  ['not looked', [notLooked(uds), notLooked(cucmSip)], 'unknown'],
  ['Unified CM not looked at from here', [], 'not-applicable'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(selfSignedTwins, round({}, observed, [cucm]), cucm))).toBe(expected);
});

test('another role is not judged', () => {
  expect(outcome(judge(selfSignedTwins, round({}, [], [node()])))).toBe('not judged');
});
