import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * A server with an RSA and an ECDSA certificate shows each client the one it prefers. Which one Expressway-C prefers changed
 * between releases, so the second one has to be as good as the first.
 */
export const ecdsa = defineCheck({
  id: 'certificate/ecdsa',
  holds: 'The ECDSA certificate of the server is trusted when its RSA certificate is',
  about: 'service',
  needs: ['survey'],
  sources: [
    { document: 'D0', section: 'Certificate Exchange Requirements', requirements: ['CRT-35', 'CRT-47'] },
    { document: 'R4', section: 'log lines and remedies', versions: 'X14.0.8, X14.2 and later' },
    { document: 'R5', section: 'RSA and ECDSA certificates' },
  ],
  findings: {
    CERT_ECDSA_SELF_SIGNED: {
      severity: 'warning',
      affects: 'of-service',
      message:
        '{host}:{port} shows a self-signed certificate to clients that prefer ECDSA, and a trusted one to others',
    },
    CERT_ECDSA_UNTRUSTED: {
      severity: 'warning',
      affects: 'of-service',
      message:
        '{host}:{port} shows clients that prefer ECDSA a certificate that leads to {root}, which is not trusted, and a trusted one to others',
    },
  },
  judge({ readings: { survey } }) {
    const { rsa, ecdsa: other } = survey;
    if (other === 'none') return pass;
    if (rsa === undefined || other === undefined)
      return unknown('it could not be told which certificates the server has');
    if (other.path === undefined || other.path.end === 'anchored') return pass;
    if (rsa === 'none') return notApplicable('the server has no other certificate');
    if (rsa.path?.end !== 'anchored') return notApplicable('neither certificate is trusted');
    const { fingerprint, subject, selfSigned } = other.certificate;
    return fail({
      code: selfSigned ? 'CERT_ECDSA_SELF_SIGNED' : 'CERT_ECDSA_UNTRUSTED',
      evidence: { certificate: fingerprint, subject, root: other.path.endName },
    });
  },
});
