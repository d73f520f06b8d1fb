import type { Role } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';

/** Each Expressway-C cluster has one zone for remote access, to one Expressway-E cluster. */
export const oneToOne = defineCheck({
  id: 'declared/one-to-one',
  holds: 'There are as many Expressway-C clusters as Expressway-E clusters',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Unclustered or Many-to-One Traversal Connections',
      requirements: ['NET-10', 'NET-11'],
    },
    { document: 'D1', section: 'Deployment Scenarios', requirements: ['NET-12'] },
  ],
  findings: {
    DECLARED_ZONE_TO_MANY: {
      severity: 'critical',
      affects: 'calls',
      message:
        'Expressway-C ({inside}) serves more than one Expressway-E cluster ({outside}), and only one zone between one cluster and one other is supported',
    },
  },
  judge({ round }) {
    const outside = clustersOf(round, 'expressway_e');
    const inside = clustersOf(round, 'expressway_c');
    if (inside.length === 0 || outside.length === 0)
      return notApplicable('the clusters of Expressway-C and Expressway-E are not both declared');
    if (outside.length <= inside.length) return pass;
    const { expressway_c: nodes } = round.deployment.nodes;
    return nodes.length > 1 && nodes.some(({ cluster }) => cluster === undefined)
      ? unknown('nobody said which Expressway-C belong together')
      : fail({ code: 'DECLARED_ZONE_TO_MANY', evidence: { inside, outside } });
  },
});

/** Names of the declared clusters of a role; nodes without one are one cluster. */
function clustersOf(round: RoundView, role: Role): readonly string[] {
  const nodes = round.deployment.nodes[role];
  return [...new Set(nodes.map(({ cluster }) => cluster ?? 'the cluster without a name'))];
}
