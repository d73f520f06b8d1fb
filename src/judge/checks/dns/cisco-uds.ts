import { isAtLeast } from '../../../model/version.ts';
import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { scenarioOf } from '../../scenario.ts';

/** Inside, `_cisco-uds._tcp` leads to Unified CM: required before X12.5, recommended since. */
export const ciscoUds = defineCheck({
  id: 'dns/cisco-uds',
  holds: '_cisco-uds._tcp is published in internal DNS',
  about: 'domain',
  needs: ['dns:internal:srv/cisco-uds'],
  uses: ['dns:internal:srv/cisco-uds-underscore'],
  sources: [
    {
      document: 'D1',
      section: 'DNS Records / Local DNS',
      requirements: ['DNS-13'],
      versions: 'before X12.5',
    },
    {
      document: 'D0',
      section: 'Local DNS (Internal Domains)',
      requirements: ['DNS-13'],
      versions: 'X12.5 and later',
    },
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-17', 'DNS-51'],
    },
    {
      document: 'D0',
      section: 'Dual Domain without Split DNS',
      requirements: ['DNS-19', 'DNS-20', 'DNS-22'],
    },
    { document: 'D0', section: 'Single Domain without Split DNS', requirements: ['DNS-24'] },
    {
      document: 'D2',
      section: 'Multidomain Configuration Summary',
      requirements: ['DNS-14'],
      versions: 'X12.6 and later, where clients on premises discover by it',
    },
  ],
  findings: {
    DNS_CISCO_UDS_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{domain} has no _cisco-uds._tcp record in internal DNS, which Expressway-C {version} needs',
    },
    DNS_CISCO_UDS_ABSENT: {
      severity: 'info',
      affects: 'sign-in',
      message:
        '{domain} has no _cisco-uds._tcp record in internal DNS, which Expressway-C needs before X12.5 and clients on premises need always',
    },
    DNS_CISCO_UDS_MISSPELT: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{domain} publishes _cisco_uds._tcp inside, which nobody asks for, and no _cisco-uds._tcp',
    },
  },
  judge({ subject, readings, round }) {
    const reading = readings['dns:internal:srv/cisco-uds'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    if (reading.outcome === 'answer') return pass;
    const misspelt = readings['dns:internal:srv/cisco-uds-underscore'];
    if (misspelt && srvHosts(misspelt).length > 0) {
      const targets = srvHosts(misspelt).map(({ target }) => target);
      return fail({ code: 'DNS_CISCO_UDS_MISSPELT', evidence: { targets } });
    }
    const version = round.version('expressway_c');
    const isOld = isAtLeast(version, 'X12.5') === false;
    if (!isOld && scenarioOf(round, subject) === 'dual-domain')
      return notApplicable('Unified CM stands in another domain, and from X12.5 MRA does without the record');
    return version && isOld
      ? fail({ code: 'DNS_CISCO_UDS_MISSING', evidence: { version: version.text } })
      : fail({ code: 'DNS_CISCO_UDS_ABSENT', evidence: version ? { version: version.text } : {} });
  },
});
