import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** What is seen of UDS itself, from inside, when Expressway-C gets no answer from it or does not take its certificate. */
const seenInside = [
  ...['PORT_REFUSED', 'PORT_FILTERED', 'PORT_UNREACHABLE', 'PORT_RESET'],
  ...['TLS_NOT_TLS', 'TLS_CLOSED', 'TLS_SILENT', 'TLS_REFUSED'],
  ...['CERT_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_HOST_MISMATCH', 'CERT_CHAIN_INCOMPLETE'],
  ...['INSIDE_HTTP_UNAVAILABLE', 'INSIDE_HTTP_SILENT'],
].map(code => ({ code, within: 'deployment', purpose: 'uds-https' }) as const);

/** Clients outside reach UDS through the edge, and a cluster knows the test user. */
export const edgeUds = defineCheck({
  id: 'edge/uds',
  holds: 'UDS answers through the edge, and knows the home cluster of the test user',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [
    {
      document: 'D0',
      section: 'Basic MRA Requirements for Unified CM',
      requirements: ['UCM-01', 'UCM-02'],
    },
    { document: 'D0', section: 'UC Feature Support and Limitations', requirements: ['HTTP-24', 'HTTP-25'] },
    { document: 'D1', section: 'Unified CM', requirements: ['HTTP-11'] },
    { document: 'D1', section: 'Multiple Clustered Network Elements', requirements: ['ADD-02'] },
    { document: 'R4', section: 'log lines and remedies' },
  ],
  findings: {
    EDGE_UDS_FAILED: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} signs the test user in, but UDS on {server} does not answer through it ({answer})',
      consequenceOf: [
        { code: 'EDGE_ORIGIN_REFUSED', within: 'deployment' },
        { code: 'EDGE_NEXT_HOP_FAILED', within: 'deployment' },
        ...seenInside,
      ],
    },
    EDGE_USER_NO_HOME_CLUSTER: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'UDS on {server}, asked through {host}, knows no home cluster of the test user',
    },
  },
  judge({ readings: { login } }) {
    const { uds } = login;
    if (!uds) return notApplicable('nobody was signed in, or no UDS server was named');
    const { name: server, status, failure, home } = uds;
    if (status !== 200) {
      const answer = status ?? failure?.code ?? failure?.reason ?? 'no answer';
      return fail({ code: 'EDGE_UDS_FAILED', evidence: { server, answer } });
    }
    if (!home) return unknown('UDS did not say whether it knows the test user');
    return home.found ? pass : fail({ code: 'EDGE_USER_NO_HOME_CLUSTER', evidence: { server } });
  },
});
