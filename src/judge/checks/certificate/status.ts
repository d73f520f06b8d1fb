import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** What the authority says of the certificate, when the server sends its word along. Nobody requires it to. */
export const status = defineCheck({
  id: 'certificate/status',
  holds: 'The status sent with the certificate is good and recent',
  about: 'service',
  needs: ['survey'],
  sources: [
    { document: 'R16', section: 'validity and revocation of certificates' },
    { document: 'RFC5280', section: 'CRL and CRL Extensions Profile' },
  ],
  findings: {
    CERT_REVOKED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} shows a certificate that its authority has revoked ({revokedAt})',
    },
    CERT_STATUS_OUTDATED: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host}:{port} sends a status with its certificate that was to be renewed by {until}',
    },
  },
  judge({ readings: { survey }, round }) {
    const { stapled } = survey;
    if (stapled === undefined || stapled === 'none')
      return notApplicable('the server sends no status with its certificate');
    if (stapled === 'unreadable') return notApplicable('the status sent with the certificate is no answer');
    if (stapled.status === 'revoked')
      return fail({ code: 'CERT_REVOKED', evidence: { revokedAt: stapled.revokedAt ?? 'no date given' } });
    const { nextUpdate } = stapled;
    return nextUpdate !== undefined && Date.parse(nextUpdate) < round.atMs
      ? fail({ code: 'CERT_STATUS_OUTDATED', evidence: { until: nextUpdate } })
      : pass;
  },
});
