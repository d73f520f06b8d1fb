import { isAddress } from '../../address.ts';
import { nameKey } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** Clients keep the cookie of their session only when its domain is that of the server they asked. */
export const cookieDomain = defineCheck({
  id: 'edge/cookie-domain',
  holds: 'The session cookie is for the domain of the Expressway-E',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [{ document: 'R2', section: 'cookie for another domain' }],
  findings: {
    EDGE_COOKIE_DOMAIN: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} sets the session cookie for {cookieDomain}, so clients throw it away',
    },
  },
  judge({ subject, readings: { login } }) {
    if (login.status !== 200) return notApplicable('nobody was signed in');
    const domain = login.cookie?.domain;
    // Without a domain it is for the very host, RFC 6265 section 5.3.
    if (domain === undefined) return pass;
    if (isAddress(subject.host)) return notApplicable('clients reach it by a name that is not declared');
    const host = nameKey(subject.host);
    return host === domain || host.endsWith(`.${domain}`)
      ? pass
      : fail({ code: 'EDGE_COOKIE_DOMAIN', evidence: { cookieDomain: domain } });
  },
});
