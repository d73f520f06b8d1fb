import type { TlsReading } from '../../../../probes/index.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { strangerThere } from '../../unreached.ts';

/** Ports between servers, where both sides show a certificate: a client without one is sent away, as it should be. */
const mutual: ReadonlySet<string> = new Set(['zone-sip', 'zone-xcp', 'sip', 'sip-tls', 'xcp']);
/** Ports for phones and clients, which have no certificate to show. */
const forClients: ReadonlySet<string> = new Set(['edge-https', 'edge-sip', 'edge-xmpp']);

/** What listens on a TLS port speaks TLS to the end of the handshake. */
export const handshake = defineCheck({
  id: 'tls/handshake',
  holds: 'The port completes a TLS handshake',
  about: 'service',
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-23'],
    },
    {
      document: 'D0',
      section: 'Managing mTLS Client Certificate for MRA Onboarding',
      requirements: ['CRT-55'],
    },
    { document: 'D1', section: 'Installing Expressway Security Certificates', requirements: ['CRT-01'] },
    {
      document: 'D1',
      section: 'Outbound from Expressway-C (private) to Expressway-E (DMZ)',
      requirements: ['PORT-03'],
    },
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['PORT-12'],
    },
    {
      document: 'D1',
      section: 'From Expressway-C to Internal Infrastructure and Endpoints',
      requirements: ['PORT-24'],
    },
    { document: 'D1', section: 'Configuring Secure Communications', requirements: ['CRT-67'] },
    { document: 'RFC8446', section: 'Alert Protocol' },
  ],
  findings: {
    TLS_NOT_TLS: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) answers on {port} ({title}) with something that is not TLS',
      consequenceOf: [strangerThere],
    },
    TLS_CLOSED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) closes the connection on {port} ({title}) during the TLS handshake',
      consequenceOf: [strangerThere],
    },
    TLS_SILENT: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host} ({address}) takes connections on {port} ({title}) but does not answer the TLS handshake',
      consequenceOf: [strangerThere],
    },
    TLS_REFUSED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) refuses the TLS handshake on {port} ({title}): {said}',
      consequenceOf: [
        { code: 'TLS_DH_WEAK', within: 'service' },
        { code: 'TLS_NOT_ENCRYPTED', within: 'service' },
        { code: 'TLS_CLIENT_CERTIFICATE_DEMANDED', within: 'service' },
        strangerThere,
      ],
    },
  },
  judge({ subject, readings: { tls }, round }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    if (!tls.failure) return pass;
    const { reason, code, blame } = tls.failure;
    if (wantsCertificate(tls) && !forClients.has(subject.purpose)) return pass;
    const isTurnedAway = tls.clientCertificate === undefined && mutual.has(subject.purpose);
    const evidence = { reason, ...(code && { error: code }) };
    switch (reason) {
      case 'not-tls':
        return fail({ code: 'TLS_NOT_TLS', evidence });
      case 'eof':
      case 'reset':
        return isTurnedAway && tls.chain.length > 0
          ? unknown('it may want a client certificate, which we do not have')
          : fail({ code: 'TLS_CLOSED', evidence });
      case 'timeout':
        return fail({ code: 'TLS_SILENT', evidence });
      case 'client-certificate-required':
      case 'client-certificate-refused':
        return fail({
          code: 'TLS_REFUSED',
          evidence: { ...evidence, said: 'it wants a client certificate' },
        });
      case 'tls-alert':
      case 'tls-version':
      case 'tls-cipher':
      case 'tls-weak-dh':
      case 'handshake':
        return isTurnedAway && tls.chain.length > 0
          ? unknown('it may want a client certificate, which we do not have')
          : fail({ code: 'TLS_REFUSED', evidence: { ...evidence, said: code ?? reason } });
      default:
        return unknown(`the handshake ended with ${reason} (${blame}), seen from ${round.vantage}`);
    }
  },
});

/** Whether the handshake ended only because we have no client certificate to show. */
function wantsCertificate({ failure, clientCertificate }: TlsReading): boolean {
  const isAsked = clientCertificate === 'required' || clientCertificate === 'requested';
  const endings: readonly unknown[] = [
    'tls-alert',
    'eof',
    'reset',
    'handshake',
    'client-certificate-refused',
  ];
  return failure?.reason === 'client-certificate-required' || (isAsked && endings.includes(failure?.reason));
}
