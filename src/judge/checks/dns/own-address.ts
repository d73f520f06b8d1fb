import { addressKey } from '../../address.ts';
import { domainPart, nameKey, srvHosts } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, type RoundView } from '../../check.ts';

/** Every Expressway-E peer has an address of its own; only the alias of another edge domain may share it. */
export const ownAddress = defineCheck({
  id: 'dns/own-address',
  holds: 'No two Expressway-E peers share an address',
  about: 'deployment',
  needs: [],
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-03'] },
    {
      document: 'D2',
      section: '(Optional) Using SRVs to create Alias FQDNs for Expressway-E',
      requirements: ['DNS-61'],
    },
    { document: 'D0', section: 'Unsupported Expressway Features and Limitations', requirements: ['NET-16'] },
  ],
  findings: {
    DNS_ADDRESS_SHARED: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{hosts} share the address {address}, so one of them is never reached by its own name',
    },
  },
  judge({ round }) {
    const addresses = round.subjects('address').filter(({ role }) => role === 'expressway_e');
    if (new Set(addresses.map(({ host }) => nameKey(host))).size < 2)
      return notApplicable('the addresses of two Expressway-E peers were not seen');
    const areTogether = inOneSet(round);
    const byAddress = Map.groupBy(addresses, ({ view, address }) => `${view} ${addressKey(address)}`);
    return failIfAny(
      [...byAddress.values()].flatMap(shared => {
        const hosts = [...new Map(shared.map(({ host }) => [nameKey(host), host])).values()];
        const peers = hosts.filter(host => hosts.some(other => other !== host && areTogether(host, other)));
        return peers.length > 1
          ? [{ code: 'DNS_ADDRESS_SHARED', evidence: { hosts: peers, address: shared[0]!.address } } as const]
          : [];
      }),
    );
  },
});

/** Whether two hosts are peers and not one host under the names of two edge domains: one record set names both, or they share their domain. */
function inOneSet(round: RoundView): (a: string, b: string) => boolean {
  const sets = round
    .readings('dns:public:srv/collab-edge')
    .map(({ reading }) => new Set(srvHosts(reading).map(record => nameKey(record.target))));
  return (a, b) =>
    nameKey(domainPart(a)) === nameKey(domainPart(b)) ||
    sets.some(set => set.has(nameKey(a)) && set.has(nameKey(b)));
}
