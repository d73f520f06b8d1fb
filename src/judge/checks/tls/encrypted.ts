import { defineCheck, fail, pass, unknown } from '../../check.ts';

/** A phone profile with mode Authenticated makes Unified CM offer TLS without encryption, which Expressway rejects. */
export const encrypted = defineCheck({
  id: 'tls/encrypted',
  holds: 'The port agrees to suites that encrypt',
  about: 'service',
  needs: ['survey'],
  sources: [{ document: 'D1', section: 'Unified CM', requirements: ['CRT-57'], versions: 'X8.10' }],
  findings: {
    TLS_NOT_ENCRYPTED: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host} ({address}) agrees on {port} ({title}) only to suites without encryption, which Expressway rejects',
    },
  },
  judge({ readings: { survey } }) {
    if (survey.accepted.length > 0) return pass;
    return survey.unencrypted
      ? fail({ code: 'TLS_NOT_ENCRYPTED', evidence: {} })
      : unknown('the server agreed to nothing that was offered');
  },
});
