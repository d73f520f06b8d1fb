import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Where remote access serves people inside only, internal DNS leads them to the edge, and public DNS need not. */
export const collabEdgeInside = defineCheck({
  id: 'dns/collab-edge-inside',
  holds: '_collab-edge._tls is published in internal DNS where only people inside use the edge',
  about: 'domain',
  needs: ['dns:internal:srv/collab-edge'],
  sources: [
    {
      document: 'D0',
      section: 'Dual Domain without Split DNS',
      requirements: ['DNS-23'],
      versions: 'X12.5 and later',
    },
  ],
  findings: {
    DNS_COLLAB_EDGE_INSIDE_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        '{domain} has no _collab-edge._tls record in internal DNS, and the edge is declared to serve people inside only',
    },
  },
  judge({ readings, round }) {
    if (!round.deployment.onlyInside) return notApplicable('people outside use the edge too');
    const reading = readings['dns:internal:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    return srvHosts(reading).length > 0
      ? pass
      : fail({
          code: 'DNS_COLLAB_EDGE_INSIDE_MISSING',
          evidence: { answer: reading.rcode ?? reading.outcome },
        });
  },
});
