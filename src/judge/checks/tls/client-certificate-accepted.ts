import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * The configured client certificate, which is that of Expressway-C or one from the same authority, is accepted where
 * Expressway-C has to show its own.
 */
export const clientCertificateAccepted = defineCheck({
  id: 'tls/client-certificate-accepted',
  holds: 'The server accepts the configured client certificate',
  about: 'service',
  needs: ['mutual'],
  sources: [
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-23', 'CRT-25', 'CRT-41', 'CRT-42', 'CRT-44', 'CRT-46'],
    },
    { document: 'D1', section: 'Configuring Secure Communications', requirements: ['CRT-45'] },
    { document: 'R6', section: 'phone services after a renewal of Tomcat certificates' },
  ],
  findings: {
    CLIENT_CERTIFICATE_REFUSED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) refuses the configured client certificate on {port} ({title}): {refusal}',
    },
  },
  judge({ readings: { mutual } }) {
    switch (mutual.outcome) {
      case 'accepted':
        return pass;
      case 'not-requested':
        return notApplicable('the server asks for no certificate');
      case 'refused':
        return fail({
          code: 'CLIENT_CERTIFICATE_REFUSED',
          evidence: { refusal: mutual.refusal ?? 'no reason given' },
        });
      default:
        return unknown('the handshake did not get that far');
    }
  },
});
