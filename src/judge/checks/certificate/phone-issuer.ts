import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { missingIssuer, namesOnPath, ofLeaf, wrongCertificate } from '../../served.ts';

/** Phones reach the edge by these; chat they have none. */
const forPhones: ReadonlySet<string> = new Set(['edge-https', 'edge-sip']);

/** Phones of the 7800 and 8800 series trust a list of authorities that is built into their firmware. */
export const phoneIssuer = defineCheck({
  id: 'certificate/phone-issuer',
  holds: 'The certificate leads to an authority that phones with a fixed list trust',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section:
        'Considerations for Android-based DX650, DX80, and DX70 Devices and Supported IP Phone 7800 and 8800 models',
      requirements: ['CRT-49'],
    },
    { document: 'D1', section: 'Expressway X8.6 and later' },
  ],
  findings: {
    PHONE_ISSUER_UNTRUSTED: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host}:{port} shows a certificate that leads to {root}, which {standing} of the phones that cannot be changed',
      consequenceOf: [{ code: 'CERT_ISSUER_UNTRUSTED', within: 'service' }, ...wrongCertificate],
    },
  },
  judge({ subject, readings: { tls }, round }) {
    if (!forPhones.has(subject.purpose)) return notApplicable('phones do not meet this certificate');
    const anchors = round.deployment.phones?.trustAnchors;
    if (!anchors) return notApplicable('nobody said which authorities the phones trust');
    return ofLeaf(subject, tls, leaf => {
      if (leaf.selfSigned) return notApplicable('the certificate is self-signed');
      if (!tls.path) return unknown('no path to a root was looked for');
      const names = namesOnPath(tls);
      const known = anchors.filter(({ subject }) => names.includes(subject));
      if (known.some(({ notAfter }) => Date.parse(notAfter) > round.atMs)) return pass;
      const missing = missingIssuer(tls, round)?.kind;
      if (missing === 'intermediate' || missing === 'unclear')
        return notApplicable('an intermediate certificate is missing');
      const standing = known.length > 0 ? 'has expired on the list' : 'is not on the list';
      const evidence = { certificate: leaf.fingerprint, root: tls.path.endName, standing };
      return fail({ code: 'PHONE_ISSUER_UNTRUSTED', evidence });
    });
  },
});
