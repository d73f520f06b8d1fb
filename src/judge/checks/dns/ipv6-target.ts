import { isAtLeast } from '../../../model/version.ts';
import { addressesIn, collabEdgeTargets, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Before X14.2 remote access is IPv4 only: a client that takes the IPv6 address meets nobody who forwards for it. */
export const ipv6Target = defineCheck({
  id: 'dns/ipv6-target',
  holds: 'The Expressway-E has an IPv6 address only where its version serves IPv6 clients',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['dns:public:address/aaaa'],
  sources: [
    {
      document: 'D1',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['DNS-71', 'NET-21'],
      versions: 'before X14.2',
    },
    { document: 'D0', section: 'Basic MRA Requirements for Unified CM', versions: 'X14.2 and later' },
  ],
  findings: {
    DNS_TARGET_IPV6: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{host} has the IPv6 address {addresses}, but Expressway-E {version} serves IPv4 clients only',
    },
    DNS_TARGET_IPV6_UNKNOWN_VERSION: {
      severity: 'info',
      affects: 'sign-in',
      message:
        '{host} has the IPv6 address {addresses}, and Expressways before X14.2 serve IPv4 clients only; the version here is not declared',
    },
  },
  judge({ subject, readings, round }) {
    if (!collabEdgeTargets(round).some(target => sameName(target, subject.host)))
      return notApplicable('no collab-edge record names this host');
    const version = round.version('expressway_e', subject.host);
    const isServed = isAtLeast(version, 'X14.2');
    if (isServed) return pass;
    const reading = readings['dns:public:address/aaaa'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const addresses = addressesIn(reading);
    if (addresses.length === 0) return pass;
    return version
      ? fail({ code: 'DNS_TARGET_IPV6', evidence: { addresses, version: version.text } })
      : fail({ code: 'DNS_TARGET_IPV6_UNKNOWN_VERSION', evidence: { addresses } });
  },
});
