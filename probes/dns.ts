import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';

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
  | { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
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
  readonly outcome: 'answer' | 'nodata' | 'nxdomain' | 'servfail' | 'refused' | 'timeout' | 'unreachable' | 'malformed' | 'other';
  /** Response code as IANA names it; absent when nothing arrived. */
  readonly rcode?: string;
  /** The whole answer section: CNAMEs on the way too. */
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
  async run() {
    throw new Error('written next');
  },
});
