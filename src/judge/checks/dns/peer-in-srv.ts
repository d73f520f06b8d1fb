import { addressKey, isAddress } from '../../address.ts';
import { addressesOf, collabEdgeTargets, nameKey, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Every declared Expressway-E stands in a collab-edge record: a peer that is missing gets no clients. */
export const peerInSrv = defineCheck({
  id: 'dns/peer-in-srv',
  holds: 'The Expressway-E stands in a _collab-edge._tls record',
  about: 'node',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-03'] },
    { document: 'D1', section: 'DNS Records / Public DNS' },
    {
      document: 'D2',
      section: '(Optional) Using SRVs to create Alias FQDNs for Expressway-E',
      requirements: ['DNS-60', 'DNS-61'],
    },
  ],
  findings: {
    DNS_PEER_NOT_IN_SRV: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'No _collab-edge._tls record names {host}, so clients are never sent to it',
      consequenceOf: [
        { code: 'DNS_SRV_TARGET_INSIDE', within: 'deployment' },
        // a misspelt target stands in its place
        { code: 'DNS_TARGET_NO_ADDRESS', within: 'deployment' },
      ],
    },
  },
  judge({ subject, round }) {
    const { host } = subject;
    const { expressway_e: peers } = round.deployment.nodes;
    const declared = peers.find(node => sameName(node.name, host));
    if (!declared) return notApplicable('the host is known from DNS, not from the configuration');
    const asked = round.readings('dns:public:srv/collab-edge');
    if (asked.length === 0) return notApplicable('public DNS is not asked from here');
    const targets = collabEdgeTargets(round);
    if (targets.some(target => sameName(target, host))) return pass;
    const nothing = asked.map(({ reading }) => whyNothing(reading)).find(why => why !== undefined);
    if (nothing) return unknown(nothing);
    if (targets.length === 0) return notApplicable('there is no such record');
    const isNamed = ({ name }: { readonly name: string }) => targets.some(target => sameName(target, name));
    const clusters = Map.groupBy(peers, ({ cluster }) => cluster);
    if (declared.cluster !== undefined && clusters.size > 1 && !clusters.get(declared.cluster)!.some(isNamed))
      return notApplicable('no peer of its cluster stands in a record');

    // the record may name it by an alias that leads to the same address
    const known = isAddress(host) ? [host] : addressesOf(round, subject.id, 'public');
    const own = new Set(known.map(addressKey));
    const wanted = new Set(targets.map(nameKey));
    const led = [
      ...targets.filter(isAddress),
      ...round
        .subjects('node')
        .filter(node => node.role === 'expressway_e' && wanted.has(nameKey(node.host)))
        .flatMap(node => addressesOf(round, node.id, 'public')),
    ];
    if (led.some(address => own.has(addressKey(address)))) return pass;
    if (isAddress(host)) return notApplicable('the host is declared by its address');
    if (round.vantage === 'internal' && own.size === 0)
      return notApplicable('the host may have another name outside');
    return fail({ code: 'DNS_PEER_NOT_IN_SRV', evidence: { targets } });
  },
});
