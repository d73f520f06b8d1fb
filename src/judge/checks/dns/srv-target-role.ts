import { addressKey, isAddress } from '../../address.ts';
import { addressesOf, sameName, srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** Clients are sent to Expressway-E, never to a server inside; a printed example of the documents has it the other way. */
export const srvTargetRole = defineCheck({
  id: 'dns/srv-target-role',
  holds: 'No _collab-edge._tls record leads to a server inside',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [{ document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-59'] }],
  findings: {
    DNS_SRV_TARGET_INSIDE: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        '_collab-edge._tls.{domain} sends clients to {target}, which is not an Expressway-E but {inside}',
    },
  },
  judge({ readings, round }) {
    const { expressway_c, unified_cm } = round.deployment.nodes;
    const inside = [
      ...expressway_c.map(node => ({ node, what: 'an Expressway-C' })),
      ...unified_cm.map(node => ({ node, what: 'a Unified CM' })),
    ];
    if (inside.length === 0) return notApplicable('no server inside is declared');
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const targets = srvHosts(reading).map(({ target }) => target);
    if (targets.length === 0) return notApplicable('there is no such record');
    const led = (target: string) =>
      round
        .subjects('node')
        .filter(({ host, role }) => role === 'expressway_e' && sameName(host, target))
        .flatMap(({ id }) => addressesOf(round, id, 'public'));
    return failIfAny(
      targets.flatMap(target => {
        const addresses = new Set(led(target).map(addressKey));
        const found = inside.find(
          ({ node: { name, address = name } }) =>
            sameName(name, target) || (isAddress(address) && addresses.has(addressKey(address))),
        );
        return found
          ? [{ code: 'DNS_SRV_TARGET_INSIDE', evidence: { target, inside: found.what } } as const]
          : [];
      }),
    );
  },
});
