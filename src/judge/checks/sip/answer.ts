import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { strangerThere } from '../../unreached.ts';

/** Whatever the status is, a SIP answer shows that the service lives; what it refuses is its own affair. */
export const sipAnswer = defineCheck({
  id: 'sip/answer',
  holds: 'The port answers a SIP request',
  about: 'service',
  needs: ['sip'],
  sources: [
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['SIP-01'],
    },
    {
      document: 'D1',
      section: 'Configuring line registration listening ports on Unified CM',
      requirements: ['SIP-12'],
    },
    { document: 'RFC3261', section: '11 Querying for Capabilities' },
  ],
  findings: {
    SIP_SILENT: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host} ({address}) takes connections on {port} ({title}) but gives no answer to a SIP request ({reason})',
    },
    SIP_NOT_SIP: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) answers on {port} ({title}) with something that is not SIP ({seen})',
      consequenceOf: [strangerThere],
    },
    SIP_OVERLOADED: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host} ({address}) takes no SIP requests on {port} for {seconds} s ({answer})',
    },
  },
  judge({ subject, readings: { sip } }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    const { failure, status, reasonPhrase = '', retryAfterSeconds } = sip;
    if (status !== undefined) {
      return status === 503 && retryAfterSeconds !== undefined
        ? fail({
            code: 'SIP_OVERLOADED',
            evidence: { answer: `${status} ${reasonPhrase}`.trim(), seconds: retryAfterSeconds },
          })
        : pass;
    }
    const seen = failure?.code ?? failure?.reason ?? 'nothing';
    switch (failure?.reason) {
      case 'timeout':
      case 'eof':
      case 'reset':
        if (sip.provisional !== undefined) return pass;
        return subject.role === 'unified_cm'
          ? unknown('Unified CM need not answer whom it does not know')
          : fail({ code: 'SIP_SILENT', evidence: { reason: seen } });
      case 'not-sip':
      case 'malformed':
      case 'oversized':
      case 'plain-tls':
        return fail({
          code: 'SIP_NOT_SIP',
          evidence: { seen: failure.detail ?? seen, reason: failure.reason },
        });
      default:
        return unknown(`the answer was none to our request (${seen})`);
    }
  },
});
