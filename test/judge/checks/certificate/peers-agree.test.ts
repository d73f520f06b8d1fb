import { expect, test } from 'vitest';
import { peersAgree } from '../../../../src/judge/checks/certificate/peers-agree.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { deployment, judge, node, outcome, round, type Seen, service } from '../../round.ts';
import { shows, showsNothing } from './shown.ts';

const [one, two] = [node('expe1.example.com'), node('expe2.example.com')];
const https = (host: string) => service({ host, address: host });
const names = { dns: ['expe1.example.com', 'expe2.example.com', 'example.com'] };
const old = { names, notBefore: '2026-01-01T00:00:00.000Z', fingerprint: 'AA' };
const renewed = { names, notBefore: '2026-11-01T00:00:00.000Z', fingerprint: 'BB' };
const own = { ...renewed, names: { dns: ['expe2.example.com', 'example.com'] } };

test.each<[string, Seen[], Partial<Deployment>, string]>([
  ['both renewed', [shows(renewed, https(one.host)), shows(renewed, https(two.host))], {}, 'not-applicable'],
  [
    'the peer renewed',
    [shows(old, https(one.host)), shows(renewed, https(two.host))],
    {},
    'fail CERT_PEER_NOT_RENEWED',
  ],
  [
    'only this one renewed: the other one is told',
    [shows(renewed, https(one.host)), shows(old, https(two.host))],
    {},
    'not-applicable',
  ],
  ['each its own, of one authority', [shows(old, https(one.host)), shows(own, https(two.host))], {}, 'pass'],
  [
    'each its own, the newer one of another authority',
    [shows(old, https(one.host)), shows({ ...own, issuer: 'CN=New CA' }, https(two.host))],
    {},
    'fail CERT_PEER_ISSUERS_DIFFER',
  ],
  [
    'another cluster',
    [shows(old, https(one.host)), shows(renewed, https(two.host))],
    {
      nodes: {
        ...deployment().nodes,
        expressway_e: [
          { name: one.host, cluster: 'east' },
          { name: two.host, cluster: 'west' },
        ],
      },
    },
    'not-applicable',
  ],
  ['nothing seen', [showsNothing(https(one.host)), shows(renewed, https(two.host))], {}, 'not-applicable'],
])('%s', (_, observed, facts, expected) => {
  expect(outcome(judge(peersAgree, round(facts, observed, [one, two]), one))).toBe(expected);
});
