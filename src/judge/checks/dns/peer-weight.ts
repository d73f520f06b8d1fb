import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Peers of one cluster share priority and weight, so that clients spread over them. */
export const peerWeight = defineCheck({
  id: 'dns/peer-weight',
  holds: 'All _collab-edge._tls records share priority and weight',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-04'] },
    { document: 'D2', section: 'Multi-cluster Best Practices', requirements: ['DNS-58'] },
    { document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-52', 'DNS-53'] },
  ],
  findings: {
    DNS_PEER_WEIGHT_DIFFERS: {
      severity: 'info',
      affects: 'sign-in',
      message: '_collab-edge._tls.{domain} does not share its clients evenly: {records}',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const records = srvHosts(reading);
    if (records.length < 2) return notApplicable('there are not two records');
    if (new Set(records.map(record => `${record.priority} ${record.weight}`)).size === 1) return pass;
    return fail({
      code: 'DNS_PEER_WEIGHT_DIFFERS',
      evidence: {
        records: records.map(
          record => `${record.target} has priority ${record.priority} and weight ${record.weight}`,
        ),
      },
    });
  },
});
