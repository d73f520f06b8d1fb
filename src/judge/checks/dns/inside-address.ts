import { isAddress } from '../../address.ts';
import { sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Inside, the name of every node leads to an address: Expressway-C finds the others by the names they were declared with. */
export const insideAddress = defineCheck({
  id: 'dns/inside-address',
  holds: 'The name of the node has an address in internal DNS',
  about: 'node',
  roles: ['expressway_e', 'expressway_c', 'unified_cm', 'im_presence', 'unity_connection', 'idp', 'ntp'],
  needs: ['dns:internal:address/a'],
  uses: ['dns:internal:address/aaaa'],
  sources: [
    {
      document: 'D0',
      section: 'Local DNS (Internal Domains)',
      requirements: ['DNS-26', 'DNS-31', 'DNS-33', 'DNS-35'],
    },
    { document: 'D1', section: 'DNS Records / Notes' },
    { document: 'D1', section: 'Configuration Summary / Unified CM', requirements: ['DNS-36'] },
    { document: 'D1', section: 'Configuring Secure Communications', requirements: ['DNS-37'] },
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['DNS-72'],
    },
  ],
  findings: {
    DNS_INSIDE_NO_ADDRESS: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} has no address in internal DNS, neither A nor AAAA',
    },
  },
  judge({ subject, readings, round }) {
    if (isAddress(subject.host)) return notApplicable('the host is given as an address');
    const declared = round.deployment.nodes[subject.role].some(node => sameName(node.name, subject.host));
    // an Expressway-E that only public DNS named may have another name inside
    if (subject.role === 'expressway_e' && !declared)
      return notApplicable('the host is known from public DNS, not from the configuration');
    const a = readings['dns:internal:address/a'];
    const aaaa = readings['dns:internal:address/aaaa'];
    if (a.outcome === 'answer' || aaaa?.outcome === 'answer') return pass;
    const nothing = whyNothing(a);
    if (nothing) return unknown(nothing);
    if (a.outcome === 'nodata') {
      if (!aaaa) return unknown('the host has no A record, and AAAA was not seen');
      const nothingMore = whyNothing(aaaa);
      if (nothingMore) return unknown(nothingMore);
    }
    const affects =
      subject.role === 'im_presence'
        ? 'messaging'
        : subject.role === 'unity_connection'
          ? 'voicemail'
          : 'sign-in';
    return fail({ code: 'DNS_INSIDE_NO_ADDRESS', evidence: { answer: a.rcode ?? a.outcome }, affects });
  },
});
