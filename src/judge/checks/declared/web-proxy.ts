import { nameKey } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** The guest address of a Meeting Server web proxy is none of the domains of remote access: the second one set up fails. */
export const webProxy = defineCheck({
  id: 'declared/web-proxy',
  holds: 'The web proxy of Meeting Server uses another name than the MRA domains',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'URL for Cisco Meeting Server Web Proxy and MRA domain cannot be the same',
      requirements: ['DNS-68'],
    },
  ],
  findings: {
    DECLARED_WEB_PROXY_SHARED: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        'The guest address {host} of the Meeting Server web proxy is an MRA domain too, so one of the two services fails',
    },
  },
  judge({ round }) {
    const { meetingServerProxy: host, domains } = round.deployment;
    if (host === undefined) return notApplicable('no web proxy of Meeting Server is declared');
    return domains.some(domain => nameKey(domain) === nameKey(host))
      ? fail({ code: 'DECLARED_WEB_PROXY_SHARED', evidence: { host } })
      : pass;
  },
});
