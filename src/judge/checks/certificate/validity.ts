import { defineCheck, failIfAny } from '../../check.ts';
import { ofLeaf, pathOf, wrongCertificate } from '../../served.ts';

/** Every certificate that a client uses on the way to the root is within its dates. */
export const validity = defineCheck({
  id: 'certificate/validity',
  holds: 'The certificate and its intermediates are within their dates',
  about: 'service',
  needs: ['tls'],
  sources: [
    { document: 'RFC5280', section: 'Validity' },
    {
      document: 'D1',
      section: 'Installing Expressway Security Certificates',
      requirements: ['CRT-01'],
    },
  ],
  findings: {
    CERT_EXPIRED: {
      severity: 'critical',
      affects: 'of-service',
      message: 'The {part} that {host}:{port} shows expired on {day}',
      consequenceOf: wrongCertificate,
    },
    CERT_NOT_YET_VALID: {
      severity: 'critical',
      affects: 'of-service',
      message: 'The {part} that {host}:{port} shows is valid only from {day} on',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    return ofLeaf(subject, readings.tls, () =>
      failIfAny(
        pathOf(readings.tls).flatMap(({ certificate, part }) => {
          const { fingerprint, notBefore, notAfter, issuer } = certificate;
          // both bounds are valid moments
          const expired = round.atMs > Date.parse(notAfter);
          if (!expired && round.atMs >= Date.parse(notBefore)) return [];
          const day = (expired ? notAfter : notBefore).slice(0, 10);
          return {
            code: expired ? ('CERT_EXPIRED' as const) : ('CERT_NOT_YET_VALID' as const),
            evidence: { certificate: fingerprint, part, day, notBefore, notAfter, issuer },
          };
        }),
      ),
    );
  },
});
