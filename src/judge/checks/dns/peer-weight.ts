import { type SrvRecord, sameName, srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';

/**
 * Peers of one cluster share priority and weight, so that clients spread over them. Between clusters, and between the aliases of
 * GeoDNS, priority ranks the near edge before the far one.
 */
export const peerWeight = defineCheck({
  id: 'dns/peer-weight',
  holds: 'The _collab-edge._tls records of one cluster share priority and weight',
  about: 'domain',
  needs: ['dns:public:srv/collab-edge'],
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-04'] },
    { document: 'D2', section: 'Multi-cluster Best Practices', requirements: ['DNS-58'] },
    { document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-52'] },
  ],
  findings: {
    DNS_PEER_WEIGHT_DIFFERS: {
      severity: 'info',
      affects: 'sign-in',
      message: '_collab-edge._tls.{domain} does not share its clients evenly: {records}',
    },
  },
  judge({ readings, round }) {
    const reading = readings['dns:public:srv/collab-edge'];
    const nothing = whyNothing(reading);
    if (nothing) return unknown(nothing);
    const records = srvHosts(reading);
    if (records.length < 2) return notApplicable('there are not two records');
    const uneven = [...Map.groupBy(records, ({ target }) => clusterOf(round, target)).values()].filter(
      peers => new Set(peers.map(({ priority, weight }) => `${priority} ${weight}`)).size > 1,
    );
    if (uneven.length === 0) return pass;
    if (isRankedByAlias(round, records)) return notApplicable('the records rank aliases, as GeoDNS does');
    return fail({
      code: 'DNS_PEER_WEIGHT_DIFFERS',
      evidence: {
        records: uneven
          .flat()
          .map(record => `${record.target} has priority ${record.priority} and weight ${record.weight}`),
      },
    });
  },
});

function clusterOf(round: RoundView, target: string): string | undefined {
  return round.deployment.nodes.expressway_e.find(({ name }) => sameName(name, target))?.cluster;
}

/** Whether every target is an alias, each with a priority of its own and all with one weight. */
function isRankedByAlias(round: RoundView, records: readonly SrvRecord[]): boolean {
  const aliases = round
    .readings('dns:public:address/a')
    .flatMap(({ reading }) => reading.records)
    .flatMap(record => (record.type === 'CNAME' ? [record.name] : []));
  return (
    new Set(records.map(({ weight }) => weight)).size === 1 &&
    records.every(({ target }) => aliases.some(alias => sameName(alias, target)))
  );
}
