import { srvRecords, whyNothing } from '../../answers.ts';
import { defineCheck, fail, pass, unknown } from '../../check.ts';

/** The older record for internal discovery stays internal too: clients that still ask for it take themselves to be inside. */
export const cuploginHidden = defineCheck({
  id: 'dns/cuplogin-hidden',
  holds: '_cuplogin._tcp does not resolve outside',
  about: 'domain',
  needs: ['dns:public:srv/cuplogin'],
  sources: [
    {
      document: 'D3',
      section: 'DNS records / Local DNS',
      requirements: ['DNS-12'],
      versions: 'X8.2; not mentioned from X8.10 on',
    },
  ],
  findings: {
    DNS_CUPLOGIN_EXPOSED: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        '_cuplogin._tcp.{domain} resolves through the public DNS server {resolver}, so clients outside take themselves to be inside',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/cuplogin'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    if (reading.outcome !== 'answer') return pass;
    const targets = srvRecords(reading).map(record => record.target || '.');
    return fail({ code: 'DNS_CUPLOGIN_EXPOSED', evidence: { resolver: reading.resolver, targets } });
  },
});
