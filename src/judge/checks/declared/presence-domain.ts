import { isAddress } from '../../address.ts';
import { domainPart, nameKey } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** Unified CM and the IM and Presence nodes of a deployment stand in one domain; Expressway may stand in another. */
export const presenceDomain = defineCheck({
  id: 'declared/presence-domain',
  holds: 'Unified CM and IM and Presence stand in one domain',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Deploying Unified CM and Expressway in Different Domains',
      requirements: ['NET-24'],
      versions: 'X8.2 and X8.10 say it',
    },
    { document: 'D1', section: 'Multiple Clustered Network Elements', requirements: ['NET-26'] },
  ],
  findings: {
    DECLARED_PRESENCE_DOMAIN_DIFFERS: {
      severity: 'warning',
      affects: 'messaging',
      message: 'IM and Presence ({presence}) stands in another domain than Unified CM ({calls})',
    },
  },
  judge({ round }) {
    const { unified_cm, im_presence } = round.deployment.nodes;
    const domainsOf = (nodes: typeof unified_cm) => [
      ...new Set(
        nodes
          .map(({ name }) => name)
          .filter(name => !isAddress(name) && name.includes('.'))
          .map(name => nameKey(domainPart(name))),
      ),
    ];
    const [calls, presence] = [domainsOf(unified_cm), domainsOf(im_presence)];
    if (calls.length === 0 || presence.length === 0)
      return notApplicable('the full names of both are not declared');
    return presence.every(domain => calls.includes(domain))
      ? pass
      : fail({ code: 'DECLARED_PRESENCE_DOMAIN_DIFFERS', evidence: { presence, calls } });
  },
});
