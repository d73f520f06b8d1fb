import type { Authority } from '../../../model/deployment.ts';
import { roleNames } from '../../../model/subject.ts';
import { defineCheck, type Explanation, fail, notApplicable, pass, unknown } from '../../check.ts';
import { listsFor, namesOnPath, ofLeaf, pathOf } from '../../served.ts';

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
  holds: 'The Expressways that meet the certificate trust the authorities behind it',
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
    ZONE_INTERMEDIATE_NOT_LISTED: {
      severity: 'warning',
      affects: 'calls',
      message:
        '{holders} trusts the root behind the certificate of {host}, but does not have {missing} on its list, which the traversal zone needs too',
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
    const lists = listsFor(subject, round).map(({ role, list }) => ({
      role,
      list: list.filter(({ notAfter }) => Date.parse(notAfter) > round.atMs),
    }));
    if (lists.length === 0) return notApplicable('nobody gave the list of trusted authorities');
    return ofLeaf(subject, tls, leaf => {
      if (!tls.path && !leaf.selfSigned) return unknown('no path to a root was looked for');
      const names = namesOnPath(tls);
      const isZone = subject.role === 'expressway_e' || subject.role === 'expressway_c';
      const certificate = leaf.fingerprint;
      const strange = lists.filter(({ list }) =>
        leaf.selfSigned
          ? !list.some(({ fingerprint }) => fingerprint === leaf.fingerprint)
          : !list.some(authority => names.includes(authority.subject) && leadsToRoot(authority, list)),
      );
      const holders = strange.map(({ role }) => roleNames[role]);
      const root = tls.path?.endName ?? leaf.subject;
      if (holders.length > 0)
        return fail({
          code: isZone ? 'ZONE_PEER_NOT_TRUSTED' : 'SERVER_NOT_TRUSTED',
          evidence: { certificate, root, holders },
        });
      const [other] = lists.filter(({ role }) => role !== subject.role);
      const between = pathOf(tls).flatMap(({ certificate: { subject, isCa, selfSigned } }) =>
        isCa && !selfSigned ? [subject] : [],
      );
      const missing = between.filter(name => !other?.list.some(({ subject }) => subject === name));
      if (!isZone || !other || missing.length === 0) return pass;
      const evidence = { certificate, missing, holders: [roleNames[other.role]] };
      return fail({ code: 'ZONE_INTERMEDIATE_NOT_LISTED', evidence });
    });
  },
});

/** An authority in the middle of a path is of use only with those above it. */
function leadsToRoot({ subject, issuer }: Authority, list: readonly Authority[], depth = 0): boolean {
  if (subject === issuer) return true;
  return depth < 10 && list.some(one => one.subject === issuer && leadsToRoot(one, list, depth + 1));
}
