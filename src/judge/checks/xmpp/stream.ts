import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { strangerThere } from '../../unreached.ts';

/** What listens for XMPP opens a stream for the domain and says what it offers. */
export const xmppStream = defineCheck({
  id: 'xmpp/stream',
  holds: 'The port opens an XMPP stream for the domain',
  about: 'service',
  needs: ['xmpp'],
  sources: [
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['XMP-01'],
    },
    { document: 'D0', section: 'Firewall Configuration', requirements: ['XMP-01'] },
    { document: 'RFC6120', section: '4.9.3 Defined Stream Error Conditions' },
  ],
  findings: {
    XMPP_SILENT: {
      severity: 'critical',
      affects: 'messaging',
      message:
        '{host} ({address}) takes connections on {port} ({title}) but gives no XMPP answer {where} ({reason})',
    },
    XMPP_NOT_XMPP: {
      severity: 'critical',
      affects: 'messaging',
      message: '{host} ({address}) answers on {port} ({title}) with something that is not XMPP ({seen})',
      consequenceOf: [strangerThere],
    },
    XMPP_HOST_UNKNOWN: {
      severity: 'warning',
      affects: 'messaging',
      message: '{host} ({address}) says on {port} ({title}) that it does not serve the domain {asked}',
    },
    XMPP_STREAM_ERROR: {
      severity: 'warning',
      affects: 'messaging',
      message: '{host} ({address}) ends the XMPP stream on {port} ({title}) with {error}',
    },
  },
  judge({ subject, readings: { xmpp } }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    const { failure, domain, streamError, proceedMs } = xmpp;
    if (!failure) return pass;
    if (streamError !== undefined) {
      const evidence = { asked: domain, error: streamError };
      const foreign = streamError === 'host-unknown' || streamError === 'host-gone';
      return fail({ code: foreign ? 'XMPP_HOST_UNKNOWN' : 'XMPP_STREAM_ERROR', evidence });
    }
    // The stream itself stood; going over to TLS is judged for itself.
    if (failure.stage === 'starttls') return pass;
    const seen = failure.code ?? failure.reason;
    switch (failure.reason) {
      case 'timeout':
      case 'eof':
      case 'reset': {
        const where = proceedMs === undefined ? 'in clear' : 'inside TLS';
        return fail({ code: 'XMPP_SILENT', evidence: { reason: seen, where } });
      }
      case 'not-xmpp':
      case 'malformed':
      case 'oversized':
      case 'plain-tls':
        return fail({
          code: 'XMPP_NOT_XMPP',
          evidence: { seen: failure.detail ?? seen, reason: failure.reason },
        });
      default:
        return unknown(`the stream ended with ${seen}`);
    }
  },
});
