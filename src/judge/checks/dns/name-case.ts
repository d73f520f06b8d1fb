import { collabEdgeTargets, domainPart, nameKey } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable } from '../../check.ts';

/** Expressway-E peers write their domain alike, letter case included. Judged by the SRV targets as they were sent. */
export const nameCase = defineCheck({
  id: 'dns/name-case',
  holds: 'All Expressway-E peers write their domain with the same letter case',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Jabber Cannot Sign In When Connecting to Different Peers in a Cluster of Expressway-Es',
      requirements: ['DNS-44'],
    },
    {
      document: 'D1',
      section: 'Setting Up the Expressway-E for Mobile and Remote Access / Configuring DNS and NTP Settings',
    },
  ],
  findings: {
    DNS_NAME_CASE_DIFFERS: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The Expressway-E peers {hosts} write their domain with different letter case',
    },
  },
  judge({ round }) {
    const targets = [...new Set(collabEdgeTargets(round))];
    const byDomain = Map.groupBy(targets, target => nameKey(domainPart(target)));
    const sets = [...byDomain.values()].filter(hosts => new Set(hosts.map(nameKey)).size > 1);
    if (sets.length === 0) return notApplicable('no two Expressway-E peers of one domain were seen');
    return failIfAny(
      sets
        .filter(hosts => new Set(hosts.map(domainPart)).size > 1)
        .map(hosts => ({ code: 'DNS_NAME_CASE_DIFFERS', evidence: { hosts } })),
    );
  },
});
