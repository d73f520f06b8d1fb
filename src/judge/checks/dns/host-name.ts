import { isAddress } from '../../address.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** The host name of an Expressway-E is letters, digits and hyphens: with an underscore the SSH tunnels fail. */
export const hostName = defineCheck({
  id: 'dns/host-name',
  holds: 'The host name of the Expressway-E has no underscore',
  about: 'node',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Jabber Cannot Sign In due to SSH Tunnels Failure',
      requirements: ['DNS-43', 'SSH-05'],
    },
    { document: 'D3', section: 'Jabber cannot sign in due to SSH tunnels failure' },
  ],
  findings: {
    DNS_NAME_UNDERSCORE: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The Expressway-E name {host} contains an underscore, with which the SSH tunnels fail',
    },
  },
  judge({ subject }) {
    if (isAddress(subject.host)) return notApplicable('the host is given as an address');
    return subject.host.includes('_') ? fail({ code: 'DNS_NAME_UNDERSCORE', evidence: {} }) : pass;
  },
});
