import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { isEdge, missingIssuer, ofLeaf } from '../../served.ts';

/**
 * The server sends every intermediate certificate. Inside, an issuer that was not sent may be a root that Expressway-C has:
 * there something is missing only when another server shows that the issuer is an intermediate. What the declared trust
 * supplies is missing for clients outside only.
 */
export const chainComplete = defineCheck({
  id: 'certificate/chain-complete',
  holds: 'The server sends its intermediate certificates',
  about: 'service',
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'Certificate Requirements',
      requirements: ['CRT-26'],
      versions: 'X14 and later',
    },
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-24', 'CRT-25'],
    },
    { document: 'R33', section: 'Expressway-E does not Send Full Certificate Chain to Cisco Webex' },
  ],
  findings: {
    CERT_CHAIN_INCOMPLETE: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} does not send the intermediate certificate {missing}',
      consequenceOf: [{ code: 'CERT_HOST_MISMATCH', within: 'service' }],
    },
  },
  judge({ subject, readings, round }) {
    const { path, chain } = readings.tls;
    return ofLeaf(subject, readings.tls, leaf => {
      if (leaf.selfSigned) return notApplicable('the certificate is self-signed');
      if (!path) return unknown('no path to a root was looked for');
      const evidence = {
        certificate: leaf.fingerprint,
        issuer: leaf.issuer,
        sent: chain.length,
        ...(leaf.issuerUrl !== undefined && { issuerUrl: leaf.issuerUrl }),
      };
      const missing = missingIssuer(readings.tls, round);
      if (missing?.kind === 'intermediate' || (missing?.kind === 'unclear' && isEdge(subject)))
        return fail({
          code: 'CERT_CHAIN_INCOMPLETE',
          evidence: {
            ...evidence,
            missing: [path.endName],
            ...(missing.sentBy !== undefined && { peer: missing.sentBy }),
          },
        });
      if (missing?.kind === 'unclear') return notApplicable(`${path.endName} may be a root`);
      if (path.suppliedByStore.length === 0 || !isEdge(subject)) return pass;
      return fail({
        code: 'CERT_CHAIN_INCOMPLETE',
        evidence: { ...evidence, missing: path.suppliedByStore },
      });
    });
  },
});
