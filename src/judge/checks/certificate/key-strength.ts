import type { Certificate } from '../../../../probes/index.ts';
import { defineCheck, failIfAny, unknown } from '../../check.ts';
import { ofLeaf, pathOf, wrongCertificate } from '../../served.ts';

/** Bits of the key; for a curve that is known by name only, the figure in its name. */
function bitsOf({ key }: Certificate): number | undefined {
  const named = /\d{3}/.exec(key.curve ?? '');
  return key.bits ?? (named ? Number(named[0]) : undefined);
}

const least: Readonly<Record<string, number>> = { rsa: 2048, 'rsa-pss': 2048, dsa: 2048, ec: 224 };

/** Keys have at least 112 bits of strength, RSA 2048 or EC 224; clients refuse shorter ones at their default security level. */
export const keyStrength = defineCheck({
  id: 'certificate/key-strength',
  holds: 'The keys in the chain are long enough for clients to accept',
  about: 'service',
  needs: ['tls'],
  sources: [{ document: 'RFC9325', section: 'Public Key Length' }],
  findings: {
    CERT_KEY_WEAK: {
      severity: 'critical',
      affects: 'of-service',
      message: 'The {part} that {host}:{port} shows has a key of only {bits} bits ({type})',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings }) {
    return ofLeaf(subject, readings.tls, leaf => {
      if (least[leaf.key.type] !== undefined && bitsOf(leaf) === undefined)
        return unknown('the length of the key could not be read');
      return failIfAny(
        pathOf(readings.tls).flatMap(({ certificate, part }) => {
          const { fingerprint, issuer, key } = certificate;
          const bits = bitsOf(certificate);
          if (bits === undefined || bits >= (least[key.type] ?? 0)) return [];
          return [
            {
              code: 'CERT_KEY_WEAK',
              evidence: { certificate: fingerprint, part, bits, type: key.type, issuer },
            },
          ] as const;
        }),
      );
    });
  },
});
