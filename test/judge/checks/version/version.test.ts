import { describe, expect, test } from 'vitest';
import { declared } from '../../../../src/judge/checks/version/declared.ts';
import { peers } from '../../../../src/judge/checks/version/peers.ts';
import { indexRound } from '../../../../src/judge/view.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import type { Role } from '../../../../src/model/subject.ts';
import { sipStatus } from '../../readings.ts';
import { deployment, judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';

/** A SIP answer of a host that names its product and version. */
function says(host: string, version: string, role: Role = 'expressway_e'): Seen {
  const product = role === 'unified_cm' ? 'Cisco-CUCM' : 'TANDBERG/4137';
  return seen(
    service({ host, role, port: 5061, purpose: 'edge-sip' }),
    'sip',
    sipStatus(200, { product, version }),
  );
}
const one = 'expe1.example.com';
const two = 'expe2.example.com';
const cucm = 'cucm1.example.com';

describe('the version of a host', () => {
  const versionOf = (facts: Partial<Deployment>, role: Role, host?: string) =>
    indexRound(round(facts, [says(one, 'X15.0.3'), says(two, 'X14.2')])).version(role, host)?.text;

  test('is what was declared', () => {
    expect(versionOf({ versions: { expressway_e: 'X15.4' } }, 'expressway_e', one)).toBe('X15.4');
  });
  test('is what the host says of itself when nothing was declared', () => {
    expect(versionOf({}, 'expressway_e', one)).toBe('X15.0.3');
  });
  test('of a role is the oldest that was seen', () => {
    expect(versionOf({}, 'expressway_e')).toBe('X14.2');
  });
  test('is unknown when nobody said', () => {
    expect(versionOf({}, 'expressway_c')).toBeUndefined();
  });
  test('is not learnt from another device that answers in its place', () => {
    const foreign = seen(
      service({ port: 5061 }),
      'sip',
      sipStatus(200, { product: 'Cisco-CUCM', version: '15.0' }),
    );
    expect(indexRound(round({}, [foreign])).version('expressway_e', one)).toBeUndefined();
  });
});

describe('the declared version', () => {
  const expressway = { versions: { expressway_e: 'X15.0.3' } };
  test.each<[string, Partial<Deployment>, Seen[], string]>([
    ['is the one that is seen', expressway, [says(one, 'X15.0.3')], 'pass'],
    [
      'says less than the one that is seen',
      { versions: { expressway_e: 'X15' } },
      [says(one, 'X15.0.3')],
      'pass',
    ],
    ['is not the one that is seen', expressway, [says(one, 'X15.2')], 'fail VERSION_DIFFERS'],
    ['is missing', {}, [says(one, 'X15.2')], 'not-applicable'],
    ['is not told by the host', expressway, [], 'not-applicable'],
    ['cannot be read in the answer', expressway, [says(one, 'soon')], 'not-applicable'],
  ])('%s', (_, facts, observed, expected) => {
    expect(outcome(judge(declared, round(facts, observed, [node(one)]), node(one)))).toBe(expected);
  });

  test.each([
    ['15SU2', '15.0', 'pass'],
    ['14SU3', '15.0', 'fail VERSION_DIFFERS'],
  ])('%s of Unified CM beside %s in its answers', (said, told, expected) => {
    const of = round(
      { versions: { unified_cm: said } },
      [says(cucm, told, 'unified_cm')],
      [node(cucm, 'unified_cm')],
    );
    expect(outcome(judge(declared, of))).toBe(expected);
  });
});

describe('peers', () => {
  const nodes = [node(one), node(two)];
  const inClusters = {
    nodes: {
      ...deployment().nodes,
      expressway_e: [
        { name: one, cluster: 'emea' },
        { name: two, cluster: 'apac' },
      ],
    },
  };
  test.each<[string, Partial<Deployment>, Seen[], string]>([
    ['run one version', {}, [says(one, 'X15.0.3'), says(two, 'X15.0.3')], 'pass'],
    ['run two versions', {}, [says(one, 'X15.0.3'), says(two, 'X14.2')], 'fail PEER_VERSIONS_DIFFER'],
    ['of two clusters may', inClusters, [says(one, 'X15.0.3'), says(two, 'X14.2')], 'not-applicable'],
    ['are one only', {}, [says(one, 'X15.0.3')], 'not-applicable'],
    [
      'are no peers when the one is outside and the other inside',
      {},
      [says(one, 'X15.0.3'), says('expc1.example.com', 'X14.2', 'expressway_c')],
      'not-applicable',
    ],
  ])('%s', (_, facts, observed, expected) => {
    expect(outcome(judge(peers, round(facts, observed, nodes)))).toBe(expected);
  });

  test('the one that is behind is named', () => {
    const judgement = judge(peers, round({}, [says(one, 'X15.0.3'), says(two, 'X14.2')], nodes));
    expect(judgement).toMatchObject({
      findings: [{ subject: node(two).id, evidence: { version: 'X14.2', other: one } }],
    });
  });
});
