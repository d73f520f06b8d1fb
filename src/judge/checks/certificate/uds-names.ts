import type { ServiceSubject } from '../../../model/subject.ts';
import { sameAddress } from '../../address.ts';
import { nameKey } from '../../answers.ts';
import { defineCheck, failIfAny, type Statement, unknown } from '../../check.ts';
import { allNames, isMadeOutTo, someOf } from '../../names.ts';

/**
 * Expressway-C reaches the nodes of a cluster by the names under which Unified CM knows them (System > Server) and looks for
 * these in their certificates.
 */
export const udsNames = defineCheck({
  id: 'certificate/uds-names',
  holds: 'The names under which Unified CM knows its nodes are in their certificates',
  about: 'service',
  roles: ['unified_cm'],
  needs: ['uds'],
  sources: [
    { document: 'D1', section: 'Configuring Secure Communications', requirements: ['CRT-38'] },
    { document: 'R4', section: 'log lines and remedies', versions: 'X14.0.8, X14.2 and later' },
    { document: 'R5', section: 'names in the certificates of the servers' },
  ],
  findings: {
    UDS_NAME_NOT_IN_CERTIFICATE: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'Unified CM knows {host} as {name}, which is not in its certificate ({seen})',
      consequenceOf: [
        { code: 'CERT_HOST_MISMATCH', within: 'node' },
        { code: 'DECLARED_UCM_BY_ADDRESS', within: 'deployment' },
      ],
    },
  },
  judge({ subject, readings: { uds }, round }) {
    if (!uds.servers) return unknown('the nodes of the cluster were not told');
    // Every node tells the whole list; each one answers for itself only.
    const mine = uds.servers.filter(name => isNameOf(name, subject));
    const leaf = round.reading(subject.id, 'tls')?.chain[0];
    if (mine.length > 0 && !leaf) return unknown('the certificate of the node was not seen');
    return failIfAny(mine.flatMap(name => (leaf && !isMadeOutTo(leaf, name) ? [missing(name)] : [])));

    function missing(name: string): Statement<'UDS_NAME_NOT_IN_CERTIFICATE'> {
      const seen = someOf(allNames(leaf!));
      return { code: 'UDS_NAME_NOT_IN_CERTIFICATE', evidence: { name, seen } };
    }
  },
});

/** The full name, the host name without its domain, or the address. */
function isNameOf(name: string, { host, address }: ServiceSubject): boolean {
  const key = nameKey(name);
  const own = nameKey(host);
  return key === own || own.split('.')[0] === key || (address !== undefined && sameAddress(name, address));
}
