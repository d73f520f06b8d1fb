import { expect, test } from 'vitest';
import { turnNat } from '../../../../src/judge/checks/declared/turn-nat.ts';
import type { DeclaredNode, Deployment } from '../../../../src/model/deployment.ts';
import { deployment, judge, outcome, round } from '../../round.ts';

const behind: DeclaredNode = { name: 'expe1.example.com', publicAddress: '198.51.100.11' };
const other: DeclaredNode = { name: 'expe2.example.com' };
const edge = (version: string | undefined, ...nodes: DeclaredNode[]): Partial<Deployment> => ({
  turn: true,
  versions: version === undefined ? {} : { expressway_e: version },
  nodes: { ...deployment().nodes, expressway_e: nodes },
});

test.each<[string, Partial<Deployment>, string]>([
  ['no TURN server', {}, 'not-applicable'],
  ['a TURN server without static NAT', edge('X15.0', other), 'pass'],
  ['static NAT', edge('X15.0', behind), 'pass'],
  ['static NAT and an unknown version', edge(undefined, behind), 'pass'],
  ['static NAT of one server in X12.5.3', edge('X12.5.3', behind), 'pass'],
  ['static NAT of one server in X12.5.2', edge('X12.5.2', behind), 'fail DECLARED_TURN_NAT_UNSUPPORTED'],
  [
    'static NAT of a cluster in X12.5.3',
    edge('X12.5.3', behind, other),
    'fail DECLARED_TURN_NAT_UNSUPPORTED',
  ],
  [
    'static NAT beside a server of another cluster in X12.5.3',
    edge('X12.5.3', { ...behind, cluster: 'west' }, { ...other, cluster: 'east' }),
    'pass',
  ],
  ['static NAT of a cluster in X12.5.5', edge('X12.5.5', behind, other), 'pass'],
])('%s', (_, facts, expected) => {
  expect(outcome(judge(turnNat, round(facts, [])))).toBe(expected);
});
