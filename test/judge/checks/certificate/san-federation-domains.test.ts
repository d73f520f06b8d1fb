import { expect, test } from 'vitest';
import { sanFederationDomains } from '../../../../src/judge/checks/certificate/san-federation-domains.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { expresswayC, notLooked, shows, showsNothing, zoneClosed } from './shown.ts';

const declared = { xmppFederationDomains: ['chat.example.com'] };

test.each<[string, Partial<Deployment>, Seen, string]>([
  ['listed', declared, shows({ names: { dns: ['Chat.example.com'] } }), 'pass'],
  [
    'as XMPP address',
    declared,
    shows({ names: { dns: [], xmpp: ['chat.example.com'] } }),
    'fail CERT_SAN_XMPP_ADDRESS',
  ],
  ['as SRV name', declared, shows({ names: { dns: [], srv: ['_xmpp-server.chat.example.com'] } }), 'pass'],
  ['not listed', declared, shows({}), 'fail CERT_SAN_FEDERATION_MISSING'],
  [
    'only a wildcard',
    declared,
    shows({ names: { dns: ['*.example.com'] } }),
    'fail CERT_SAN_FEDERATION_MISSING',
  ],
  ['none declared', {}, shows({}), 'not-applicable'],
  ['Expressway-C', declared, shows({}, expresswayC), 'not judged'],
  ['a port that has to be closed', declared, shows({}, zoneClosed), 'not-applicable'],
  ['no certificate', declared, showsNothing(), 'unknown'],
  ['not looked', declared, notLooked(), 'unknown'],
])('%s', (_, facts, observed, expected) => {
  expect(outcome(judge(sanFederationDomains, round(facts, [observed])))).toBe(expected);
});
