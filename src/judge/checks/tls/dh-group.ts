import { defineCheck, fail, pass, unknown } from '../../check.ts';

const refusedBelow = 1024;
const advisedFrom = 2048;

/**
 * The group that a server uses for clients that offer Diffie-Hellman over a prime group and nothing else. Expressway has offered
 * more for long, but what it offers can be changed, and older releases of the servers had 768 bits.
 */
export const dhGroup = defineCheck({
  id: 'tls/dh-group',
  holds: 'The server has a Diffie-Hellman group of 2048 bits or more, or none',
  about: 'service',
  needs: ['survey'],
  sources: [
    {
      document: 'D1',
      section: 'CiscoSSL 5.4.3 Rejects Diffie-Hellman Keys with Fewer than 1024 Bits',
      requirements: ['CRT-56'],
      versions: 'X8.7.2 and later',
    },
    { document: 'RFC9325', section: 'Recommendations: Cipher Suites' },
  ],
  findings: {
    TLS_DH_SHORT: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host} ({address}) has a Diffie-Hellman group of {bits} bits on {port} ({title}), which Expressway rejects',
      consequenceOf: [{ code: 'TLS_DH_WEAK', within: 'service' }],
    },
    TLS_DH_BELOW_2048: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host} ({address}) has a Diffie-Hellman group of only {bits} bits on {port} ({title})',
    },
  },
  judge({ readings: { survey } }) {
    const { dhBits: bits, accepted, refused } = survey;
    if (bits === 'none') return pass;
    if (bits === undefined)
      // Every group of TLS 1.3 is large enough.
      return accepted.includes('TLSv1.3') && refused.includes('TLSv1.2')
        ? pass
        : unknown('it could not be told which group the server uses');
    if (bits < refusedBelow) return fail({ code: 'TLS_DH_SHORT', evidence: { bits } });
    return bits < advisedFrom ? fail({ code: 'TLS_DH_BELOW_2048', evidence: { bits } }) : pass;
  },
});
