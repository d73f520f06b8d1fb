import type { HttpReading } from '../../../../probes/index.ts';
import { defineCheck, fail, notApplicable, pass, type Statement, unknown } from '../../check.ts';

const clock = [{ code: 'CLOCK_DIFFERS', within: 'service' }] as const;

/** The domain in the first segment of the path, where clients put it in base64url. */
function domainOf(path: string): string {
  const segment = path.split('/')[1] ?? '';
  try {
    return atob(segment.replaceAll('-', '+').replaceAll('_', '/')) || path;
  } catch {
    return path;
  }
}

type Code =
  | 'EDGE_NEXT_HOP_FAILED'
  | 'EDGE_ORIGIN_REFUSED'
  | 'EDGE_DOMAIN_FORBIDDEN'
  | 'EDGE_FORBIDDEN'
  | 'EDGE_RATE_LIMITED'
  | 'EDGE_MAINTENANCE'
  | 'EDGE_NOT_EXPRESSWAY'
  | 'EDGE_UNEXPECTED_STATUS'
  | 'EDGE_SERVER_ERROR'
  | 'EDGE_SILENT_HTTP'
  | 'EDGE_NOT_HTTP';

/** What an answer means, undefined when it is the challenge that only Expressway-C gives. */
function meaningOf(reading: HttpReading): Code | undefined {
  const { status, statusText = '', headers = {} } = reading;
  const server = headers.server ?? '';
  const throughTunnel =
    /^CE_C\b/.test(server) || /realm="?Cisco-Edge"?/i.test(headers['www-authenticate'] ?? '');
  // an error page of the traffic server itself may carry its own name, or none
  const foreign = server !== '' && !/^(?:CE_|ATS\b|ApacheTrafficServer)/i.test(server);
  if (status === 401 && throughTunnel) return undefined;
  if (status === 502 && /connect failed/i.test(statusText)) return 'EDGE_ORIGIN_REFUSED';
  if (status === 502 && /next hop/i.test(statusText)) return 'EDGE_NEXT_HOP_FAILED';
  if (foreign) return 'EDGE_NOT_EXPRESSWAY';
  switch (status) {
    case 403:
      return /^CE_E\b/.test(server) ? 'EDGE_DOMAIN_FORBIDDEN' : 'EDGE_FORBIDDEN';
    case 429:
      return 'EDGE_RATE_LIMITED';
    case 502:
      return 'EDGE_NEXT_HOP_FAILED';
    case 503:
      return 'EDGE_MAINTENANCE';
    case 500:
    case 504:
      return 'EDGE_SERVER_ERROR';
    default:
      return server === '' && status === 401 ? 'EDGE_NOT_EXPRESSWAY' : 'EDGE_UNEXPECTED_STATUS';
  }
}

/**
 * One request for the edge configuration without credentials, for the right domain, is answered by Expressway-C with a
 * challenge: then the edge, the tunnels and the edge configuration server behind them work. Every other answer says how far
 * the request came.
 */
export const answer = defineCheck({
  id: 'edge/answer',
  holds: 'A request through the edge is answered by Expressway-C',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['http'],
  sources: [
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['HTTP-01', 'HTTP-29'],
    },
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
    { document: 'R2', section: 'answer for a domain that is not configured' },
    {
      document: 'D1',
      section: '"502 Next Hop Connection Failed" Messages',
      requirements: ['HTTP-09', 'SSH-02'],
    },
    { document: 'R4', section: 'log lines and remedies', versions: 'X14.0.8, X14.2 and later' },
    {
      document: 'D4',
      section: 'Authorization Rate Control',
      requirements: ['HTTP-07'],
      versions: 'X8.5.2 and later',
    },
    {
      document: 'D4',
      section: 'Maintenance Mode on the Expressway',
      requirements: ['HTTP-10'],
      versions: 'X8.9.1 and later',
    },
  ],
  findings: {
    EDGE_NEXT_HOP_FAILED: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers {answer}: it does not reach Expressway-C through the tunnels',
      consequenceOf: [
        { code: 'PORT_REFUSED', within: 'deployment', purpose: 'tunnel-ssh' },
        { code: 'PORT_UNREACHABLE', within: 'deployment', purpose: 'tunnel-ssh' },
        { code: 'PORT_RESET', within: 'deployment', purpose: 'tunnel-ssh' },
      ],
    },
    EDGE_ORIGIN_REFUSED: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers {answer}: Expressway-C does not accept the server behind it',
      consequenceOf: [{ code: 'SERVER_NOT_TRUSTED', within: 'deployment', purpose: 'uds-https' }],
    },
    EDGE_DOMAIN_FORBIDDEN: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers {answer}: it does not serve the domain {domain}',
      consequenceOf: clock,
    },
    EDGE_FORBIDDEN: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers {answer} before anybody has signed in',
      consequenceOf: clock,
    },
    EDGE_RATE_LIMITED: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{host} answers {answer}: too many sign-ins in a short time',
    },
    EDGE_MAINTENANCE: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers {answer}, as an Expressway does in maintenance mode',
    },
    EDGE_NOT_EXPRESSWAY: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'What answers as {host} on port {port} is not an Expressway ({answer}, server {server})',
    },
    EDGE_UNEXPECTED_STATUS: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{host} answers {answer} where a request for credentials is expected',
      // That somebody cannot sign in is the worse news, and the certain one.
      consequenceOf: ['EDGE_LOGIN_FAILED', 'EDGE_USER_REFUSED', 'EDGE_USER_FORBIDDEN'].map(
        code => ({ code, within: 'service' }) as const,
      ),
    },
    EDGE_SERVER_ERROR: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} answers {answer}: the request fails behind it or inside it',
    },
    EDGE_SILENT_HTTP: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host}:{port} takes the request and gives no answer ({reason})',
    },
    EDGE_NOT_HTTP: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host}:{port} answers with something that is not HTTP ({reason})',
    },
  },
  judge({ subject, readings }) {
    if (subject.purpose !== 'edge-https') return notApplicable('this is not the HTTPS proxy of the edge');
    const { http } = readings;
    const { failure, status, statusText = '', headers = {}, path } = http;
    if (status === undefined) {
      if (failure?.stage !== 'request' && failure?.stage !== 'response')
        return unknown('no request was made');
      const evidence = { reason: failure.code ?? failure.reason };
      if (failure.reason === 'oversized') return unknown('the answer is larger than what is read of one');
      const silent = ['timeout', 'eof', 'reset'].includes(failure.reason);
      return fail({ code: silent ? 'EDGE_SILENT_HTTP' : 'EDGE_NOT_HTTP', evidence });
    }
    const code = meaningOf(http);
    if (!code) return pass;
    const evidence: Statement['evidence'] = {
      answer: `${status} ${statusText}`.trim(),
      status,
      server: headers.server ?? 'unnamed',
      domain: domainOf(path),
    };
    return fail({ code, evidence });
  },
});
