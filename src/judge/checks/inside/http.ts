import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Any answer below 500 is one: 401 wants credentials, 404 says that a file was never uploaded, which clients accept. */
export const insideHttp = defineCheck({
  id: 'inside/http',
  holds: 'The HTTP service inside answers',
  about: 'service',
  roles: ['unified_cm', 'im_presence', 'unity_connection'],
  needs: ['http'],
  sources: [
    {
      document: 'D1',
      section: 'From Expressway-C to Internal Infrastructure and Endpoints',
      requirements: ['HTTP-16', 'PORT-16', 'PORT-17', 'PORT-18', 'PORT-20'],
    },
    {
      document: 'D0',
      section: 'UC Feature Support and Limitations',
      requirements: ['HTTP-25'],
    },
  ],
  findings: {
    INSIDE_HTTP_UNAVAILABLE: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} answers {answer} on {port} ({title})',
    },
    INSIDE_HTTP_SILENT: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} takes requests on {port} ({title}) and gives no HTTP answer ({reason})',
    },
  },
  judge({ subject, readings: { http } }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    const { status, statusText = '', failure } = http;
    if (status === undefined) {
      if (failure?.stage !== 'response' && failure?.stage !== 'request')
        return unknown('no request was made');
      return fail({ code: 'INSIDE_HTTP_SILENT', evidence: { reason: failure.code ?? failure.reason } });
    }
    // A SOAP service answers 500 to what is no SOAP.
    const isAnswer = status < 500 || (status === 500 && subject.purpose === 'soap-https');
    return isAnswer
      ? pass
      : fail({
          code: 'INSIDE_HTTP_UNAVAILABLE',
          evidence: { answer: `${status} ${statusText}`.trim(), status },
        });
  },
});
