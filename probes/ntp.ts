import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import { converse } from '../src/net/datagram.ts';
import { failureAt, failureFrom } from '../src/net/failure.ts';
import {
  anchorClock,
  decodeNtp,
  encodeNtpRequest,
  kissCode,
  type NtpPacket,
  ntpDifferenceMs,
  ntpTimestamp,
  offsetAndDelay,
} from '../src/net/ntp.ts';

export type NtpOptions = {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  /** How often to ask; 4 when absent. Fewer are asked when the time is up before. */
  readonly samples?: number;
  /** Milliseconds between two requests; 2000 when absent: servers that limit their clients drop faster ones. */
  readonly spacingMs?: number;
};

const leapWords = ['none', 'insert-second', 'delete-second', 'unsynchronised'] as const;

/** What a time server says of itself, and how its clock differs from ours. */
export type NtpReading = Reading & {
  /** `IP:port` or `[IPv6]:port`. */
  readonly server: string;
  /** Requests that were sent. */
  readonly requests: number;
  /** Offset and round trip of every exchange, in the order of arrival. */
  readonly samples: readonly { readonly offsetMs: number; readonly delayMs: number }[];
  readonly version?: number;
  readonly leap?: (typeof leapWords)[number];
  readonly stratum?: number;
  /** `GPS`, `PPS`... at stratum 1, the kiss code at stratum 0, an IPv4 address or a hash in its form above. */
  readonly referenceId?: string;
  readonly rootDelayMs?: number;
  readonly rootDispersionMs?: number;
  /** Server clock minus ours, from the exchange with the least delay. */
  readonly offsetMs?: number;
  /** Round trip of that exchange without the server's own time. */
  readonly delayMs?: number;
  /** How far off `offsetMs` may be: an offset that is smaller lies within the measurement error. */
  readonly errorMs?: number;
  /** The server asked us to stop after it had answered: `RATE`, `DENY`... Without any answer this is the failure. */
  readonly kiss?: string;
};

type Sample = { readonly packet: NtpPacket; readonly offsetMs: number; readonly delayMs: number };

const maxDistanceMs = 16_000;
const maxReferenceAgeMs = 36 * 3_600_000;
/** Kiss codes that say "my clock is not set yet", not "go away". */
const startingUp: ReadonlySet<string> = new Set(['INIT', 'STEP']);

/**
 * Asks an NTP server for the time several times within one deadline (RFC 5905 client). The transmit timestamp is a random
 * number: it tells nothing about our clock and a reply cannot be forged without seeing the request.
 */
