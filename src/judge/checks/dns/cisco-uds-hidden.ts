import { srvRecords, whyNothing } from '../../answers.ts';
import { defineCheck, fail, pass, unknown } from '../../check.ts';

/** Internal discovery stays internal: a client that finds `_cisco-uds` outside never starts remote access. */
export const ciscoUdsHidden = defineCheck({
  id: 'dns/cisco-uds-hidden',
  holds: '_cisco-uds._tcp does not resolve outside',
  about: 'domain',
  needs: ['dns:public:srv/cisco-uds'],
  sources: [
    { document: 'D0', section: 'Local DNS (Internal Domains)', requirements: ['DNS-11'] },
    {
      document: 'D0',
      section: 'Single Domain with Split DNS - Recommended',
      requirements: ['DNS-25'],
    },
    { document: 'D1', section: 'DNS Records / Notes' },
    { document: 'D3', section: 'DNS records / Local DNS' },
  ],
  findings: {
    DNS_CISCO_UDS_EXPOSED: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        '_cisco-uds._tcp.{domain} resolves through the public DNS server {resolver}, so clients outside take themselves to be inside',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/cisco-uds'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    if (reading.outcome !== 'answer') return pass;
    const targets = srvRecords(reading).map(record => record.target || '.');
    return fail({ code: 'DNS_CISCO_UDS_EXPOSED', evidence: { resolver: reading.resolver, targets } });
  },
});
