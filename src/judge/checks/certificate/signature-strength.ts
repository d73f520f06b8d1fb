import { defineCheck, failIfAny, notApplicable } from '../../check.ts';
import { ofLeaf, pathOf, wrongCertificate } from '../../served.ts';

const weak = /md[245]|sha-?1(?!\d)/i;

/** No certificate below the root is signed over MD5 or SHA-1; nobody verifies the signature of a root. */
export const signatureStrength = defineCheck({
  id: 'certificate/signature-strength',
  holds: 'No certificate below the root is signed over MD5 or SHA-1',
  about: 'service',
  needs: ['tls'],
  sources: [{ document: 'RFC9325', section: 'Public Key Length' }],
  findings: {
    CERT_SIGNATURE_WEAK: {
      severity: 'critical',
      affects: 'of-service',
      message: 'The {part} that {host}:{port} shows has a signature that clients refuse ({signature})',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    return ofLeaf(subject, readings.tls, leaf => {
      if (leaf.selfSigned) return notApplicable('the certificate is self-signed');
      return failIfAny(
        pathOf(readings.tls).flatMap(({ certificate, part }) => {
          const { fingerprint, issuer, signature, selfSigned } = certificate;
          if (selfSigned || !weak.test(signature)) return [];
          const evidence = { certificate: fingerprint, part, signature, issuer };
          return [{ code: 'CERT_SIGNATURE_WEAK', evidence }] as const;
        }),
      );
    });
  },
});
