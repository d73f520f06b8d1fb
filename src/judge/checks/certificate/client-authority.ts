import type { TlsReading } from '../../../../probes/index.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';

const asking: ReadonlySet<string> = new Set([
  'tftp-https',
  'sip-tls',
  'uds-https',
  'soap-https',
  'xcp',
  'zone-sip',
  'zone-xcp',
]);

/**
 * Servers that ask Expressway-C for its certificate name the authorities they take it from. The one that signed the
 * certificate of Expressway-C has to be among them.
 */
export const clientAuthority = defineCheck({
  id: 'certificate/client-authority',
  holds: 'The server takes certificates of the authority that signed the one of Expressway-C',
  about: 'service',
  roles: ['expressway_e', 'unified_cm', 'im_presence'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-23', 'CRT-25', 'CRT-41', 'CRT-42', 'CRT-44', 'CRT-46', 'PORT-19'],
    },
    { document: 'D1', section: 'Configuring Secure Communications', requirements: ['CRT-45'] },
    { document: 'RFC8446', section: 'Certificate Authorities' },
  ],
  findings: {
    CERT_CLIENT_AUTHORITY_MISSING: {
      severity: 'warning',
      affects: 'of-service',
      message:
        '{host}:{port} takes client certificates, but not of {authority}, which signed the one of the Expressway-C {client}',
      consequenceOf: [{ code: 'CLIENT_CERTIFICATE_REFUSED', within: 'service' }],
    },
  },
  judge({ subject, readings: { tls }, round }) {
    if (subject.expected !== 'open' || !asking.has(subject.purpose))
      return notApplicable('Expressway-C shows no certificate here');
    if (tls.clientCertificate === undefined) return unknown('the handshake did not get that far');
    if (tls.clientCertificate === 'not-requested') return notApplicable('the server asks for no certificate');
    const named = tls.clientAuthorities;
    if (named === undefined || named.length === 0)
      return notApplicable('the server does not say which authorities it takes');
    const clients = shownByExpresswayC(round);
    if (clients.length === 0) return notApplicable('the certificate of Expressway-C was not seen');
    const refused = clients.find(({ reading }) => !signersOf(reading).some(name => named.includes(name)));
    if (!refused) return pass;
    return fail({
      code: 'CERT_CLIENT_AUTHORITY_MISSING',
      evidence: { authority: signersOf(refused.reading)[0]!, client: refused.host, named },
    });
  },
});

function shownByExpresswayC(round: RoundView) {
  return round
    .readings('tls')
    .flatMap(({ subject, reading }) =>
      subject.kind === 'service' && subject.role === 'expressway_c' && reading.chain.length > 0
        ? [{ host: subject.host, reading }]
        : [],
    );
}

/** Everybody who signed on the way up, or the certificate itself when it is self-signed. */
function signersOf({ chain, path }: TlsReading): readonly string[] {
  return [...chain.map(({ issuer }) => issuer), ...(path ? [path.endName] : [])];
}
