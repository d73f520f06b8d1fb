import { isAddress } from '../../address.ts';
import { nameKey, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * Inside, the address of an Expressway-E leads back to its name, and to no other: Expressway-C looks it up to check the
 * certificate of the XMPP connection.
 */
export const reverse = defineCheck({
  id: 'dns/reverse',
  holds: 'The internal address of the Expressway-E leads back to its one name',
  about: 'address',
  roles: ['expressway_e'],
  needs: ['dns:internal:reverse/ptr'],
  sources: [
    {
      document: 'D0',
      section: 'Local DNS (Internal Domains)',
      requirements: ['DNS-27', 'DNS-28', 'DNS-29'],
      versions: 'X8.8 and later, where IM and Presence is used over MRA',
    },
    { document: 'D1', section: 'DNS Records / Notes', versions: 'X8.8 and later' },
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-30'],
    },
    { document: 'R21', section: 'alarms 25030 and 25031' },
  ],
  findings: {
    DNS_PTR_MISSING: {
      severity: 'critical',
      affects: 'messaging',
      message: '{address}, the internal address of {host}, has no PTR record',
      consequenceOf: [{ code: 'DNS_INTERNAL_INTERFACE_MISSED', within: 'node' }],
    },
    DNS_PTR_MULTIPLE: {
      severity: 'warning',
      affects: 'messaging',
      message: '{address}, the internal address of {host}, has more than one PTR record: {names}',
      consequenceOf: [{ code: 'DNS_INTERNAL_INTERFACE_MISSED', within: 'node' }],
    },
    DNS_PTR_DIFFERS: {
      severity: 'warning',
      affects: 'messaging',
      message: '{address} is the internal address of {host}, but its PTR record says {name}',
      consequenceOf: [{ code: 'DNS_INTERNAL_INTERFACE_MISSED', within: 'node' }],
    },
  },
  judge({ subject, readings, round }) {
    if (!round.deployment.messaging) return notApplicable('the deployment has no IM and Presence');
    const reading = readings['dns:internal:reverse/ptr'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const targets = reading.records.flatMap(record => (record.type === 'PTR' ? [record.target] : []));
    const names = [...new Map(targets.map(name => [nameKey(name), name])).values()];
    const [name] = names;
    if (reading.outcome !== 'answer' || name === undefined)
      return fail({ code: 'DNS_PTR_MISSING', evidence: { answer: reading.rcode ?? reading.outcome } });
    if (names.length > 1) return fail({ code: 'DNS_PTR_MULTIPLE', evidence: { names } });
    if (isAddress(subject.host) || sameName(name, subject.host)) return pass;
    return fail({ code: 'DNS_PTR_DIFFERS', evidence: { name } });
  },
});
