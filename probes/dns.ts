import type { Reason } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import {
  type DnsRecord,
  type DnsReply,
  type DnsType,
  exchange,
  parseResolver,
  shownName,
  wireName,
} from '../src/net/dns.ts';
import { failureAt } from '../src/net/failure.ts';

export type DnsOptions = {
  /** `IP`, `IP:port` or `[IPv6]:port`; port 53 when absent. */
  readonly resolver: string;
  /** The owner name without the final dot; for PTR the in-addr.arpa or ip6.arpa name. */
  readonly name: string;
  readonly type: DnsType;
};

export type { DnsRecord } from '../src/net/dns.ts';

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
    const { reply, failure, rttMs, ...way } = await exchange(server, { name: asked, type }, context);
    const reading = { resolver, name, type, ...way, ...(rttMs !== undefined && { rttMs }) };
    if (reply === undefined) {
      const lost = failure ?? failureAt('resolve', 'malformed');
      const outcome = outcomeOf(lost.reason);
      if (!way.truncated) return { dns: { ...reading, outcome, records: [], failure: lost } };
      // What came over UDP was only a part, so nothing is said about the name.
      const cut = failureAt('resolve', 'truncated', lost);
      return { dns: { ...reading, outcome, records: [], failure: cut, tcpFailure: lost } };
    }
    return { dns: { ...reading, ...answerIn(reply, asked, type) } };
  },
});

type Answer = Pick<DnsReading, 'outcome' | 'rcode' | 'records' | 'failure' | 'extendedError'>;

function answerIn(reply: DnsReply, asked: string, type: DnsType): Answer {
  const { rcode, answers, extendedError } = reply;
  const records = onTheWay(answers, asked);
  const said = { rcode, records, ...(extendedError !== undefined && { extendedError }) };
  const failed = (outcome: DnsReading['outcome'], reason: Reason, code = rcode): Answer => ({
    ...said,
    outcome,
    failure: failureAt('resolve', reason, { code }),
  });
  switch (rcode) {
    case 'NOERROR':
      if (records.some(record => record.type === type)) return { ...said, outcome: 'answer' };
      // Records of another name answer another question.
      if (answers.some(record => record.type === type)) return failed('malformed', 'mismatched');
      return reply.isReferral ? failed('other', 'rcode', 'referral') : { ...said, outcome: 'nodata' };
    case 'NXDOMAIN':
      return { ...said, outcome: 'nxdomain' };
    case 'SERVFAIL':
      return failed('servfail', 'servfail');
    case 'REFUSED':
      return failed('refused', 'query-refused');
    case 'FORMERR':
      return failed('other', 'format-error');
    case 'NOTIMP':
      return failed('other', 'not-implemented');
    default:
      return failed('other', 'rcode');
  }
}

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
function onTheWay(answers: readonly DnsRecord[], asked: string): readonly DnsRecord[] {
  const names = new Set([shownName(asked).toLowerCase()]);
  const isOn = ({ name }: DnsRecord) => names.has(name.toLowerCase());
  // Each round follows at least one more alias, or is the last.
  for (let before = 0, rounds = 0; before < names.size && rounds < 20; rounds++) {
    before = names.size;
    for (const record of answers) {
      if (record.type === 'CNAME' && isOn(record)) names.add(record.target.toLowerCase());
    }
  }
  return answers.filter(isOn);
}
