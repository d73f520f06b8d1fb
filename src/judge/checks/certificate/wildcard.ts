import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames } from '../../names.ts';
import { isEdge, ofLeaf, wrongCertificate } from '../../served.ts';

/** Expressway does not support wildcard certificates. */
export const wildcard = defineCheck({
  id: 'certificate/wildcard',
  holds: 'The certificate of Expressway-E carries no wildcard name',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [{ document: 'R7', section: 'unsupported certificates' }],
  findings: {
    CERT_WILDCARD: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host}:{port} shows a wildcard certificate ({wildcards})',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    if (!isEdge(subject)) return notApplicable('clients do not connect here');
    return ofLeaf(subject, readings.tls, leaf => {
      const names = [...new Set([...allNames(leaf), leaf.commonName ?? ''])];
      const wildcards = names.filter(name => name.startsWith('*.'));
      if (wildcards.length === 0) return pass;
      return fail({ code: 'CERT_WILDCARD', evidence: { certificate: leaf.fingerprint, wildcards } });
    });
  },
});
