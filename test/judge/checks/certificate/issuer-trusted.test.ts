import { expect, test } from 'vitest';
import { issuerTrusted } from '../../../../src/judge/checks/certificate/issuer-trusted.ts';
import { certificate } from '../../readings.ts';
import { judge, outcome, round, type Seen, service } from '../../round.ts';
import {
  edgeHttps,
  incomplete,
  issuing,
  notLooked,
  root,
  selfSigned,
  sends,
  shows,
  showsNothing,
  uds,
  untrusted,
  zoneClosed,
  zoneSip,
} from './shown.ts';

const leaf = certificate();
const rootLeftOut = { ...incomplete, endName: 'CN=Example Public Root' };
const peer = service({ host: 'expe2.example.com', address: '198.51.100.12' });
const peerSends = (...chain: (typeof leaf)[]) => sends([leaf, ...chain], untrusted, peer);

test.each<[string, Seen[], string]>([
  ['a trusted root', [shows({})], 'pass'],
  ['an untrusted root', [sends([leaf, issuing, root], untrusted)], 'fail CERT_ISSUER_UNTRUSTED'],
  ['an unknown root that was left out', [sends([leaf, issuing], rootLeftOut)], 'fail CERT_ISSUER_UNTRUSTED'],
  ['the leaf alone', [sends([leaf], incomplete)], 'not-applicable'],
  [
    'the leaf alone, a peer sends the intermediate',
    [sends([leaf], incomplete), peerSends(issuing)],
    'not-applicable',
  ],
  [
    'the leaf alone, a peer shows that its issuer is a root',
    [sends([leaf], incomplete), peerSends({ ...issuing, selfSigned: true })],
    'fail CERT_ISSUER_UNTRUSTED',
  ],
  ['inside, an untrusted root', [sends([leaf, root], untrusted, uds)], 'fail CERT_ISSUER_UNKNOWN_INSIDE'],
  ['inside, the leaf alone', [sends([leaf], incomplete, uds)], 'fail CERT_ISSUER_UNKNOWN_INSIDE'],
  [
    'towards Expressway-C, an untrusted root',
    [sends([leaf, root], untrusted, zoneSip)],
    'fail CERT_ISSUER_UNKNOWN_INSIDE',
  ],
  ['inside, a missing intermediate', [sends([leaf], incomplete, uds), peerSends(issuing)], 'not-applicable'],
  ['self-signed', [shows(selfSigned, edgeHttps, { path: untrusted })], 'not-applicable'],
  ['a port that has to be closed', [shows({}, zoneClosed, { path: untrusted })], 'not-applicable'],
  [
    'a trusted root, and OpenSSL refuses the chain for another reason',
    [shows({}, edgeHttps, { verification: { trusted: false, code: 'PATH_LENGTH_EXCEEDED' } })],
    'unknown',
  ],
  ['no path was looked for', [shows({}, edgeHttps, { path: undefined })], 'unknown'],
  ['no certificate', [showsNothing()], 'unknown'],
  ['not looked', [notLooked()], 'unknown'],
])('%s', (_, observed, expected) => {
  const about = observed[0]!.subject;
  expect(outcome(judge(issuerTrusted, round({}, observed), about))).toBe(expected);
});

test('an expired certificate of a known root is not called untrusted', () => {
  const verification = { trusted: false, code: 'CERT_HAS_EXPIRED' };
  const observed = shows({ notAfter: '2026-01-01T00:00:00.000Z' }, edgeHttps, { verification });
  expect(outcome(judge(issuerTrusted, round({}, [observed])))).toBe('pass');
});
