import { isAddress } from '../../address.ts';
import { whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** With single sign-on, the browser of a client outside finds the identity provider by itself. */
export const idpAddress = defineCheck({
  id: 'dns/idp-address',
  holds: 'The name of the identity provider has an address in public DNS',
  about: 'node',
  roles: ['idp'],
  needs: ['dns:public:address/a'],
  uses: ['dns:public:address/aaaa'],
  sources: [
    {
      document: 'D1',
      section: 'OAuth Token Authorization Prerequisites / On the Cisco Jabber clients',
      requirements: ['DNS-64'],
    },
    {
      document: 'D1',
      section: 'OAuth Token Authorization Prerequisites / On the Identity Provider',
      requirements: ['DNS-63'],
    },
  ],
  findings: {
    DNS_IDP_NO_ADDRESS: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The identity provider {host} has no address in public DNS, so nobody outside can sign on',
    },
  },
  judge({ subject, readings }) {
    if (isAddress(subject.host)) return notApplicable('the host is given as an address');
    const a = readings['dns:public:address/a'];
    const aaaa = readings['dns:public:address/aaaa'];
    if (a.outcome === 'answer' || aaaa?.outcome === 'answer') return pass;
    const nothing = whyNothing(a) ?? (aaaa && a.outcome === 'nodata' ? whyNothing(aaaa) : undefined);
    if (nothing) return unknown(nothing);
    return fail({ code: 'DNS_IDP_NO_ADDRESS', evidence: { answer: a.rcode ?? a.outcome } });
  },
});
