import type { Certificate } from '../../../../probes/index.ts';
import { isAtLeast } from '../../../model/version.ts';
import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames, someOf, standsFor } from '../../names.ts';
import { isEdge, ofLeaf, wrongCertificate } from '../../served.ts';

/** One of the forms in which clients look for their domain: the domain, `collab-edge.` before it, or the SRV name. */
function carries({ names }: Certificate, domain: string, bareCounts: boolean): boolean {
  const srv = `_collab-edge._tls.${domain}`;
  return (
    names.dns.some(
      name => (bareCounts && standsFor(name, domain)) || standsFor(name, `collab-edge.${domain}`),
    ) || names.srv.some(name => sameName(name, srv))
  );
}

/** Clients look for the service domain in the certificate of Expressway-E; private domains need not be there. */
export const sanServiceDomain = defineCheck({
  id: 'certificate/san-service-domain',
  holds: 'The certificate of Expressway-E carries every service domain',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'CSR Requirements for Expressway Servers',
      requirements: ['CRT-04', 'CRT-60', 'CRT-74', 'CRT-77'],
    },
    {
      document: 'D1',
      section: 'Expressway-E server certificate requirements',
      requirements: ['CRT-06', 'CRT-07', 'ADD-05'],
      versions: 'X8.10: the domain, or collab-edge. before it',
    },
    {
      document: 'D3',
      section: 'Expressway-E server certificate requirements',
      requirements: ['CRT-05'],
      versions: 'before X8.10: collab-edge. before it',
    },
    { document: 'R3', section: 'verification of the edge domain by TC endpoints' },
  ],
  findings: {
    CERT_SAN_DOMAIN_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host}:{port} shows a certificate without the service domain {domains}',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    if (!isEdge(subject)) return notApplicable('clients do not connect here');
    const bareCounts = isAtLeast(round.version('expressway_e', subject.host), 'X8.10') !== false;
    return ofLeaf(subject, readings.tls, leaf => {
      const domains = round.deployment.domains.filter(domain => !carries(leaf, domain, bareCounts));
      if (domains.length === 0) return pass;
      const names = allNames(leaf);
      return fail({
        code: 'CERT_SAN_DOMAIN_MISSING',
        evidence: { certificate: leaf.fingerprint, domains, seen: someOf(names), names, issuer: leaf.issuer },
      });
    });
  },
});
