import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Where priorities tell the near edge from the far one, weights say nothing and are alike. */
export const geoWeight = defineCheck({
  id: 'dns/geo-weight',
  holds: 'Records of different priority carry one weight',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [
    { document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-53', 'DNS-52'] },
  ],
  findings: {
    DNS_GEO_WEIGHT_DIFFERS: {
      severity: 'info',
      affects: 'sign-in',
      message: '_collab-edge._tls.{domain} ranks its hosts by priority and by weight as well: {records}',
      consequenceOf: [{ code: 'DNS_PEER_WEIGHT_DIFFERS', within: 'domain' }],
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const hosts = srvHosts(reading);
    if (new Set(hosts.map(({ priority }) => priority)).size < 2)
      return notApplicable('there are not two priorities');
    if (new Set(hosts.map(({ weight }) => weight)).size === 1) return pass;
    const records = hosts.map(({ target, weight }) => `${target} has weight ${weight}`);
    return fail({ code: 'DNS_GEO_WEIGHT_DIFFERS', evidence: { records } });
  },
});
