import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** With activation codes the edge asks every client for a certificate; without them it asks none. */
export const onboarding = defineCheck({
  id: 'tls/onboarding',
  holds: 'The edge asks for client certificates if, and only if, activation codes are in use',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'Managing mTLS Client Certificate for MRA Onboarding',
      requirements: ['CRT-53'],
      versions: 'X14 and later',
    },
  ],
  findings: {
    EDGE_ASKS_NO_CERTIFICATE: {
      severity: 'warning',
      affects: 'sign-in',
      message:
        '{host}:{port} asks clients for no certificate, although phones are onboarded with activation codes',
    },
    EDGE_ASKS_CERTIFICATE: {
      severity: 'info',
      affects: 'sign-in',
      message:
        '{host}:{port} asks clients for a certificate, although activation codes are declared not to be used',
      consequenceOf: [{ code: 'TLS_CLIENT_CERTIFICATE_DEMANDED', within: 'service' }],
    },
  },
  judge({ subject, readings: { tls }, round }) {
    if (subject.purpose !== 'edge-https' || subject.expected !== 'open')
      return notApplicable('this is not the port for clients');
    const { activationCodes } = round.deployment;
    if (activationCodes === undefined) return notApplicable('nobody said whether activation codes are used');
    if (tls.clientCertificate === undefined) return unknown('the handshake did not get that far');
    const asks = tls.clientCertificate !== 'not-requested';
    if (asks === activationCodes) return pass;
    return fail({ code: asks ? 'EDGE_ASKS_CERTIFICATE' : 'EDGE_ASKS_NO_CERTIFICATE', evidence: {} });
  },
});
