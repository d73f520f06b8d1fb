import { isAtLeast } from '../../../model/version.ts';
import { isAddress } from '../../address.ts';
import { defineCheck, failIfAny, notApplicable } from '../../check.ts';

/** Unified CM nodes are known by name: by address they are not supported without split DNS. */
export const unifiedCmNames = defineCheck({
  id: 'declared/unified-cm-names',
  holds: 'Every Unified CM node is declared by name',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'Dual Domain without Split DNS',
      requirements: ['DNS-21'],
      versions: 'X12.5 and later',
    },
    { document: 'D2', section: 'Domain Glossary', requirements: ['NET-25'] },
  ],
  findings: {
    DECLARED_UCM_BY_ADDRESS: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'Unified CM is known by address ({addresses}), which is not supported without split DNS',
    },
  },
  judge({ round }) {
    const nodes = round.deployment.nodes.unified_cm;
    if (nodes.length === 0) return notApplicable('no Unified CM is declared');
    if (isAtLeast(round.version('expressway_c'), 'X12.5') === false)
      return notApplicable('before X12.5 an address is one of the documented ways');
    const addresses = nodes.map(node => node.name).filter(isAddress);
    return failIfAny(
      addresses.length === 0 ? [] : [{ code: 'DECLARED_UCM_BY_ADDRESS', evidence: { addresses } }],
    );
  },
});
