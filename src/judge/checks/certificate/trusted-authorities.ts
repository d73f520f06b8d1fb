import type { Authority } from '../../../model/deployment.ts';
import { roleNames, type ServiceSubject } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';
import { namesOnPath, ofLeaf, wrongCertificate } from '../../served.ts';

/**
 * What nobody can see from outside is judged from the lists that were handed over: each Expressway trusts the authorities
 * behind the certificates that it meets.
 */
export const trustedAuthorities = defineCheck({
  id: 'certificate/trusted-authorities',
  holds: 'The Expressways that meet the certificate trust the authority behind it',
  about: 'service',
  roles: ['expressway_e', 'expressway_c', 'unified_cm', 'im_presence', 'unity_connection'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-23', 'CRT-28', 'CRT-29'],
    },
    {
      document: 'D0',
      section:
        'Considerations for Android-based DX650, DX80, and DX70 Devices and Supported IP Phone 7800 and 8800 models',
      requirements: ['CRT-50'],
    },
    { document: 'D1', section: 'Expressway X8.6 and later' },
  ],
  findings: {
    ZONE_PEER_NOT_TRUSTED: {
      severity: 'critical',
      affects: 'calls',
      message:
        '{host} shows a certificate that leads to {root}, which is not among the authorities that {holders} trusts',
      consequenceOf: wrongCertificate,
    },
    SERVER_NOT_TRUSTED: {
      severity: 'critical',
      affects: 'of-service',
      message:
        '{host}:{port} shows a certificate that leads to {root}, which is not among the authorities that {holders} trusts',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings: { tls }, round }) {
    const lists = holdersOf(subject, round);
    if (lists.length === 0) return notApplicable('nobody gave the list of trusted authorities');
    return ofLeaf(subject, tls, leaf => {
      if (!tls.path && !leaf.selfSigned) return unknown('no path to a root was looked for');
      const names = namesOnPath(tls);
      const holders = lists.filter(({ list }) => {
        const valid = list.filter(({ notAfter }) => Date.parse(notAfter) > round.atMs);
        return leaf.selfSigned
          ? !valid.some(({ fingerprint }) => fingerprint === leaf.fingerprint)
          : !valid.some(authority => names.includes(authority.subject) && leadsToRoot(authority, valid));
      });
      if (holders.length === 0) return pass;
      const isZone = subject.role === 'expressway_e' || subject.role === 'expressway_c';
      return fail({
        code: isZone ? 'ZONE_PEER_NOT_TRUSTED' : 'SERVER_NOT_TRUSTED',
        evidence: {
          certificate: leaf.fingerprint,
          root: tls.path?.endName ?? leaf.subject,
          holders: holders.map(({ role }) => roleNames[role]),
        },
      });
    });
  },
});

type Holder = 'expressway_e' | 'expressway_c';

/** Who has to trust what this server shows, as far as its list is at hand. Phones make Expressway-E one of its own. */
function holdersOf(
  { role }: ServiceSubject,
  { deployment: { trustedAuthorities: lists = {}, phones } }: RoundView,
): readonly { readonly role: Holder; readonly list: readonly Authority[] }[] {
  const other: Holder = role === 'expressway_c' ? 'expressway_e' : 'expressway_c';
  const itself = role === 'expressway_e' && phones?.trustAnchors !== undefined;
  const holders: readonly Holder[] = itself ? [other, role] : [other];
  return holders.flatMap(role => (lists[role] ? [{ role, list: lists[role] }] : []));
}

/** An authority in the middle of a path is of use only with those above it. */
function leadsToRoot({ subject, issuer }: Authority, list: readonly Authority[], depth = 0): boolean {
  if (subject === issuer) return true;
  return depth < 10 && list.some(one => one.subject === issuer && leadsToRoot(one, list, depth + 1));
}
