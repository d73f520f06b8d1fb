import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

const windows: ReadonlySet<string> = new Set(['ntlm', 'negotiate']);

/** The schemes of `WWW-Authenticate` in lower case (RFC 9110, section 11.6.1): words that no `=` follows. */
function schemesOf(challenge: string): readonly string[] {
  const bare = challenge.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return [...bare.matchAll(/(?:^|,)\s*([!#$%&'*+.^_`|~\w-]+)(?=\s+[^\s=]|\s*(?:,|$))/g)].map(
    ([, scheme = '']) => scheme.toLowerCase(),
  );
}

/** Through the HTTP proxy of the edge nobody signs in with NTLM: what wants nothing else stays closed to clients outside. */
export const challenge = defineCheck({
  id: 'inside/challenge',
  holds: 'The web service inside takes another sign-in than NTLM',
  about: 'service',
  roles: ['unified_cm', 'im_presence', 'unity_connection', 'web_server'],
  needs: ['http'],
  sources: [
    {
      document: 'D3',
      section: 'Unsupported features and limitations when using mobile and remote access',
      requirements: ['HTTP-23'],
      versions: 'X8.2; later guides do not mention it',
    },
  ],
  findings: {
    INSIDE_NTLM_ONLY: {
      severity: 'info',
      affects: 'of-service',
      message:
        '{host}:{port} ({title}) takes {schemes} and no other sign-in, which the guide for X8.2 excludes',
    },
  },
  judge({ subject, readings: { http } }) {
    if (subject.expected === 'closed') return notApplicable('the port has to be closed from here');
    const wanted = http.headers?.['www-authenticate'];
    if (http.status !== 401 || wanted === undefined) return notApplicable('nobody is asked to sign in');
    const schemes = schemesOf(wanted);
    if (schemes.length === 0 || schemes.some(scheme => !windows.has(scheme))) return pass;
    return fail({ code: 'INSIDE_NTLM_ONLY', evidence: { schemes: [...new Set(schemes)] } });
  },
});
