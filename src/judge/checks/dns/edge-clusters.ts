import { nameKey, srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, unknown } from '../../check.ts';

/** With several edge clusters, clients of every region find each of them, the far ones as a backup. */
export const edgeClusters = defineCheck({
  id: 'dns/edge-clusters',
  holds: 'The _collab-edge._tls records name a host of every edge cluster',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [
    { document: 'D2', section: 'Multi-cluster Best Practices', requirements: ['DNS-58'] },
    { document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-52', 'DNS-54'] },
  ],
  findings: {
    DNS_EDGE_CLUSTER_ABSENT: {
      severity: 'warning',
      affects: 'sign-in',
      message: '_collab-edge._tls.{domain} names no host of the edge cluster {cluster}',
    },
  },
  judge({ readings, round }) {
    const byCluster = Map.groupBy(round.deployment.nodes.expressway_e, ({ cluster }) => cluster);
    byCluster.delete(undefined);
    if (byCluster.size < 2) return notApplicable('there are not two declared edge clusters');
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const targets = new Set(srvHosts(reading).map(({ target }) => nameKey(target)));
    if (targets.size === 0) return notApplicable('there is no such record');
    const declared = round.deployment.nodes.expressway_e.map(({ name }) => nameKey(name));
    if (![...targets].every(target => declared.includes(target)))
      return unknown('a record names an alias or a host that is not declared');
    return failIfAny(
      [...byCluster]
        .filter(([, nodes]) => !nodes.some(({ name }) => targets.has(nameKey(name))))
        .map(([cluster]) => ({
          code: 'DNS_EDGE_CLUSTER_ABSENT',
          evidence: { cluster: cluster ?? '' },
        })),
    );
  },
});
