import { expect, test } from 'vitest';
import { validity } from '../../../../src/judge/checks/certificate/validity.ts';
import { certificate } from '../../readings.ts';
import { atRound, judge, outcome, round, type Seen } from '../../round.ts';
import { anchored, issuing, notLooked, root, sends, shows, showsNothing, zoneClosed } from './shown.ts';

const past = '2026-11-20T11:59:59.000Z';
const future = '2026-11-20T12:00:01.000Z';
const leaf = certificate();
const longAgo = { notBefore: '2000-01-01T00:00:00.000Z', notAfter: '2021-09-30T00:00:00.000Z' };

test.each<[string, Seen, string]>([
  ['within its dates', shows({}), 'pass'],
  ['its last moment', shows({ notAfter: atRound }), 'pass'],
  ['a second after its end', shows({ notAfter: past }), 'fail CERT_EXPIRED'],
  ['its first moment', shows({ notBefore: atRound }), 'pass'],
  ['a second before its start', shows({ notBefore: future }), 'fail CERT_NOT_YET_VALID'],
  ['an expired intermediate', sends([leaf, { ...issuing, ...longAgo }], anchored), 'fail CERT_EXPIRED'],
  [
    'an expired intermediate beside its successor',
    sends([leaf, { ...issuing, ...longAgo }, issuing], anchored),
    'pass',
  ],
  [
    'an expired root that was sent',
    sends([leaf, issuing, { ...root, ...longAgo }], anchored),
    'fail CERT_EXPIRED',
  ],
  [
    'an expired cross-signed copy of a root that the store has',
    sends([leaf, issuing, { ...root, ...longAgo, issuer: 'CN=Older Root', selfSigned: false }], anchored),
    'pass',
  ],
  [
    'an expired certificate that nobody needs',
    sends([leaf, issuing, { ...root, ...longAgo, subject: 'CN=Other' }], anchored),
    'pass',
  ],
  [
    'leaf and intermediate',
    sends(
      [
        { ...leaf, notAfter: past },
        { ...issuing, ...longAgo },
      ],
      anchored,
    ),
    'fail CERT_EXPIRED CERT_EXPIRED',
  ],
  ['a port that has to be closed', shows({ notAfter: past }, zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(validity, round({}, [observed])))).toBe(expected);
});

test('the evidence says which certificate it is', () => {
  const observed = sends([leaf, { ...issuing, ...longAgo }], anchored);
  const judgement = judge(validity, round({}, [observed]));
  expect(judgement).toMatchObject({
    findings: [
      {
        evidence: { certificate: 'BB02', part: 'intermediate certificate CN=Example Issuing CA 3' },
        message:
          'The intermediate certificate CN=Example Issuing CA 3 that expe1.example.com:8443 shows expired on 2021-09-30',
      },
    ],
  });
});
