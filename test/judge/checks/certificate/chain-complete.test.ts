import { expect, test } from 'vitest';
import { chainComplete } from '../../../../src/judge/checks/certificate/chain-complete.ts';
import { certificate } from '../../readings.ts';
import { judge, outcome, round, type Seen, service } from '../../round.ts';
import {
  anchored,
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

const leaf = certificate({ issuerUrl: 'http://pki.example.com/ca3.cer' });
const peer = service({ host: 'expe2.example.com', address: '198.51.100.12' });
const peerSends = sends([leaf, issuing], anchored, peer);
const supplied = { ...anchored, suppliedByStore: ['CN=Example Issuing CA 3'] };

test.each<[string, Seen[], string]>([
  ['leaf and intermediate', [sends([leaf, issuing], anchored)], 'pass'],
  ['the root, too', [sends([leaf, issuing, root], anchored)], 'pass'],
  ['the leaf alone', [sends([leaf], incomplete)], 'fail CERT_CHAIN_INCOMPLETE'],
  ['the leaf alone, the store has the intermediate', [sends([leaf], supplied)], 'fail CERT_CHAIN_INCOMPLETE'],
  ['everything but the root', [sends([leaf, issuing], { ...incomplete, endName: root.subject })], 'pass'],
  ['everything up to an untrusted root', [sends([leaf, issuing, root], untrusted)], 'pass'],
  ['inside, the leaf alone', [sends([leaf], incomplete, uds)], 'not-applicable'],
  [
    'inside, the leaf alone, a peer sends the intermediate',
    [sends([leaf], incomplete, uds), peerSends],
    'fail CERT_CHAIN_INCOMPLETE',
  ],
  ['inside, the declared trust has the intermediate', [sends([leaf], supplied, uds)], 'pass'],
  ['towards Expressway-C, the leaf alone', [sends([leaf], incomplete, zoneSip)], 'not-applicable'],
  ['self-signed', [shows(selfSigned, edgeHttps, { path: untrusted })], 'not-applicable'],
  ['a port that has to be closed', [sends([leaf], incomplete, zoneClosed)], 'not-applicable'],
  ['no path was looked for', [shows({}, edgeHttps, { path: undefined })], 'unknown'],
  ['no certificate', [showsNothing()], 'unknown'],
  ['not looked', [notLooked()], 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(chainComplete, round({}, observed), observed[0]!.subject))).toBe(expected);
});

test('the sentence names the missing certificate, the evidence the peer that sends it', () => {
  const judgement = judge(chainComplete, round({}, [sends([leaf], incomplete), peerSends]), edgeHttps);
  expect(judgement).toMatchObject({
    findings: [
      {
        message: 'expe1.example.com:8443 does not send the intermediate certificate CN=Example Issuing CA 3',
        evidence: {
          certificate: 'AA01',
          missing: ['CN=Example Issuing CA 3'],
          peer: 'expe2.example.com',
          issuerUrl: 'http://pki.example.com/ca3.cer',
        },
      },
    ],
  });
});
