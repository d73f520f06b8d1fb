import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import { converse } from '../src/net/datagram.ts';
import { failureFrom } from '../src/net/failure.ts';

export type UdpOptions = {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  /** The datagram in hexadecimal; it should be a request of the port's protocol, for most services ignore anything else. */
  readonly payloadHex: string;
};

/** What one UDP port said to one datagram. */
export type UdpReading = Reading & {
  readonly address: string;
  readonly port: number;
  /**
   * nmap's words: `open` something answered, `closed` ICMP port unreachable, `filtered` another ICMP error,
   * `open-or-filtered` silence, which proves nothing about UDP.
   */
  readonly state: 'open' | 'closed' | 'filtered' | 'open-or-filtered';
  /** Datagrams that were sent: 2 when the first stayed without answer. */
  readonly sent: number;
  /** Milliseconds from the first datagram to the answer or the ICMP error. */
  readonly rttMs?: number;
  /** Size of the answer in bytes. */
  readonly replyBytes?: number;
  /** The first 512 bytes of the answer in hexadecimal. */
  readonly replyHex?: string;
};

/** Sends one datagram, and once more after half the time, because ICMP errors are rate-limited and datagrams get lost. */
export const udp = defineProbe<'udp', UdpOptions, { udp: UdpReading }>({
  id: 'udp',
  title: 'sends a datagram to a UDP port',
  yields: ['udp'],
  async run({ address, port, payloadHex }, { signal, timeoutMs }) {
    const payload = Buffer.from(payloadHex, 'hex');
    if (payload.length * 2 !== payloadHex.length) throw new RangeError(`not hexadecimal: ${payloadHex}`);
    let sent = 0;
    let startMs = 0;
    const elapsedMs = () => performance.now() - startMs;
    const reading = await converse<UdpReading>({ address, port }, signal, line => {
      function send() {
        sent++;
        line.send(payload);
      }
      return {
        ready() {
          startMs = performance.now();
          send();
          line.after(timeoutMs / 2, send);
          line.after(timeoutMs, () => line.end({ address, port, state: 'open-or-filtered', sent }));
        },
        datagram(bytes) {
          line.end({
            address,
            port,
            state: 'open',
            sent,
            rttMs: elapsedMs(),
            replyBytes: bytes.length,
            replyHex: bytes.subarray(0, 512).toString('hex'),
          });
        },
        failed(error) {
          const failure = failureFrom(error, 'response');
          const state = failure.reason === 'refused' ? 'closed' : 'filtered';
          line.end({ address, port, state, sent, rttMs: elapsedMs(), failure });
        },
      };
    });
    return { udp: reading };
  },
});
