import { roleNames } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { holderFor, isEdge, listsFor, missingIssuer, ofLeaf } from '../../served.ts';

/** OpenSSL's refusals that other checks speak about, or that come from its following one path only. */
const judgedElsewhere: readonly (string | undefined)[] = [
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_PURPOSE',
  'EE_KEY_TOO_SMALL',
  'CA_KEY_TOO_SMALL',
  'CA_MD_TOO_WEAK',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
];

/** The path ends in a root that clients have; which roots Expressway-C has, nobody outside of it can see. */
export const issuerTrusted = defineCheck({
  id: 'certificate/issuer-trusted',
  holds: 'The certificate leads to a trusted root',
  about: 'service',
  needs: ['tls'],
  sources: [
    { document: 'D0', section: 'MRA-Compatible Clients', requirements: ['CRT-02'] },
    {
      document: 'D0',
      section: 'EX, MX, and SX Series Endpoints (Running TC Software)',
      requirements: ['CRT-51'],
    },
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-23', 'CRT-28'],
    },
    {
      document: 'D1',
      section: 'Trust the Certificates Presented to the Expressway-C',
      requirements: ['CRT-29', 'CRT-68'],
    },
  ],
  findings: {
    CERT_ISSUER_UNTRUSTED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} shows clients a certificate that leads to {root}, which is not a trusted root',
      consequenceOf: [{ code: 'CERT_HOST_MISMATCH', within: 'service' }],
    },
    CERT_ISSUER_UNKNOWN_INSIDE: {
      severity: 'info',
      affects: 'of-service',
      message:
        '{host}:{port} shows a certificate that leads to {root}, which works only while {holder} has that in its trusted CA list',
      consequenceOf: [
        { code: 'CERT_HOST_MISMATCH', within: 'service' },
        { code: 'CERT_ECDSA_UNTRUSTED', within: 'service' },
      ],
    },
  },
  judge({ subject, readings, round }) {
    const { path, verification } = readings.tls;
    return ofLeaf(subject, readings.tls, leaf => {
      if (leaf.selfSigned) return notApplicable('the certificate is self-signed');
      if (!path) return unknown('no path to a root was looked for');
      if (path.end === 'anchored')
        return !verification || verification.trusted || judgedElsewhere.includes(verification.code)
          ? pass
          : unknown(`OpenSSL refuses the chain for a reason of its own (${verification.code ?? 'unnamed'})`);
      if (!isEdge(subject) && listsFor(subject, round).length > 0)
        return notApplicable('judged by the list of authorities that the Expressway trusts');
      const missing = missingIssuer(readings.tls, round)?.kind;
      if (missing === 'intermediate' || (missing === 'unclear' && isEdge(subject)))
        return notApplicable('an intermediate certificate is missing');
      const { fingerprint, issuer } = leaf;
      const evidence = { certificate: fingerprint, root: path.endName, issuer };
      if (isEdge(subject)) return fail({ code: 'CERT_ISSUER_UNTRUSTED', evidence });
      const holder = roleNames[holderFor(subject)];
      return fail({ code: 'CERT_ISSUER_UNKNOWN_INSIDE', evidence: { ...evidence, holder } });
    });
  },
});
