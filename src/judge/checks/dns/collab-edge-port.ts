import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** Every `_collab-edge._tls` record leads clients to the HTTPS proxy on 8443. */
export const collabEdgePort = defineCheck({
  id: 'dns/collab-edge-port',
  holds: 'Every _collab-edge._tls record carries port 8443',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-02'] },
    { document: 'D1', section: 'DNS Records / Public DNS' },
  ],
  findings: {
    DNS_COLLAB_EDGE_PORT_WRONG: {
      severity: 'critical',
      affects: 'sign-in',
      message: '_collab-edge._tls.{domain} sends clients to {target} on port {seen} instead of 8443',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const records = srvHosts(reading);
    if (records.length === 0) return notApplicable('there is no such record');
    return failIfAny(
      records
        .filter(record => record.port !== 8443)
        .map(({ target, port }) => ({
          code: 'DNS_COLLAB_EDGE_PORT_WRONG',
          evidence: { target, seen: port },
        })),
    );
  },
});
