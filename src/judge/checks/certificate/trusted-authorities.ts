import type { Authority } from '../../../model/deployment.ts';
import { roleNames } from '../../../model/subject.ts';
import { defineCheck, type Explanation, fail, notApplicable, pass, unknown } from '../../check.ts';
import { listsFor, namesOnPath, ofLeaf } from '../../served.ts';

/** The same certificate is shown on several ports, and what is wrong with it may be told of another one. */
const wrongCertificate: readonly Explanation[] = [
  'CERT_HOST_MISMATCH',
  'CERT_SELF_SIGNED',
  'CERT_ISSUER_UNTRUSTED',
  'CERT_CHAIN_INCOMPLETE',
].map(code => ({ code, within: 'node' }) as const);

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
    const lists = listsFor(subject, round);
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

/** An authority in the middle of a path is of use only with those above it. */
function leadsToRoot({ subject, issuer }: Authority, list: readonly Authority[], depth = 0): boolean {
  if (subject === issuer) return true;
  return depth < 10 && list.some(one => one.subject === issuer && leadsToRoot(one, list, depth + 1));
}
