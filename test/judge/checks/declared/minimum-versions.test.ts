import { expect, test } from 'vitest';
import { loadLibrary } from '../../../../src/explain/library.ts';
import { loadRequirements } from '../../../../src/explain/requirements.ts';
import { minimumVersions } from '../../../../src/judge/checks/declared/minimum-versions.ts';
import { minimums } from '../../../../src/judge/minimums.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { parseRelease } from '../../../../src/model/version.ts';
import { sipStatus } from '../../readings.ts';
import { deployment, deploymentSubject, judge, outcome, round, seen, service } from '../../round.ts';

const old = 'fail VERSION_TOO_OLD';
const feature = 'fail VERSION_TOO_OLD_FOR_FEATURE';

test.each<[string, Partial<Deployment>, string]>([
  ['nothing is declared', {}, 'not-applicable'],
  ['Expressway at the boundary', { versions: { expressway_e: 'X8.1.1' } }, 'pass'],
  ['Expressway below it', { versions: { expressway_e: 'X8.1' } }, old],
  ['Unified CM at the boundary', { versions: { unified_cm: '10.0' } }, 'pass'],
  ['Unified CM below it', { versions: { unified_cm: '9.1(2)SU4' } }, old],
  ['which X8.2 allows', { versions: { expressway_e: 'X8.2', unified_cm: '9.1(2)SU1' } }, 'pass'],
  ['X8.2 with an older one', { versions: { expressway_e: 'X8.2', unified_cm: '9.1(2)' } }, old],
  ['tokens, recent', { versions: { unified_cm: '11.5(1)SU3' }, features: ['oauth'] }, 'pass'],
  ['tokens, one update short', { versions: { unified_cm: '11.5(1)SU2' }, features: ['oauth'] }, feature],
  ['the same without tokens', { versions: { unified_cm: '11.5(1)SU2' } }, 'pass'],
  [
    'tokens with single sign-on: the stricter of two cells counts',
    { versions: { unified_cm: '10.5(2)' }, features: ['oauth', 'sso'] },
    feature,
  ],
  ['Jabber, recent', { clients: { jabber_ios: '9.6.1' } }, 'pass'],
  ['Jabber, too old', { clients: { jabber_ios: '9.6' } }, feature],
  ['a phone at the boundary', { clients: { phone_7832: '12.1(1)SR2' } }, 'pass'],
  ['a phone below it', { clients: { phone_7832: '12.0(1)' } }, feature],
  [
    'TC7.0.1 beside X8.10',
    { versions: { expressway_e: 'X8.10' }, clients: { telepresence_tc: 'TC7.0.1' } },
    'pass',
  ],
  [
    'TC7.0.1 beside X14',
    { versions: { expressway_e: 'X14.0' }, clients: { telepresence_tc: 'TC7.0.1' } },
    feature,
  ],
  [
    'TC7.0.1 beside an unknown Expressway: the stricter counts',
    { clients: { telepresence_tc: 'TC7.0.1' } },
    feature,
  ],
  ['phones beside X8.5', { versions: { expressway_e: 'X8.5' }, clients: { phone_8800: '11.0(1)' } }, feature],
  [
    'shared lines beside X8.10',
    { versions: { expressway_e: 'X8.10', unified_cm: '11.5(1)SU2' }, features: ['shared_lines'] },
    'pass',
  ],
  [
    'shared lines beside X14',
    { versions: { expressway_e: 'X14.0', unified_cm: '11.5(1)SU2' }, features: ['shared_lines'] },
    feature,
  ],
])('%s', (_what, facts, expected) => {
  expect(outcome(judge(minimumVersions, round(facts, [], [deploymentSubject])))).toBe(expected);
});

test('of several nodes the oldest counts, also when a node says so itself', () => {
  const nodes = {
    ...deployment().nodes,
    expressway_e: [{ name: 'expe1.example.com' }, { name: 'expe2.example.com' }],
  };
  const says = (host: string, version: string) =>
    seen(
      service({ host, port: 5061, purpose: 'edge-sip' }),
      'sip',
      sipStatus(200, { product: 'TANDBERG/4137', version }),
    );
  const both = [says('expe1.example.com', 'X15.0'), says('expe2.example.com', 'X12.5')];
  const facts = { nodes, features: ['silent_monitoring' as const] };
  expect(outcome(judge(minimumVersions, round(facts, both, [deploymentSubject])))).toBe(feature);
});

test('every least release of the tables is one, and names requirements that this check answers', () => {
  const answered = new Set(
    loadRequirements(loadLibrary()).flatMap(({ requirements }) =>
      requirements.flatMap(({ id, answer }) =>
        answer && 'declaration' in answer && answer.declaration === minimumVersions.id ? [id] : [],
      ),
    ),
  );
  expect(minimums.filter(({ least }) => parseRelease(least) === undefined)).toEqual([]);
  const claimed = new Set(minimumVersions.sources.flatMap(({ requirements = [] }) => requirements));
  expect([...claimed].filter(id => !answered.has(id))).toEqual([]);
  expect([...answered].filter(id => !claimed.has(id))).toEqual([]);
});
