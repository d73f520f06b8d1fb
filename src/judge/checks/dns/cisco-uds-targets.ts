import { addressKey, isAddress } from '../../address.ts';
import { addressesOf, sameName, srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** The internal discovery record leads to the Unified CM nodes of this deployment, and to no others. */
export const ciscoUdsTargets = defineCheck({
  id: 'dns/cisco-uds-targets',
  holds: 'Every _cisco-uds._tcp record leads to a Unified CM of this deployment',
  about: 'domain',
  needs: ['dns:internal:srv/cisco-uds'],
  sources: [
    { document: 'D0', section: 'Local DNS (Internal Domains)', requirements: ['DNS-16'] },
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-17'],
    },
    { document: 'D2', section: 'Multidomain Configuration Summary', requirements: ['DNS-17'] },
  ],
  findings: {
    DNS_CISCO_UDS_TARGET_STRANGE: {
      severity: 'warning',
      affects: 'sign-in',
      message: '_cisco-uds._tcp.{domain} leads to {target}, which is no Unified CM of this deployment',
      consequenceOf: ['DNS_INSIDE_NO_ADDRESS', 'NODE_SILENT', 'NODE_REFUSES', 'NODE_UNREACHABLE'].map(
        code => ({ code, within: 'node' }) as const,
      ),
    },
  },
  judge({ subject, readings, round }) {
    const declared = round.deployment.nodes.unified_cm;
    if (declared.length === 0) return notApplicable('no Unified CM is declared');
    const reading = readings['dns:internal:srv/cisco-uds'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const targets = srvHosts(reading).map(({ target }) => target);
    if (targets.length === 0) return notApplicable('there is no such record');
    const nodes = round.subjects('node').filter(({ role }) => role === 'unified_cm');
    const known = declared.flatMap(({ name, address }) => [
      ...(address === undefined ? [] : [address]),
      ...(isAddress(name) ? [name] : []),
      ...nodes
        .filter(node => sameName(node.host, name))
        .flatMap(node => addressesOf(round, node.id, 'internal')),
    ]);
    const own = new Set(known.map(addressKey));
    const isOurs = (target: string) =>
      declared.some(({ name }) => sameName(name, target)) ||
      nodes
        .filter(node => sameName(node.host, target))
        .flatMap(node => addressesOf(round, node.id, 'internal'))
        .some(address => own.has(addressKey(address)));
    return failIfAny(
      targets
        .filter(target => !isOurs(target))
        .map(target => {
          const node = nodes.find(({ host }) => sameName(host, target));
          return {
            code: 'DNS_CISCO_UDS_TARGET_STRANGE',
            evidence: { domain: subject.domain, target },
            ...(node && { on: node.id }),
          };
        }),
    );
  },
});
