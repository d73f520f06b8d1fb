import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

const misspellings = [
  ['dns:public:srv/collab-edge-tcp', '_collab-edge._tcp'],
  ['dns:public:srv/collab-edge-underscore', '_collab_edge._tls'],
  ['dns:public:srv/collab-edge-bare-tls', '_collab-edge.tls'],
] as const;

/** Every service domain leads clients outside to the Expressway-E by its `_collab-edge._tls` record. */
export const collabEdge = defineCheck({
  id: 'dns/collab-edge',
  holds: '_collab-edge._tls is published in public DNS',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  uses: misspellings.map(([need]) => need),
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-01'] },
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-10', 'DNS-51'],
    },
    { document: 'D0', section: 'Single Domain without Split DNS', requirements: ['DNS-24'] },
    { document: 'D1', section: 'DNS Records / Public DNS' },
    { document: 'D1', section: 'Checking DNS Records', requirements: ['DNS-70'] },
    { document: 'D2', section: 'Domain Glossary', requirements: ['DNS-65', 'DNS-66'] },
    { document: 'RFC2782', section: 'The format of the SRV RR' },
  ],
  findings: {
    DNS_COLLAB_EDGE_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        '{domain} has no _collab-edge._tls record in public DNS, so clients outside find no Expressway-E',
    },
    DNS_COLLAB_EDGE_MISSPELT: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{domain} publishes {misspelt}, which no client asks for, and no _collab-edge._tls',
    },
    DNS_COLLAB_EDGE_DISABLED: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        '_collab-edge._tls.{domain} has the target ".", which tells clients that there is no such service',
    },
  },
  judge({ readings, round }) {
    if (round.deployment.onlyInside) return notApplicable('the edge is declared to serve people inside only');
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    if (reading.outcome === 'answer') {
      return srvHosts(reading).length > 0 ? pass : fail({ code: 'DNS_COLLAB_EDGE_DISABLED', evidence: {} });
    }
    for (const [need, misspelt] of misspellings) {
      const found = readings[need];
      const targets = found ? srvHosts(found).map(({ target }) => target) : [];
      if (targets.length > 0)
        return fail({ code: 'DNS_COLLAB_EDGE_MISSPELT', evidence: { misspelt, targets } });
    }
    return fail({ code: 'DNS_COLLAB_EDGE_MISSING', evidence: { answer: reading.rcode ?? reading.outcome } });
  },
});
