import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Ports for phones and clients: a phone may show a certificate, Jabber has none. */
const forClients: ReadonlySet<string> = new Set(['edge-https', 'edge-sip']);

/**
 * Who has to show a certificate: Expressway-C in the traversal zone, so the zone asks for one; and no client outside, even
 * where phones with activation codes are asked.
 */
export const clientCertificate = defineCheck({
  id: 'tls/client-certificate',
  holds: 'The traversal zone asks for a client certificate, and the edge demands none',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['survey'],
  sources: [
    {
      document: 'D0',
      section: 'Managing mTLS Client Certificate for MRA Onboarding',
      requirements: ['CRT-55'],
      versions: 'X12.5.1 and later',
    },
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['CRT-71'],
    },
  ],
  findings: {
    TLS_CLIENT_CERTIFICATE_NOT_REQUESTED: {
      severity: 'warning',
      affects: 'calls',
      message:
        '{host} ({address}) asks nobody for a certificate on {port} ({title}): whoever connects is taken without proof',
    },
    TLS_CLIENT_CERTIFICATE_DEMANDED: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host} ({address}) lets nobody in on {port} ({title}) without a client certificate ({versions}); Jabber has none',
    },
  },
  judge({ subject, readings: { survey } }) {
    const { withoutCertificate } = survey;
    const seen = Object.entries(withoutCertificate);
    const isZone = subject.purpose === 'zone-sip';
    if (!isZone && !forClients.has(subject.purpose))
      return notApplicable('this is neither the traversal zone nor a port for clients');
    if (seen.length === 0) return unknown('it could not be told what the server asks for');
    const code = isZone ? 'TLS_CLIENT_CERTIFICATE_NOT_REQUESTED' : 'TLS_CLIENT_CERTIFICATE_DEMANDED';
    const wrong = isZone ? 'not-requested' : 'required';
    const versions = seen.flatMap(([version, what]) => (what === wrong ? [version] : []));
    return versions.length > 0 ? fail({ code, evidence: { versions } }) : pass;
  },
});
