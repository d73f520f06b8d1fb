import type { Certificate } from '../../../../probes/index.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { allNames, someOf } from '../../names.ts';
import { isEdge, ofLeaf } from '../../served.ts';

/** What tells a certificate from another one, in a few words: its names, else its issuer, else its dates and number. */
function tellApart(a: Certificate, b: Certificate): readonly [string, string] {
  const ways: readonly ((certificate: Certificate) => string)[] = [
    certificate => someOf(allNames(certificate)),
    certificate => `from ${certificate.issuer}`,
    certificate => `until ${certificate.notAfter.slice(0, 10)}`,
    certificate => `serial number ${certificate.serial}`,
    certificate => `fingerprint ${certificate.fingerprint}`,
  ];
  const way = ways.find(describe => describe(a) !== describe(b)) ?? ways[0]!;
  return [way(a), way(b)];
}

/**
 * Expressway-E has one server certificate for all its ports. Another one on 5061 or 5222 comes from a device in between (the
 * phone proxy of a firewall), or from a service that was not restarted. What is wrong with that other certificate is worse
 * than that it differs, and so explains it.
 */
export const portsAgree = defineCheck({
  id: 'certificate/ports-agree',
  holds: 'Expressway-E shows one certificate on all its ports',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [
    { document: 'R1', section: 'inspection of SIP by firewalls' },
    {
      document: 'D1',
      section: 'Expressway Certificates',
      requirements: ['CRT-61'],
    },
  ],
  findings: {
    CERT_PORTS_DIFFER: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host} shows another certificate on port {port} ({seen}) than on 8443 ({wanted})',
      consequenceOf: [
        'CERT_HOST_MISMATCH',
        'CERT_SELF_SIGNED',
        'CERT_ISSUER_UNTRUSTED',
        'CERT_CHAIN_INCOMPLETE',
        'CERT_EXPIRED',
        'CERT_NOT_YET_VALID',
        'CERT_SAN_DOMAIN_MISSING',
        'CERT_EKU_SERVER_MISSING',
        'CERT_EKU_CLIENT_MISSING',
        'CERT_KEY_WEAK',
        'CERT_SIGNATURE_WEAK',
        'CERT_KEY_UNSUPPORTED',
        'CERT_EXPIRES_SOON',
        'CERT_WILDCARD',
        'CERT_CN_MISSING',
        // It may be the one on 8443 that has the flaw.
      ].map(code => ({ code, within: 'address' }) as const),
    },
  },
  judge({ subject, readings, round }) {
    if (!isEdge(subject) || subject.purpose === 'edge-https')
      return notApplicable('this is not a port that is compared with 8443');
    return ofLeaf(subject, readings.tls, leaf => {
      const { host, address } = subject;
      const https = round
        .subjects('service')
        .find(other => other.purpose === 'edge-https' && other.host === host && other.address === address);
      const other = https && round.reading(https.id, 'tls')?.chain[0];
      if (!other) return unknown('no certificate was seen on 8443');
      if (other.fingerprint === leaf.fingerprint) return pass;
      const [seen, wanted] = tellApart(leaf, other);
      return fail({
        code: 'CERT_PORTS_DIFFER',
        evidence: {
          certificate: leaf.fingerprint,
          seen,
          wanted,
          issuer: leaf.issuer,
          otherCertificate: other.fingerprint,
          otherIssuer: other.issuer,
        },
      });
    });
  },
});
