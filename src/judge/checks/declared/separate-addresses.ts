import type { Role } from '../../../model/subject.ts';
import { addressKey, isAddress } from '../../address.ts';
import { defineCheck, failIfAny, notApplicable, type RoundView } from '../../check.ts';

/** Expressway-C and Expressway-E have addresses of their own: a firewall cannot tell them apart otherwise. */
export const separateAddresses = defineCheck({
  id: 'declared/separate-addresses',
  holds: 'Expressway-C and Expressway-E share no address',
  about: 'deployment',
  needs: [],
  sources: [
    { document: 'D0', section: 'IP Addresses', requirements: ['NET-01'] },
    { document: 'D0', section: 'Firewall Configuration', requirements: ['NET-02'] },
    { document: 'D1', section: 'Configuration Summary / Firewall' },
  ],
  findings: {
    DECLARED_SHARED_C_E_ADDRESS: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The Expressway-C {inside} and the Expressway-E {outside} share the address {address}',
    },
  },
  judge({ round }) {
    const inside = addressesOfRole(round, 'expressway_c');
    const outside = addressesOfRole(round, 'expressway_e');
    if (inside.length === 0 || outside.length === 0)
      return notApplicable('the addresses of Expressway-C and Expressway-E are not both known');
    return failIfAny(
      inside.flatMap(c =>
        outside
          .filter(e => addressKey(e.address) === addressKey(c.address))
          .map(e => ({
            code: 'DECLARED_SHARED_C_E_ADDRESS' as const,
            evidence: { inside: c.host, outside: e.host, address: c.address },
          })),
      ),
    );
  },
});

/** Declared and resolved addresses of a role, each host and address once. */
function addressesOfRole(round: RoundView, role: Role): { host: string; address: string }[] {
  const declared = round.deployment.nodes[role].flatMap(({ name, address, internalAddress, publicAddress }) =>
    [address, internalAddress, publicAddress, isAddress(name) ? name : undefined]
      .filter(known => known !== undefined)
      .map(known => ({ host: name, address: known })),
  );
  const resolved = round.subjects('address').filter(subject => subject.role === role);
  const all = [...declared, ...resolved].map(({ host, address }) => ({ host, address }));
  return [...new Map(all.map(one => [`${one.host.toLowerCase()} ${addressKey(one.address)}`, one])).values()];
}
