import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** Every internal `_cisco-uds._tcp` record leads to UDS on 8443. */
export const ciscoUdsPort = defineCheck({
  id: 'dns/cisco-uds-port',
  holds: 'Every _cisco-uds._tcp record carries port 8443',
  about: 'domain',
  needs: ['dns:internal:srv/cisco-uds'],
  sources: [
    { document: 'D0', section: 'Local DNS (Internal Domains)', requirements: ['DNS-15'] },
    { document: 'D1', section: 'DNS Records / Local DNS' },
    { document: 'D3', section: 'DNS records / Local DNS' },
  ],
  findings: {
    DNS_CISCO_UDS_PORT_WRONG: {
      severity: 'warning',
      affects: 'sign-in',
      message: '_cisco-uds._tcp.{domain} leads to {target} on port {seen} instead of 8443',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:internal:srv/cisco-uds'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const records = srvHosts(reading);
    if (records.length === 0) return notApplicable('there is no such record');
    return failIfAny(
      records
        .filter(record => record.port !== 8443)
        .map(({ target, port }) => ({ code: 'DNS_CISCO_UDS_PORT_WRONG', evidence: { target, seen: port } })),
    );
  },
});
