import { defineCheck, fail, pass } from '../../check.ts';
import { allNames, someOf } from '../../names.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/** Expressway raises alarm 40052 when its certificate has no common name, as some authorities leave it out. */
export const commonName = defineCheck({
  id: 'certificate/common-name',
  holds: 'The certificate of an Expressway has a common name',
  about: 'service',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['tls'],
  sources: [{ document: 'R21', section: 'alarm 40052' }],
  findings: {
    CERT_CN_MISSING: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host}:{port} shows a certificate without a common name',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    return ofLeaf(subject, readings.tls, leaf => {
      if (leaf.commonName) return pass;
      const names = allNames(leaf);
      return fail({
        code: 'CERT_CN_MISSING',
        evidence: {
          certificate: leaf.fingerprint,
          subject: leaf.subject,
          seen: someOf(names),
          issuer: leaf.issuer,
        },
      });
    });
  },
});
