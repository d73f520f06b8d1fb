import { addressKind, hostOfEndpoint } from '../../address.ts';
import { misplacedKind, serversThatGave } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** The address that public DNS gives for an Expressway-E can be reached from the internet. */
export const publicAddress = defineCheck({
  id: 'dns/public-address',
  holds: 'Public DNS gives a public address for the Expressway-E',
  about: 'address',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-05'],
    },
    { document: 'D2', section: 'Multidomain Configuration Summary' },
    { document: 'RFC6890', section: 'IPv4 Special-Purpose Address Registry Entries' },
  ],
  findings: {
    DNS_ADDRESS_PRIVATE: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'Public DNS gives {address} for {host}, a {kind} address that clients outside cannot reach',
    },
  },
  judge({ subject, round }) {
    if (subject.view !== 'public') return notApplicable('this is not the public view');
    const servers = serversThatGave(round, subject.host, subject.address);
    if (servers.length === 0) return notApplicable('the address does not come from DNS');
    if (servers.every(server => addressKind(hostOfEndpoint(server)) !== 'global'))
      return notApplicable('the DNS server is at such an address itself');
    const kind = misplacedKind(round, subject.host, subject.address);
    return kind ? fail({ code: 'DNS_ADDRESS_PRIVATE', evidence: { kind } }) : pass;
  },
});
