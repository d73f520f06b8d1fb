import { isAtLeast } from '../../../model/version.ts';
import { whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * Unified CM knows Expressway-C by its bare name and answers its keep-alives only when it can resolve that in its own domain.
 * Asked only where the two domains differ: in one domain the full name is the same name.
 */
export const bareName = defineCheck({
  id: 'dns/bare-name',
  holds: 'The bare name of the Expressway-C resolves in the domain of Unified CM',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['dns:internal:address/bare-a'],
  sources: [
    {
      document: 'D4',
      section: 'Unified CM is able to resolve automatically added Expressway-C hostname',
      requirements: ['DNS-38', 'DNS-39'],
      versions: 'X12.7 and later with Unified CM 14 and later',
    },
    { document: 'D4', section: 'SIP Registration Failover for Cisco Jabber / Requirements' },
  ],
  findings: {
    DNS_BARE_NAME_UNRESOLVED: {
      severity: 'warning',
      affects: 'calls',
      message:
        'Unified CM cannot resolve the bare name of {host}: {name} has no address in internal DNS, which from X12.7 with Unified CM 14 ends registrations again and again',
    },
  },
  judge({ readings, round, subject }) {
    const known = [
      isAtLeast(round.version('expressway_c', subject.host), 'X12.7'),
      isAtLeast(round.version('unified_cm'), '14'),
    ];
    if (known.includes(false)) return notApplicable('older versions do not send these keep-alives');
    const reading = readings['dns:internal:address/bare-a'];
    if (reading.outcome === 'answer') return pass;
    const nothing = whyNothing(reading);
    return nothing
      ? unknown(nothing)
      : fail({ code: 'DNS_BARE_NAME_UNRESOLVED', evidence: { name: reading.name } });
  },
});
