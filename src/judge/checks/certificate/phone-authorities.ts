import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Where phones show their certificate. */
const asking: ReadonlySet<string> = new Set(['edge-https', 'edge-sip']);

/**
 * An edge that asks phones for a certificate names the authorities it takes it from; a server that names none takes any
 * (RFC 8446 section 4.2.4, RFC 5246 section 7.4.4).
 */
export const phoneAuthorities = defineCheck({
  id: 'certificate/phone-authorities',
  holds: 'The edge takes certificates of every authority that signed those of the phones',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'Managing mTLS Client Certificate for MRA Onboarding',
      requirements: ['CRT-54'],
      versions: 'X14 and later',
    },
    { document: 'D0', section: 'Certificate Exchange Requirements', requirements: ['CRT-48'] },
    { document: 'RFC8446', section: 'Certificate Authorities' },
  ],
  findings: {
    PHONE_AUTHORITY_MISSING: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host}:{port} asks phones for a certificate, but takes none of {missing}',
    },
  },
  judge({ subject, readings: { tls }, round }) {
    if (subject.expected !== 'open' || !asking.has(subject.purpose))
      return notApplicable('phones show no certificate here');
    const authorities = round.deployment.phones?.authorities;
    if (!authorities) return notApplicable('nobody said which authorities signed the certificates of phones');
    if (tls.clientCertificate === undefined) return unknown('the handshake did not get that far');
    if (tls.clientCertificate === 'not-requested') return notApplicable('the server asks for no certificate');
    const named = tls.clientAuthorities;
    if (named === undefined || named.length === 0)
      return notApplicable('the server does not say which authorities it takes');
    // Who takes an authority takes those below it, whose certificates the phone sends along.
    const missing = authorities.filter(
      ({ subject, issuer }) => !named.includes(subject) && !named.includes(issuer),
    );
    if (missing.length === 0) return pass;
    return fail({
      code: 'PHONE_AUTHORITY_MISSING',
      evidence: { missing: missing.map(({ subject }) => subject), named },
    });
  },
});
