import { isAddress } from '../../address.ts';
import { srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** An SRV record leads to a host name; an address there is no name, and no certificate can match it. */
export const srvTarget = defineCheck({
  id: 'dns/srv-target',
  holds: 'Every _collab-edge._tls record names a host',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [
    {
      document: 'D2',
      section: 'Multidomain Configuration Summary',
      requirements: ['DNS-05', 'DNS-07'],
    },
    { document: 'RFC2782', section: 'The format of the SRV RR' },
  ],
  findings: {
    DNS_SRV_TARGET_IS_ADDRESS: {
      severity: 'critical',
      affects: 'sign-in',
      message: '_collab-edge._tls.{domain} has the address {target} where a host name belongs',
    },
  },
  judge({ readings }) {
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const targets = srvHosts(reading).map(record => record.target);
    if (targets.length === 0) return notApplicable('there is no such record');
    return failIfAny(
      targets.filter(isAddress).map(target => ({ code: 'DNS_SRV_TARGET_IS_ADDRESS', evidence: { target } })),
    );
  },
});
