import { isAddress } from '../../address.ts';
import { collabEdgeTargets, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

const insideRoles = ['expressway_c', 'unified_cm'] as const;

/** The name of every Expressway-E leads to an address in public DNS. */
export const targetAddress = defineCheck({
  id: 'dns/target-address',
  holds: 'The name of the Expressway-E has an address in public DNS',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['dns:public:address/a'],
  uses: ['dns:public:address/aaaa'],
  sources: [
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-05'],
    },
    {
      document: 'D1',
      section: 'Setting Up the Expressway-E for Mobile and Remote Access / Configuring DNS and NTP Settings',
      requirements: ['DNS-06'],
    },
    { document: 'D1', section: 'Checking Reachability of the Expressway-E' },
  ],
  findings: {
    DNS_TARGET_NO_ADDRESS: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} has no address in public DNS, neither A nor AAAA',
    },
    DNS_TARGET_SERVFAIL: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The address of {host} cannot be looked up: {resolver} answers SERVFAIL',
      consequenceOf: [
        { code: 'DNS_RESOLVER_FAILS', within: 'deployment' },
        { code: 'DNS_DOMAIN_SERVFAIL', within: 'deployment' },
      ],
    },
  },
  judge({ subject, readings, round }) {
    if (isAddress(subject.host)) return notApplicable('the host is given as an address');
    if (
      insideRoles.some(role => round.deployment.nodes[role].some(({ name }) => sameName(name, subject.host)))
    )
      return notApplicable('the host is declared as one that stands inside');
    const isTarget = collabEdgeTargets(round).some(target => sameName(target, subject.host));
    if (round.vantage === 'internal' && !isTarget)
      return notApplicable('the host may have another name outside');
    const a = readings['dns:public:address/a'];
    const aaaa = readings['dns:public:address/aaaa'];
    if (a.outcome === 'answer' || aaaa?.outcome === 'answer') return pass;
    if (a.outcome === 'servfail' || aaaa?.outcome === 'servfail')
      return fail({ code: 'DNS_TARGET_SERVFAIL', evidence: { resolver: a.resolver } });
    const nothing = whyNothing(a);
    if (nothing) return unknown(nothing);
    // NXDOMAIN is about the name, whatever the type asked for
    if (a.outcome === 'nodata') {
      if (!aaaa) return unknown('the host has no A record, and AAAA was not seen');
      const nothingMore = whyNothing(aaaa);
      if (nothingMore) return unknown(nothingMore);
    }
    return fail({ code: 'DNS_TARGET_NO_ADDRESS', evidence: { answer: a.rcode ?? a.outcome } });
  },
});
