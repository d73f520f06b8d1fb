import type { Affected } from '../../../model/subject.ts';
import { isAddress } from '../../address.ts';
import { nameKey, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Expressway-C finds servers known by address or bare name through their reverse records. */
export const reverseInside = defineCheck({
  id: 'dns/reverse-inside',
  holds: 'The address of the server inside leads back to its name',
  about: 'address',
  roles: ['unified_cm', 'im_presence', 'unity_connection'],
  needs: ['dns:internal:reverse/ptr'],
  sources: [
    {
      document: 'D0',
      section: 'Local DNS (Internal Domains)',
      requirements: ['DNS-32', 'DNS-34', 'DNS-35'],
    },
    { document: 'D1', section: 'DNS Records / Notes', versions: 'X8.5.3 and later' },
    { document: 'D2', section: 'Multidomain Configuration Summary' },
  ],
  findings: {
    DNS_INSIDE_PTR_MISSING: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{address}, the address of {host}, has no PTR record in internal DNS',
    },
    DNS_INSIDE_PTR_DIFFERS: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{address} is the address of {host}, but its PTR record in internal DNS says {names}',
    },
  },
  judge({ subject, readings, round }) {
    if (subject.role === 'im_presence' && !round.deployment.messaging)
      return notApplicable('the deployment has no IM and Presence');
    const reading = readings['dns:internal:reverse/ptr'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const affects = suffering[subject.role] ?? 'sign-in';
    const targets = reading.records.flatMap(record => (record.type === 'PTR' ? [record.target] : []));
    const names = [...new Map(targets.map(name => [nameKey(name), name])).values()];
    if (names.length === 0) {
      const evidence = { answer: reading.rcode ?? reading.outcome };
      return fail({ code: 'DNS_INSIDE_PTR_MISSING', evidence, affects });
    }
    const { host } = subject;
    const isLedBack = (name: string) =>
      sameName(name, host) || (!host.includes('.') && nameKey(name).startsWith(`${nameKey(host)}.`));
    if (isAddress(host) || names.some(isLedBack)) return pass;
    return fail({ code: 'DNS_INSIDE_PTR_DIFFERS', evidence: { names }, affects });
  },
});

const suffering: Readonly<Partial<Record<string, Affected>>> = {
  im_presence: 'messaging',
  unity_connection: 'voicemail',
};
