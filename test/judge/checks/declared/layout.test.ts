import { expect, test } from 'vitest';
import { discoveryNames } from '../../../../src/judge/checks/declared/discovery-names.ts';
import { edgeNames } from '../../../../src/judge/checks/declared/edge-names.ts';
import { oneToOne } from '../../../../src/judge/checks/declared/one-to-one.ts';
import { phoneProfiles } from '../../../../src/judge/checks/declared/phone-profiles.ts';
import { presenceDomain } from '../../../../src/judge/checks/declared/presence-domain.ts';
import { singleNic } from '../../../../src/judge/checks/declared/single-nic.ts';
import { unifiedCmNames } from '../../../../src/judge/checks/declared/unified-cm-names.ts';
import { webProxy } from '../../../../src/judge/checks/declared/web-proxy.ts';
import type { AnyCheck } from '../../../../src/judge/judge.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round } from '../../round.ts';
import { declares } from './declared.ts';

const x82 = { versions: { expressway_c: 'X8.2' } };
const inCluster = (name: string, cluster: string) => ({ name, cluster });
const nat = { name: 'expe1.example.com', publicAddress: '203.0.113.11' };

test.each<[AnyCheck, string, Partial<Deployment>, string]>([
  [discoveryNames, 'by name', declares({ im_presence: ['imp1.example.com'] }), 'pass'],
  [
    discoveryNames,
    'IM and Presence by address',
    declares({ im_presence: ['10.0.0.41'] }),
    'fail DECLARED_NODE_BY_ADDRESS',
  ],
  [
    discoveryNames,
    'both by address',
    declares({ im_presence: ['10.0.0.41'], unity_connection: ['10.0.0.51'] }),
    'fail DECLARED_NODE_BY_ADDRESS DECLARED_NODE_BY_ADDRESS',
  ],
  [discoveryNames, 'by address in X8.2', declares({ im_presence: ['10.0.0.41'] }, x82), 'not-applicable'],
  [discoveryNames, 'none declared', {}, 'not-applicable'],

  [edgeNames, 'by name', declares({ expressway_e: ['expe1.example.com'] }), 'pass'],
  [edgeNames, 'by address', declares({ expressway_e: ['10.0.1.11'] }), 'fail DECLARED_EDGE_BY_ADDRESS'],
  [edgeNames, 'none declared', {}, 'not-applicable'],

  [
    presenceDomain,
    'one domain',
    declares({ unified_cm: ['cucm1.example.com'], im_presence: ['IMP1.Example.com'] }),
    'pass',
  ],
  [
    presenceDomain,
    'two domains',
    declares({ unified_cm: ['cucm1.example.com'], im_presence: ['imp1.chat.example.com'] }),
    'fail DECLARED_PRESENCE_DOMAIN_DIFFERS',
  ],
  [
    presenceDomain,
    'bare names',
    declares({ unified_cm: ['cucm1'], im_presence: ['imp1'] }),
    'not-applicable',
  ],

  [phoneProfiles, 'a host name', { phoneSecurityProfiles: ['jabber.secure.example.com'] }, 'pass'],
  [
    phoneProfiles,
    'a name with spaces',
    { phoneSecurityProfiles: ['Cisco 8841 - Secure'] },
    'fail DECLARED_PROFILE_NOT_FQDN',
  ],
  [phoneProfiles, 'a bare name', { phoneSecurityProfiles: ['secure'] }, 'fail DECLARED_PROFILE_NOT_FQDN'],
  [phoneProfiles, 'none declared', {}, 'not-applicable'],

  [webProxy, 'another name', { meetingServerProxy: 'join.example.com' }, 'pass'],
  [webProxy, 'an MRA domain', { meetingServerProxy: 'Example.com' }, 'fail DECLARED_WEB_PROXY_SHARED'],
  [webProxy, 'no web proxy', {}, 'not-applicable'],

  [
    oneToOne,
    'one to one',
    declares({
      expressway_c: [inCluster('c1.example.com', 'us'), inCluster('c2.example.com', 'eu')],
      expressway_e: [inCluster('e1.example.com', 'us'), inCluster('e2.example.com', 'eu')],
    }),
    'pass',
  ],
  [
    oneToOne,
    'one to two',
    declares({
      expressway_c: ['c1.example.com'],
      expressway_e: [inCluster('e1.example.com', 'us'), inCluster('e2.example.com', 'eu')],
    }),
    'fail DECLARED_ZONE_TO_MANY',
  ],
  [
    oneToOne,
    'peers without a cluster name',
    declares({ expressway_c: ['c1.example.com'], expressway_e: ['e1.example.com', 'e2.example.com'] }),
    'pass',
  ],
  [
    oneToOne,
    'two unnamed to two',
    declares({
      expressway_c: ['c1.example.com', 'c2.example.com'],
      expressway_e: [inCluster('e1.example.com', 'us'), inCluster('e2.example.com', 'eu')],
    }),
    'unknown',
  ],
  [
    oneToOne,
    'one of two peers to two',
    declares({
      expressway_c: [inCluster('c1.example.com', 'all'), inCluster('c2.example.com', 'all')],
      expressway_e: [inCluster('e1.example.com', 'us'), inCluster('e2.example.com', 'eu')],
    }),
    'fail DECLARED_ZONE_TO_MANY',
  ],
  [oneToOne, 'only one side', declares({ expressway_e: ['e1.example.com'] }), 'not-applicable'],

  [singleNic, 'one interface', declares({ expressway_e: [nat] }), 'fail DECLARED_SINGLE_NIC_NAT'],
  [singleNic, 'two', declares({ expressway_e: [{ ...nat, internalAddress: '10.0.1.11' }] }), 'pass'],
  [singleNic, 'no NAT', declares({ expressway_e: ['expe1.example.com'] }), 'not-applicable'],

  [
    unifiedCmNames,
    'a bare name beside another domain',
    declares({ expressway_c: ['c1.edge.example'], unified_cm: ['cucm1', 'cucm2.inner.example'] }),
    'fail DECLARED_UCM_BARE_NAME',
  ],
  [
    unifiedCmNames,
    'a bare name in the same domain',
    declares({ expressway_c: ['c1.example.com'], unified_cm: ['cucm1', 'cucm2.example.com'] }),
    'pass',
  ],
])('$id: %s', (check, _, facts, expected) => {
  expect(outcome(judge(check, round(facts, [])))).toBe(expected);
});
