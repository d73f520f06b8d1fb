import { defineCheck, type Explanation, fail, notApplicable, pass, unknown } from '../../check.ts';

/** What already stands in the way of everybody is the reason why the test user fails too. */
const alsoForOthers: readonly Explanation[] = [
  'EDGE_NEXT_HOP_FAILED',
  'EDGE_ORIGIN_REFUSED',
  'EDGE_DOMAIN_FORBIDDEN',
  'EDGE_FORBIDDEN',
  'EDGE_RATE_LIMITED',
  'EDGE_MAINTENANCE',
  'EDGE_NOT_EXPRESSWAY',
  'EDGE_SERVER_ERROR',
  'CLOCK_DIFFERS',
].map(code => ({ code, within: 'service' }) as const);

/** The test user gets what every client needs first: the edge configuration. */
export const login = defineCheck({
  id: 'edge/login',
  holds: 'The test user can sign in',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [
    {
      document: 'D1',
      section: 'Expressway Returns "401 Unauthorized" Failure Messages',
      requirements: ['HTTP-02'],
    },
    {
      document: 'D1',
      section: '"403 Forbidden" Responses for Any Service Requests',
      requirements: ['HTTP-03'],
    },
    { document: 'D4', section: 'Authorization Rate Control', requirements: ['HTTP-07'] },
  ],
  findings: {
    EDGE_USER_REFUSED: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} does not accept the name and password of the test user (401)',
      consequenceOf: alsoForOthers,
    },
    EDGE_USER_FORBIDDEN: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} forbids the test user to sign in (403)',
      consequenceOf: alsoForOthers,
    },
    EDGE_LOGIN_FAILED: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers the test user {answer} instead of an edge configuration',
      consequenceOf: alsoForOthers,
    },
  },
  judge({ readings: { login: seen } }) {
    const { status, statusText = '', config, withheld } = seen;
    if (withheld)
      return notApplicable('the password is not sent to a server without a trusted certificate of its own');
    if (status === undefined) return unknown('the edge did not answer');
    if (status === 401) return fail({ code: 'EDGE_USER_REFUSED', evidence: { status } });
    if (status === 403) return fail({ code: 'EDGE_USER_FORBIDDEN', evidence: { status } });
    if (status === 200 && config) return pass;
    const answer = status === 200 ? '200 with something else' : `${status} ${statusText}`.trim();
    return fail({ code: 'EDGE_LOGIN_FAILED', evidence: { answer, status } });
  },
});
