import { isAddress } from '../../address.ts';
import { addressesIn, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Unified CM and IM and Presence have an IPv4 address in every release, beside IPv6 where clients use that. */
export const insideIpv4 = defineCheck({
  id: 'dns/inside-ipv4',
  holds: 'The server inside has an IPv4 address',
  about: 'node',
  roles: ['unified_cm', 'im_presence'],
  needs: ['dns:internal:address/a', 'dns:internal:address/aaaa'],
  sources: [
    { document: 'D0', section: 'Basic MRA Requirements for Unified CM', requirements: ['NET-22'] },
    { document: 'D0', section: 'IM and Presence Service Requirements', requirements: ['NET-22'] },
  ],
  findings: {
    DNS_INSIDE_IPV6_ONLY: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{host} has only IPv6 addresses in internal DNS ({addresses}), and MRA needs IPv4 there',
    },
  },
  judge({ subject, readings }) {
    if (isAddress(subject.host)) return notApplicable('the host is given as an address');
    const [a, aaaa] = [readings['dns:internal:address/a'], readings['dns:internal:address/aaaa']];
    if (a.outcome === 'answer') return pass;
    const nothing = whyNothing(a) ?? whyNothing(aaaa);
    if (nothing) return unknown(nothing);
    const addresses = addressesIn(aaaa);
    if (addresses.length === 0) return notApplicable('the host has no address at all');
    const affects = subject.role === 'im_presence' ? 'messaging' : 'sign-in';
    return fail({ code: 'DNS_INSIDE_IPV6_ONLY', evidence: { addresses }, affects });
  },
});
