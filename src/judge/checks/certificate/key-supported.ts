import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/** Expressway zones may stay down with an RSA key of 8192 bits; 4096 is the longest that is advised. */
export const keySupported = defineCheck({
  id: 'certificate/key-supported',
  holds: 'The RSA key of an Expressway has at most 4096 bits',
  about: 'service',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['tls'],
  sources: [
    { document: 'R30', section: 'Certificates with Key Length of 8192 Bits' },
    { document: 'R7', section: 'unsupported certificates' },
  ],
  findings: {
    CERT_KEY_UNSUPPORTED: {
      severity: 'warning',
      affects: 'of-service',
      message:
        '{host}:{port} shows a certificate with an RSA key of {bits} bits, which Expressway does not support',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    return ofLeaf(subject, readings.tls, leaf => {
      const { type, bits } = leaf.key;
      if (!type.startsWith('rsa')) return notApplicable('the key is not an RSA key');
      if (bits === undefined) return unknown('the length of the key could not be read');
      if (bits <= 4096) return pass;
      return fail({ code: 'CERT_KEY_UNSUPPORTED', evidence: { certificate: leaf.fingerprint, bits } });
    });
  },
});
