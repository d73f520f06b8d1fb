import { defineCheck, fail, pass } from '../../check.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';

/** The certificate may be used by a server; without the extension every use is allowed. */
export const usageServer = defineCheck({
  id: 'certificate/usage-server',
  holds: 'The certificate may be used by a server',
  about: 'service',
  needs: ['tls'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['CRT-22'],
    },
    { document: 'RFC5280', section: 'Extended Key Usage' },
  ],
  findings: {
    CERT_EKU_SERVER_MISSING: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} shows a certificate that is not meant for servers (no serverAuth)',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    return ofLeaf(subject, readings.tls, leaf => {
      const usages = leaf.extendedKeyUsage;
      if (!usages || usages.includes(serverAuth) || usages.includes(anyUsage)) return pass;
      return fail({
        code: 'CERT_EKU_SERVER_MISSING',
        evidence: { certificate: leaf.fingerprint, usages, issuer: leaf.issuer },
      });
    });
  },
});
