import { roleNames } from '../../../model/subject.ts';
import { isAtLeast } from '../../../model/version.ts';
import { isAddress } from '../../address.ts';
import { defineCheck, failIfAny, notApplicable } from '../../check.ts';

/** With TLS verification, discovery takes IM and Presence and Unity Connection by full name only. */
export const discoveryNames = defineCheck({
  id: 'declared/discovery-names',
  holds: 'IM and Presence and Unity Connection are declared by name',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Discover IM and Presence Service Nodes',
      requirements: ['CRT-70'],
      versions: 'X8.10 and later; X8.2 recommends it',
    },
    { document: 'D1', section: 'Discover Cisco Unity Connection Servers', requirements: ['CRT-70'] },
  ],
  findings: {
    DECLARED_NODE_BY_ADDRESS: {
      severity: 'warning',
      affects: 'operations',
      message: '{what} is known by address ({addresses}), which TLS verify mode does not accept',
    },
  },
  judge({ round }) {
    const roles = ['im_presence', 'unity_connection'] as const;
    if (roles.every(role => round.deployment.nodes[role].length === 0))
      return notApplicable('neither is declared');
    if (isAtLeast(round.version('expressway_c'), 'X8.10') === false)
      return notApplicable('before X8.10 an address is one of the documented ways');
    return failIfAny(
      roles.flatMap(role => {
        const addresses = round.deployment.nodes[role].map(({ name }) => name).filter(isAddress);
        if (addresses.length === 0) return [];
        const affects = role === 'im_presence' ? 'messaging' : 'voicemail';
        const evidence = { what: roleNames[role], addresses };
        return [{ code: 'DECLARED_NODE_BY_ADDRESS', evidence, affects } as const];
      }),
    );
  },
});
