import { roleNames, type ServiceSubject } from '../../../model/subject.ts';
import { isAtLeast, type Version } from '../../../model/version.ts';
import { defineCheck, fail, pass, type RoundView } from '../../check.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

const clientAuth = '1.3.6.1.5.5.7.3.2';
const anyUsage = '2.5.29.37.0';

const olderThan = (version: Version | undefined, boundary: string) => isAtLeast(version, boundary) === false;

/**
 * Which Expressway still demands clientAuth in the certificate that is served here: for Expressway-E either side before X15.4,
 * since an older Expressway-C looks for it in SIP SERVICE; for Expressway-C itself before X15.5, since from then on its client
 * certificate is another one than it serves, and that one is not seen here.
 */
function demandedBy({ role, host }: ServiceSubject, round: RoundView): string | undefined {
  const own = round.version(role, host);
  if (olderThan(own, role === 'expressway_e' ? 'X15.4' : 'X15.5')) return `${roleNames[role]} ${own!.text}`;
  if (role !== 'expressway_e') return undefined;
  const peers = round.deployment.nodes.expressway_c.map(node => round.version('expressway_c', node.name));
  const old = [round.version('expressway_c'), ...peers].find(version => olderThan(version, 'X15.4'));
  return old && `${roleNames.expressway_c} ${old.text}`;
}

/** Both Expressways are client and server to each other, so their certificates may be used as either, up to X15.3. */
export const usageClient = defineCheck({
  id: 'certificate/usage-client',
  holds: 'The certificate may be used by a client where the version demands it',
  about: 'service',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'CSR Requirements for Expressway Servers',
      requirements: ['CRT-19', 'CRT-20', 'CRT-21'],
      versions: 'up to X15.3',
    },
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['CRT-22'],
      versions: 'up to X15.3',
    },
    { document: 'R18', section: 'impact per release', versions: 'Expressway-E from X15.4' },
    {
      document: 'R19',
      section: 'two certificate stores in X15.5',
      versions: 'Expressway-C from X15.5',
    },
  ],
  findings: {
    CERT_EKU_CLIENT_MISSING: {
      severity: 'critical',
      affects: 'calls',
      message: '{host}:{port} shows a certificate without client authentication, which {demander} demands',
      consequenceOf: wrongCertificate,
    },
    CERT_EKU_CLIENT_UNKNOWN_VERSION: {
      severity: 'info',
      affects: 'calls',
      message:
        '{host}:{port} shows a certificate without client authentication, which Expressways before {boundary} demand; the version here is not declared',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    return ofLeaf(subject, readings.tls, leaf => {
      const usages = leaf.extendedKeyUsage;
      if (!usages || usages.includes(clientAuth) || usages.includes(anyUsage)) return pass;
      const evidence = { certificate: leaf.fingerprint, usages, issuer: leaf.issuer };
      const demander = demandedBy(subject, round);
      if (demander) return fail({ code: 'CERT_EKU_CLIENT_MISSING', evidence: { ...evidence, demander } });
      if (round.version(subject.role, subject.host)) return pass;
      const boundary = subject.role === 'expressway_e' ? 'X15.4' : 'X15.5';
      return fail({ code: 'CERT_EKU_CLIENT_UNKNOWN_VERSION', evidence: { ...evidence, boundary } });
    });
  },
});
