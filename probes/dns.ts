import { type EdeOption, Packet, type Resource } from 'dns2';
import type { Failure, Reason } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import { exchange, parseResolver, shownName, wireName } from '../src/net/dns.ts';
import { failureAt } from '../src/net/failure.ts';
import { printable } from '../src/net/text.ts';

export type DnsOptions = {
  /** `IP`, `IP:port` or `[IPv6]:port`; port 53 when absent. */
  readonly resolver: string;
  /** The owner name without the final dot; for PTR the in-addr.arpa or ip6.arpa name. */
  readonly name: string;
  readonly type: 'SRV' | 'A' | 'AAAA' | 'PTR' | 'CNAME';
};

/** One resource record of the answer section; names without the final dot, letter case as sent. */
export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'PTR' | 'CNAME'; readonly target: string }
  | { readonly type: 'other'; readonly typeCode: number }
);

/** One question to one resolver. Seven outcomes that must never be mixed up; only `answer` has records of the type asked for. */
export type DnsReading = Reading & {
  readonly resolver: string;
  readonly name: string;
  readonly type: string;
  /**
   * `answer`, `nodata` (the name exists, the type does not) and `nxdomain` are answers about the name; the others are about
   * the resolver or the path to it and say nothing about the name.
   */
  readonly outcome:
    | 'answer'
    | 'nodata'
    | 'nxdomain'
    | 'servfail'
    | 'refused'
    | 'timeout'
    | 'unreachable'
    | 'malformed'
    | 'other';
  /** Response code as IANA names it; absent when nothing arrived. */
  readonly rcode?: string;
  /** The answer section as far as it belongs to the question: CNAMEs on the way too. */
  readonly records: readonly DnsRecord[];
  readonly transport: 'udp' | 'tcp';
  /** The UDP answer was cut off, so TCP was tried; `tcpFailure` when that failed. */
  readonly truncated: boolean;
  readonly tcpFailure?: Reading['failure'];
  /** Extended DNS error (RFC 8914), when sent. */
  readonly extendedError?: { readonly code: number; readonly text: string };
  /** Milliseconds from the first query to the answer. */
  readonly rttMs?: number;
};

/** Asks one resolver one question: UDP with EDNS, TCP when the answer is cut off, one deadline over both. */
export const dns = defineProbe<'dns', DnsOptions, { dns: DnsReading }>({
  id: 'dns',
  title: 'asks a DNS server one question',
  yields: ['dns'],
  async run({ resolver, name, type }, context) {
    const server = parseResolver(resolver);
    if (server === undefined) throw new RangeError(`not a resolver address: ${resolver}`);
    const asked = wireName(name);
    const { reply, failure, rttMs, ...way } = await exchange(
      server,
      { name: asked, typeCode: Packet.TYPE[type] },
      context,
    );
    const reading = { resolver, name, type, ...way, ...(rttMs !== undefined && { rttMs }) };
    if (reply === undefined) {
      const lost = failure ?? failureAt('resolve', 'malformed');
      const outcome = outcomeOf(lost.reason);
      if (!way.truncated) return { dns: { ...reading, outcome, records: [], failure: lost } };
      // What came over UDP was only a part, so nothing is said about the name.
      const cut: Failure = { ...lost, stage: 'resolve', reason: 'truncated' };
      return { dns: { ...reading, outcome, records: [], failure: cut, tcpFailure: lost } };
    }
    return { dns: { ...reading, ...answerIn(reply, asked, Packet.TYPE[type]) } };
  },
});

type Answer = Pick<DnsReading, 'outcome' | 'rcode' | 'records' | 'failure' | 'extendedError'>;

