import type { Certificate } from '../../../../probes/index.ts';
import { defineCheck, failIfAny } from '../../check.ts';
import { ofLeaf, pathOf, wrongCertificate } from '../../served.ts';

const dayMs = 86_400_000;

/**
 * How long before its end a certificate should have been replaced: a quarter of its lifetime, at most 30 days. That is 30 days
 * for 398 and 200 days, 25 for 100, under 12 for 47. Automatic renewal (ACME) comes with a third of the lifetime left, so
 * that a quarter left means that it was tried and did not succeed.
 */
function overdueMs({ notBefore, notAfter }: Certificate): number {
  return Math.min(30 * dayMs, (Date.parse(notAfter) - Date.parse(notBefore)) / 4);
}

/** Certificates are replaced in time; what has expired already is judged by `certificate/validity`. */
export const renewal = defineCheck({
  id: 'certificate/renewal',
  holds: 'The certificate and its intermediates are not about to expire',
  about: 'service',
  needs: ['tls'],
  sources: [
    { document: 'R21', section: 'alarms of expiring certificates' },
    { document: 'RFC5280', section: 'Validity' },
  ],
  findings: {
    CERT_EXPIRES_SOON: {
      severity: 'warning',
      affects: 'of-service',
      message: 'The {part} that {host}:{port} shows expires on {day}, in {left}',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    return ofLeaf(subject, readings.tls, () =>
      failIfAny(
        pathOf(readings.tls).flatMap(({ certificate, part }) => {
          const { fingerprint, notBefore, notAfter, issuer } = certificate;
          const leftMs = Date.parse(notAfter) - round.atMs;
          if (leftMs < 0 || leftMs >= overdueMs(certificate)) return [];
          const days = Math.floor(leftMs / dayMs);
          const day = notAfter.slice(0, 10);
          const left = days === 1 ? '1 day' : `${days} days`;
          return [
            {
              code: 'CERT_EXPIRES_SOON',
              evidence: { certificate: fingerprint, part, left, days, day, notBefore, notAfter, issuer },
            } as const,
          ];
        }),
      ),
    );
  },
});
