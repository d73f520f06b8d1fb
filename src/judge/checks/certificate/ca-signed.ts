import { roleNames } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { holderFor, isEdge, ofLeaf } from '../../served.ts';

/** Servers show certificates of an authority; inside, self-signed ones work once Expressway-C has them. */
export const caSigned = defineCheck({
  id: 'certificate/ca-signed',
  holds: 'The certificate is signed by an authority',
  about: 'service',
  needs: ['tls'],
  sources: [
    {
      document: 'D1',
      section: 'Jabber popup warns about invalid certificate when connecting from outside the network',
      requirements: ['CRT-03'],
    },
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-34', 'CRT-35', 'CRT-36'],
      versions: 'X14.2 and later verify the servers inside unless told otherwise',
    },
    {
      document: 'D1',
      section: 'Trust the Certificates Presented to the Expressway-C',
      requirements: ['CRT-30', 'CRT-31'],
      versions: 'X8.2, X8.10 with TLS verify mode On',
    },
  ],
  findings: {
    CERT_SELF_SIGNED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} shows clients a self-signed certificate',
      consequenceOf: [{ code: 'CERT_HOST_MISMATCH', within: 'service' }],
    },
    CERT_SELF_SIGNED_INSIDE: {
      severity: 'info',
      affects: 'of-service',
      message:
        '{host}:{port} shows a self-signed certificate, which works only while {holder} has it in its trusted CA list',
      consequenceOf: [
        { code: 'CERT_HOST_MISMATCH', within: 'service' },
        { code: 'CERT_SELF_SIGNED_TWINS', within: 'node' },
        { code: 'CERT_ECDSA_SELF_SIGNED', within: 'service' },
      ],
    },
  },
  judge({ subject, readings }) {
    const { path } = readings.tls;
    return ofLeaf(subject, readings.tls, leaf => {
      if (!leaf.selfSigned) return pass;
      const { fingerprint, subject: name, notAfter } = leaf;
      const evidence = { certificate: fingerprint, subject: name, notAfter };
      if (isEdge(subject)) return fail({ code: 'CERT_SELF_SIGNED', evidence });
      if (path?.end === 'anchored')
        return notApplicable('the certificate is self-signed and declared as trusted');
      const holder = roleNames[holderFor(subject)];
      return fail({ code: 'CERT_SELF_SIGNED_INSIDE', evidence: { ...evidence, holder } });
    });
  },
});
