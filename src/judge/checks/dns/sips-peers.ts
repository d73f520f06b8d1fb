import { nameKey, srvHosts, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Where both records are published they name the same Expressway-E peers, in every region alike. */
export const sipsPeers = defineCheck({
  id: 'dns/sips-peers',
  holds: '_sips._tcp and _collab-edge._tls name the same hosts',
  about: 'domain',
  needs: ['dns:public:srv/sips', 'dns:public:srv/collab-edge'],
  sources: [
    { document: 'D1', section: 'DNS Records / Public DNS', requirements: ['DNS-09'] },
    { document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-55'] },
  ],
  findings: {
    DNS_SIPS_PEERS_DIFFER: {
      severity: 'info',
      affects: 'calls',
      message: '_sips._tcp.{domain} and _collab-edge._tls.{domain} do not name the same hosts: {hosts}',
      consequenceOf: [
        { code: 'DNS_PEER_NOT_IN_SRV', within: 'deployment' },
        { code: 'DNS_EDGE_CLUSTER_ABSENT', within: 'domain' },
        { code: 'DNS_SRV_TARGET_IS_ADDRESS', within: 'domain' },
        { code: 'DNS_SRV_TARGET_INSIDE', within: 'domain' },
      ],
    },
  },
  judge({ readings }) {
    const [sips, edge] = [readings['dns:public:srv/sips'], readings['dns:public:srv/collab-edge']];
    const nothing = whyNothing(sips) ?? whyNothing(edge);
    if (nothing) return unknown(nothing);
    const [calls, clients] = [sips, edge].map(reading => [
      ...new Set(srvHosts(reading).map(({ target }) => nameKey(target))),
    ]) as [string[], string[]];
    if (calls.length === 0 || clients.length === 0) return notApplicable('one of the two is not published');
    const hosts = [
      ...calls.filter(host => !clients.includes(host)).map(host => `${host} only for calls`),
      ...clients.filter(host => !calls.includes(host)).map(host => `${host} only for clients`),
    ];
    return hosts.length === 0 ? pass : fail({ code: 'DNS_SIPS_PEERS_DIFFER', evidence: { hosts } });
  },
});
