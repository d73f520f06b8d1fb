import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/** Certificates are sent in the order leaf, issuer, issuer of the issuer; strict clients give up otherwise. */
export const chainOrder = defineCheck({
  id: 'certificate/chain-order',
  holds: 'The certificates are sent in order, the server certificate first',
  about: 'service',
  needs: ['tls'],
  sources: [{ document: 'RFC8446', section: 'Certificate' }],
  findings: {
    CERT_CHAIN_ORDER: {
      severity: 'info',
      affects: 'of-service',
      message: '{host}:{port} sends its certificates in another order than from the server to the root',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    const { path, chain } = readings.tls;
    return ofLeaf(subject, readings.tls, leaf => {
      if (chain.length === 1) return notApplicable('only one certificate was sent');
      if (!path) return unknown('no path to a root was looked for');
      if (path.inOrder) return pass;
      return fail({
        code: 'CERT_CHAIN_ORDER',
        evidence: { certificate: leaf.fingerprint, sent: chain.map(sent => sent.subject) },
      });
    });
  },
});