function answerIn(reply: Packet, asked: string, typeCode: number): Answer {
  const rcode = rcodeNames.get(reply.header.rcode) ?? `RCODE${reply.header.rcode}`;
  const extendedError = extendedErrorIn(reply);
  const resources = onTheWay(reply.answers, asked);
  const said = {
    rcode,
    records: resources.map(readRecord),
    ...(extendedError !== undefined && { extendedError }),
  };
  const failed = (outcome: DnsReading['outcome'], reason: Reason, code = rcode): Answer => ({
    ...said,
    outcome,
    failure: failureAt('resolve', reason, { code }),
  });
  switch (reply.header.rcode) {
    case Packet.RCODE.NOERROR:
      if (resources.some(resource => resource.type === typeCode)) return { ...said, outcome: 'answer' };
      // Records of another name answer another question.
      if (reply.answers.some(resource => resource.type === typeCode))
        return failed('malformed', 'mismatched');
      if (resources.length === 0 && isReferral(reply)) return failed('other', 'rcode', 'referral');
      return { ...said, outcome: 'nodata' };
    case Packet.RCODE.NXDOMAIN:
      return { ...said, outcome: 'nxdomain' };
    case Packet.RCODE.SERVFAIL:
      return failed('servfail', 'servfail');
    case Packet.RCODE.REFUSED:
      return failed('refused', 'query-refused');
    case Packet.RCODE.FORMERR:
      return failed('other', 'format-error');
    case Packet.RCODE.NOTIMP:
      return failed('other', 'not-implemented');
    default:
      return failed('other', 'rcode');
  }
}

const rcodeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(Packet.RCODE)
    .filter(([name]) => name !== 'BADSIG')
    .map(([name, code]) => [code, name]),
);

function outcomeOf(reason: Reason): DnsReading['outcome'] {
  switch (reason) {
    case 'timeout':
      return 'timeout';
    case 'malformed':
    case 'mismatched':
    case 'oversized':
      return 'malformed';
    default:
      return 'unreachable';
  }
}

/** The records of the name asked for and of the names that its aliases lead to. */
function onTheWay(answers: readonly Resource[], asked: string): readonly Resource[] {
  const names = new Set([asked.toLowerCase()]);
  // Each round follows at least one more alias, or is the last.
  for (let before = 0; before < names.size && names.size <= 20; ) {
    before = names.size;
    for (const { name, type, domain } of answers) {
      if (type === Packet.TYPE.CNAME && domain !== undefined && names.has(name.toLowerCase())) {
        names.add(domain.toLowerCase());
      }
    }
  }
  return answers.filter(resource => names.has(resource.name.toLowerCase()));
}

/** A server that does not recurse names others instead of answering. */
function isReferral(reply: Packet): boolean {
  const has = (type: number) => reply.authorities.some(record => record.type === type);
  return reply.header.aa === 0 && has(Packet.TYPE.NS) && !has(soa);
}

const soa = 6;

function readRecord(resource: Resource): DnsRecord {
  const common = { name: shownName(resource.name), ttl: resource.ttl };
  switch (resource.type) {
    case Packet.TYPE.A:
      return { ...common, type: 'A', address: resource.address ?? '' };
    case Packet.TYPE.AAAA:
      return { ...common, type: 'AAAA', address: resource.address ?? '' };
    case Packet.TYPE.SRV:
      return {
        ...common,
        type: 'SRV',
        priority: resource.priority ?? 0,
        weight: resource.weight ?? 0,
        port: resource.port ?? 0,
        target: shownName(resource.target ?? ''),
      };
    case Packet.TYPE.PTR:
    case Packet.TYPE.CNAME:
      return {
        ...common,
        type: resource.type === Packet.TYPE.PTR ? 'PTR' : 'CNAME',
        target: shownName(resource.domain ?? ''),
      };
    default:
      return { ...common, type: 'other', typeCode: resource.type };
  }
}

function extendedErrorIn(reply: Packet): DnsReading['extendedError'] {
  for (const { type, rdata } of reply.additionals) {
    if (type !== Packet.TYPE.EDNS) continue;
    for (const option of rdata ?? []) {
      if (option.ednsCode !== Packet.EDNS_OPTION_CODE.EDE) continue;
      const { infoCode, extraText } = option as EdeOption;
      return { code: infoCode, text: printable(extraText, 256) };
    }
  }
  return undefined;
}
