import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Diffie-Hellman keys have 1024 bits or more: Expressway refuses shorter ones, and with them the whole connection. */
export const keyExchange = defineCheck({
  id: 'tls/key-exchange',
  holds: 'The Diffie-Hellman key of the server has 1024 bits or more',
  about: 'service',
  roles: ['unified_cm', 'im_presence', 'unity_connection'],
  needs: ['tls'],
  sources: [
    {
      document: 'D1',
      section: 'CiscoSSL 5.4.3 Rejects Diffie-Hellman Keys with Fewer than 1024 Bits',
      requirements: ['CRT-56'],
      versions: 'X8.7.2 and later with servers of release 9 and earlier',
    },
  ],
  findings: {
    TLS_DH_WEAK: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host} ({address}) exchanges keys on {port} ({title}) with Diffie-Hellman of {bits} bits, which Expressway refuses',
    },
  },
  judge({ subject, readings: { tls } }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    const { keyExchange: exchange, failure } = tls;
    if (exchange?.type === 'DH' && exchange.bits !== undefined && exchange.bits < 1024)
      return fail({ code: 'TLS_DH_WEAK', evidence: { bits: exchange.bits } });
    if (failure?.reason === 'tls-weak-dh')
      return fail({ code: 'TLS_DH_WEAK', evidence: { bits: exchange?.bits ?? 'too few' } });
    return failure && !exchange ? unknown('no exchange of keys was seen') : pass;
  },
});