export const ntp = defineProbe<'ntp', NtpOptions, { ntp: NtpReading }>({
  id: 'ntp',
  title: 'asks an NTP server for the time',
  yields: ['ntp'],
  async run({ address, port, samples: wanted = 4, spacingMs = 2_000 }, { signal, timeoutMs }) {
    const server = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
    // The wall clock is read once: a step of it between two times would look like an offset of the server.
    const anchor = anchorClock();
    const wallAt = (monotonicMs: number) => ntpTimestamp(anchor.wallMs + monotonicMs - anchor.monotonicMs);

    const outstanding = new Map<bigint, number>();
    const samples: Sample[] = [];
    let requests = 0;
    let ignored: Failure | undefined;
    let asksAgain = false;
    let deadlineMs = 0;

    function summary(stopped?: { readonly packet: NtpPacket; readonly kiss: string }): NtpReading {
      const counted = {
        server,
        requests,
        samples: samples.map(({ offsetMs, delayMs }) => ({ offsetMs, delayMs })),
      };
      const synchronised = samples.filter(({ packet }) => whyUnsynchronised(packet) === undefined);
      const best = leastDelay(synchronised.length > 0 ? synchronised : samples);
      if (!best && stopped) {
        const reason = startingUp.has(stopped.kiss) ? 'unsynchronised' : 'kiss-of-death';
        return {
          ...counted,
          ...header(stopped.packet),
          failure: failureAt('response', reason, { code: stopped.kiss }),
        };
      }
      if (!best) return { ...counted, failure: ignored ?? failureAt('response', 'timeout') };
      const { packet, offsetMs, delayMs } = best;
      const why = whyUnsynchronised(packet);
      return {
        ...counted,
        ...header(packet),
        offsetMs,
        delayMs,
        errorMs: delayMs / 2 + packet.rootDispersionMs + packet.rootDelayMs / 2 + anchor.errorMs,
        ...(stopped && { kiss: stopped.kiss }),
        ...(why !== undefined && { failure: failureAt('response', 'unsynchronised', { detail: why }) }),
      };
    }

    const reading = await converse<NtpReading>({ address, port }, signal, line => {
      function ask() {
        const cookie = randomBytes(8).readBigUInt64BE();
        requests++;
        outstanding.set(cookie, performance.now());
        line.send(encodeNtpRequest(cookie));
        asksAgain = requests < wanted && performance.now() + spacingMs < deadlineMs;
        if (asksAgain) line.after(spacingMs, ask);
      }
      return {
        ready() {
          deadlineMs = performance.now() + timeoutMs;
          line.after(timeoutMs, () => line.end(summary()));
          ask();
        },
        datagram(bytes) {
          const arrivedMs = performance.now();
          const reply = checkReply(bytes, outstanding);
          if ('reason' in reply) {
            ignored = reply;
            return;
          }
          const { packet, sentMs } = reply;
          const kiss = kissCode(packet);
          if (kiss !== undefined) {
            line.end(summary({ packet, kiss }));
            return;
          }
          const timesWrong = whyTimesAreWrong(packet);
          if (timesWrong !== undefined) {
            ignored = failureAt('response', 'malformed', { detail: timesWrong });
            return;
          }
          outstanding.delete(packet.origin);
          samples.push({
            packet,
            ...offsetAndDelay(wallAt(sentMs), packet.receive, packet.transmit, wallAt(arrivedMs)),
          });
          if (outstanding.size === 0 && !asksAgain) line.end(summary());
        },
        failed(error) {
          const failure = failureFrom(error, 'response');
          // Once it has answered, a later ICMP error does not take the answer back.
          line.end(samples.length > 0 ? summary() : { server, requests, samples: [], failure });
        },
      };
    });
    return { ntp: reading };
  },
});

/** The reply to one of our requests, or why this datagram is none. */
function checkReply(
  bytes: Buffer,
  outstanding: ReadonlyMap<bigint, number>,
): { readonly packet: NtpPacket; readonly sentMs: number } | Failure {
  const packet = decodeNtp(bytes);
  if (!packet) return failureAt('response', 'not-ntp', { detail: `a datagram of ${bytes.length} bytes` });
  if (packet.version < 1 || packet.version > 4 || packet.mode !== 4) {
    return failureAt('response', 'not-ntp', { detail: `version ${packet.version}, mode ${packet.mode}` });
  }
  const sentMs = outstanding.get(packet.origin);
  return sentMs === undefined
    ? failureAt('response', 'mismatched', { detail: 'a reply to no request of ours' })
    : { packet, sentMs };
}

function whyTimesAreWrong(packet: NtpPacket): string | undefined {
  if (packet.receive === 0n || packet.transmit === 0n) return 'a reply without its own times';
  return ntpDifferenceMs(packet.transmit, packet.receive) < 0 ? 'sent before it was received' : undefined;
}

function whyUnsynchronised(packet: NtpPacket): string | undefined {
  if (packet.leap === 3) return 'leap indicator 3';
  if (packet.stratum < 1 || packet.stratum > 15) return `stratum ${packet.stratum}`;
  const distanceMs = packet.rootDelayMs / 2 + packet.rootDispersionMs;
  if (distanceMs >= maxDistanceMs) return `root distance ${Math.round(distanceMs)} ms`;
  // Zero says nothing: small servers leave the field empty.
  if (packet.reference === 0n) return undefined;
  const ageMs = ntpDifferenceMs(packet.transmit, packet.reference);
  if (ageMs < 0) return 'clock set in the future';
  return ageMs > maxReferenceAgeMs ? `clock last set ${Math.round(ageMs / 3_600_000)} hours ago` : undefined;
}

function leastDelay(samples: readonly Sample[]): Sample | undefined {
  return samples.reduce<Sample | undefined>(
    (best, sample) => (best === undefined || sample.delayMs < best.delayMs ? sample : best),
    undefined,
  );
}

function header(packet: NtpPacket) {
  const { version, leap, stratum, referenceId, rootDelayMs, rootDispersionMs } = packet;
  return { version, leap: leapWords[leap]!, stratum, referenceId, rootDelayMs, rootDispersionMs };
}
