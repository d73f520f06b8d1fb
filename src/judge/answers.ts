import type { DnsReading, DnsRecord } from '../../probes/index.ts';
import { questions } from '../model/step.ts';
import { type NodeSubject, type ResolverSubject, type View, views } from '../model/subject.ts';
import { type AddressKind, addressKind, hostOfEndpoint, sameAddress } from './address.ts';
import type { Need, RoundView } from './check.ts';

export type SrvRecord = Extract<DnsRecord, { type: 'SRV' }>;

/** What a resolver said instead of an answer, as the end of "the DNS server ...". */
const saidInstead = {
  servfail: 'answers SERVFAIL',
  refused: 'answers REFUSED',
  timeout: 'gives no answer',
  unreachable: 'cannot be reached',
  malformed: 'answers with bytes that are not DNS',
  other: 'answers with an error',
} as const;

/** Why a reading says nothing about the name that was asked for; undefined when it does. */
export function whyNothing(reading: DnsReading): string | undefined {
  const { outcome, resolver, name, type, truncated, tcpFailure } = reading;
  if (truncated && tcpFailure)
    return `the DNS server ${resolver} cut its answer for ${type} ${name} off and TCP to it fails`;
  if (outcome === 'answer' || outcome === 'nodata' || outcome === 'nxdomain') return undefined;
  return `the DNS server ${resolver} ${saidInstead[outcome]} when asked for ${type} ${name}`;
}

/** The SRV records of an answer. */
export function srvRecords(reading: DnsReading): readonly SrvRecord[] {
  return reading.outcome === 'answer' ? reading.records.filter(record => record.type === 'SRV') : [];
}

/** SRV records that name a host: without the target `.`, which says that there is no service (RFC 2782). */
export function srvHosts(reading: DnsReading): readonly SrvRecord[] {
  return srvRecords(reading).filter(record => record.target !== '');
}

/** The A and AAAA records of an answer. */
export function addressesIn(reading: DnsReading): readonly string[] {
  return reading.outcome === 'answer'
    ? reading.records.flatMap(record =>
        record.type === 'A' || record.type === 'AAAA' ? [record.address] : [],
      )
    : [];
}

/** Whether two DNS names are the same: letter case and the final dot do not count. */
export function sameName(a: string, b: string): boolean {
  return nameKey(a) === nameKey(b);
}

/** One text per DNS name. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[.]$/, '');
}

/** What follows the first dot of a host name, letter case kept; empty for a bare name. */
export function domainPart(host: string): string {
  const dot = host.indexOf('.');
  return dot < 0 ? '' : host.slice(dot + 1);
}

/** The targets of every collab-edge SRV record that the public view gives for this deployment, letter case as sent. */
export function collabEdgeTargets(round: RoundView): readonly string[] {
  return round
    .readings('dns:public:srv/collab-edge')
    .flatMap(({ reading }) => srvHosts(reading).map(record => record.target));
}

/** The addresses that one view gives for a host, from the A and AAAA answers about a node. */
export function addressesOf(round: RoundView, nodeId: string, view: View): readonly string[] {
  return (['a', 'aaaa'] as const).flatMap(type => {
    const reading = round.reading(nodeId, `dns:${view}:address/${type}`);
    return reading ? addressesIn(reading) : [];
  });
}

/** Whether DNS said for sure that the name of a node has no address, neither A nor AAAA. */
export function isAddressless(round: RoundView, { role, host }: Pick<NodeSubject, 'role' | 'host'>): boolean {
  const node = round.subjects('node').find(one => one.role === role && sameName(one.host, host));
  if (!node) return false;
  const said = views.flatMap(view =>
    (['a', 'aaaa'] as const).flatMap(type => round.reading(node.id, `dns:${view}:address/${type}`) ?? []),
  );
  return said.length === 2 && said.every(({ outcome }) => outcome === 'nxdomain' || outcome === 'nodata');
}

/**
 * What kind of address public DNS gives where a public one belongs; undefined when it is public, when it does not come from
 * DNS, and when every DNS server that gave it is at such an address itself (a laboratory, a split view).
 */
export function misplacedKind(round: RoundView, host: string, address: string): AddressKind | undefined {
  const kind = addressKind(address);
  if (kind === undefined || kind === 'global') return undefined;
  // nobody can be reached at such an address, not even in a laboratory
  if (kind === 'multicast' || /^(?:0[.]|::$)/.test(address)) return kind;
  const servers = serversThatGave(round, host, address);
  return servers.some(server => addressKind(hostOfEndpoint(server)) === 'global') ? kind : undefined;
}

/** The public DNS servers that gave this address for this host. */
export function serversThatGave(round: RoundView, host: string, address: string): readonly string[] {
  return (['a', 'aaaa'] as const).flatMap(type =>
    round
      .readings(`dns:public:address/${type}`)
      .filter(({ subject }) => subject.kind === 'node' && sameName(subject.host, host))
      .filter(({ reading }) => addressesIn(reading).some(given => sameAddress(given, address)))
      .map(({ reading }) => reading.resolver),
  );
}

/** Every DNS reading of the round. */
export function dnsReadings(round: RoundView): readonly DnsReading[] {
  return views.flatMap(view => readingsOfView(round, view));
}

/** Every reading that came from (or should have come from) this resolver. */
export function readingsOfResolver(round: RoundView, resolver: ResolverSubject): readonly DnsReading[] {
  return readingsOfView(round, resolver.view).filter(reading => reading.resolver === resolver.address);
}

function readingsOfView(round: RoundView, view: View): readonly DnsReading[] {
  const needs = questions.map((question): Need & `dns:${string}` => `dns:${view}:${question}`);
  return needs.flatMap(need => round.readings(need).map(({ reading }) => reading));
}

/**
 * Whether SERVFAIL is about the zone and not about the resolver: extended errors (RFC 8914) for failed DNSSEC validation,
 * for name servers of the zone that do not answer, and for a failure remembered from before.
 */
export function isAboutZone(reading: DnsReading): boolean {
  return reading.extendedError !== undefined && zoneErrors.has(reading.extendedError.code);
}
const zoneErrors: ReadonlySet<number> = new Set([1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 22, 23, 24, 27]);
