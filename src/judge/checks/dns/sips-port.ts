import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** Where `_sips._tcp` is published, it leads to SIP over TLS on 5061. Remote access itself does not need the record. */
export const sipsPort = defineCheck({
  id: 'dns/sips-port',
  holds: 'Every _sips._tcp record carries port 5061',
  about: 'domain',
  needs: ['dns:public:srv/sips'],
  sources: [
    { document: 'D1', section: 'DNS Records / Public DNS', requirements: ['DNS-08'] },
    { document: 'D3', section: 'DNS records / Public DNS' },
    { document: 'D2', section: 'Multidomain Configuration Summary' },
  ],
  findings: {
    DNS_SIPS_PORT_WRONG: {
      severity: 'warning',
      affects: 'calls',
      message: '_sips._tcp.{domain} leads to {target} on port {seen} instead of 5061',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/sips'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const records = srvHosts(reading);
    if (records.length === 0) return notApplicable('there is no such record, and none is needed');
    return failIfAny(
      records
        .filter(record => record.port !== 5061)
        .map(({ target, port }) => ({ code: 'DNS_SIPS_PORT_WRONG', evidence: { target, seen: port } })),
    );
  },
});
