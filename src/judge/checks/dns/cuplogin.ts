import { isAtLeast } from '../../../model/version.ts';
import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, failIfAny, notApplicable, unknown } from '../../check.ts';

/** Before X8.10, internal DNS leads to IM and Presence by a record of its own, on 8443. */
export const cuplogin = defineCheck({
  id: 'dns/cuplogin',
  holds: '_cuplogin._tcp is published in internal DNS with port 8443 where the version needs it',
  about: 'domain',
  needs: ['dns:internal:srv/cuplogin'],
  sources: [
    {
      document: 'D3',
      section: 'DNS records / Local DNS',
      requirements: ['DNS-18'],
      versions: 'X8.2; not mentioned from X8.10 on',
    },
  ],
  findings: {
    DNS_CUPLOGIN_MISSING: {
      severity: 'critical',
      affects: 'messaging',
      message: '{domain} has no _cuplogin._tcp record in internal DNS, which Expressway-C {version} needs',
    },
    DNS_CUPLOGIN_PORT_WRONG: {
      severity: 'warning',
      affects: 'messaging',
      message: '_cuplogin._tcp.{domain} leads to {target} on port {seen} instead of 8443',
    },
  },
  judge({ readings, round }) {
    const version = round.version('expressway_c');
    if (!version || isAtLeast(version, 'X8.10') !== false)
      return notApplicable('only Expressway-C before X8.10 needs the record');
    const reading = readings['dns:internal:srv/cuplogin'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const records = srvHosts(reading);
    if (records.length === 0)
      return fail({ code: 'DNS_CUPLOGIN_MISSING', evidence: { version: version.text } });
    return failIfAny(
      records
        .filter(({ port }) => port !== 8443)
        .map(({ target, port }) => ({ code: 'DNS_CUPLOGIN_PORT_WRONG', evidence: { target, seen: port } })),
    );
  },
});
