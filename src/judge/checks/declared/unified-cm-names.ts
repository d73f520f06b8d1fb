import type { Role } from '../../../model/subject.ts';
import { isAtLeast } from '../../../model/version.ts';
import { isAddress } from '../../address.ts';
import { domainPart, nameKey } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, type RoundView } from '../../check.ts';

/**
 * Unified CM nodes are known by full name: addresses are not supported without split DNS, and a bare name leads nowhere from
 * another domain.
 */
export const unifiedCmNames = defineCheck({
  id: 'declared/unified-cm-names',
  holds: 'Every Unified CM node is declared by its full name',
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
    {
      document: 'D1',
      section: 'Discover Unified CM Servers',
      versions: 'X8.10 and later with TLS verify mode On',
    },
  ],
  findings: {
    DECLARED_UCM_BY_ADDRESS: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'Unified CM is known by address ({addresses}), which is not supported without split DNS',
    },
    DECLARED_UCM_BARE_NAME: {
      severity: 'warning',
      affects: 'sign-in',
      message:
        'Unified CM is known by its bare name ({names}), although Expressway-C stands in another domain ({domains})',
    },
  },
  judge({ round }) {
    const nodes = round.deployment.nodes.unified_cm;
    if (nodes.length === 0) return notApplicable('no Unified CM is declared');
    // before X12.5 an address is one of the documented ways
    const mayBeAddress = isAtLeast(round.version('expressway_c'), 'X12.5') === false;
    const addresses = mayBeAddress ? [] : nodes.map(node => node.name).filter(isAddress);
    const names = nodes.map(node => node.name).filter(name => !isAddress(name) && !name.includes('.'));
    const domains = domainsOf(round, 'expressway_c');
    // without a domain of their own these names are taken for those of Expressway-C's own domain
    const inner = domainsOf(round, 'unified_cm');
    const differ = inner.length > 0 && domains.length > 0 && !inner.some(domain => domains.includes(domain));
    return failIfAny([
      ...(addresses.length === 0
        ? []
        : [{ code: 'DECLARED_UCM_BY_ADDRESS', evidence: { addresses } } as const]),
      ...(names.length === 0 || !differ
        ? []
        : [{ code: 'DECLARED_UCM_BARE_NAME', evidence: { names, domains } } as const]),
    ]);
  },
});

function domainsOf(round: RoundView, role: Role): readonly string[] {
  const names = round.deployment.nodes[role].map(({ name }) => name);
  const full = names.filter(name => !isAddress(name) && name.includes('.'));
  return [...new Set(full.map(name => nameKey(domainPart(name))))];
}
