import { isAddress } from '../../address.ts';
import { defineCheck, failIfAny, notApplicable } from '../../check.ts';

/** The zone names its Expressway-E peers by full name; an address would have to stand in their certificates. */
export const edgeNames = defineCheck({
  id: 'declared/edge-names',
  holds: 'Every Expressway-E is declared by its full name',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['NET-29', 'CRT-78'],
    },
    { document: 'D3', section: 'Configuring encrypted Expressway traversal zones' },
  ],
  findings: {
    DECLARED_EDGE_BY_ADDRESS: {
      severity: 'warning',
      affects: 'calls',
      message:
        'Expressway-E is known by address ({addresses}), which then has to stand in its certificate for the zone to come up',
    },
  },
  judge({ round }) {
    const nodes = round.deployment.nodes.expressway_e;
    if (nodes.length === 0) return notApplicable('no Expressway-E is declared');
    const addresses = nodes.map(({ name }) => name).filter(isAddress);
    return failIfAny(
      addresses.length === 0 ? [] : [{ code: 'DECLARED_EDGE_BY_ADDRESS', evidence: { addresses } }],
    );
  },
});
