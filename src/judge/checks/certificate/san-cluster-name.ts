import { clusterNameOf } from '../../../model/deployment.ts';
import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames, lists, someOf } from '../../names.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/**
 * Expressway-E looks for the cluster name in the certificate of every Expressway-C peer, in the common name as well as in the
 * alternative names.
 */
export const sanClusterName = defineCheck({
  id: 'certificate/san-cluster-name',
  holds: 'The certificate of every Expressway-C peer carries the cluster name',
  about: 'service',
  roles: ['expressway_c'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'CSR Requirements for Expressway Servers',
      requirements: ['CRT-16'],
      versions: 'X8.10 and later',
    },
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['CRT-17'],
    },
  ],
  findings: {
    CERT_SAN_CLUSTER_MISSING: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} shows a certificate without the cluster name {cluster}',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    const cluster = clusterNameOf(round.deployment, 'expressway_c', subject.host);
    if (cluster === undefined) return notApplicable('no cluster name of Expressway-C is declared');
    return ofLeaf(subject, readings.tls, leaf => {
      if (lists(leaf, cluster) || sameName(leaf.commonName ?? '', cluster)) return pass;
      const names = allNames(leaf);
      return fail({
        code: 'CERT_SAN_CLUSTER_MISSING',
        evidence: { certificate: leaf.fingerprint, cluster, seen: someOf(names), names },
      });
    });
  },
});
