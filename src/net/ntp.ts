/** The header of an NTP packet (RFC 5905 section 7.3); timestamps are unsigned 64-bit fixed point with 32 fraction bits. */
export type NtpPacket = {
  /** 0 none, 1 and 2 a leap second is due, 3 the clock is not synchronised. */
  readonly leap: number;
  readonly version: number;
  readonly mode: number;
  readonly stratum: number;
  /** Four octets in words: text at stratum 0 and 1, a dotted quad above. */
  readonly referenceId: string;
  readonly rootDelayMs: number;
  readonly rootDispersionMs: number;
  readonly reference: bigint;
  readonly origin: bigint;
  readonly receive: bigint;
  readonly transmit: bigint;
};

const headerBytes = 48;
const unixEpochInNtpSeconds = 2_208_988_800;

/** Encodes a client request (mode 3, version 4) that tells nothing about us: every field but `transmit` is zero. */
export function encodeNtpRequest(transmit: bigint): Buffer {
  const packet = Buffer.alloc(headerBytes);
  packet[0] = (4 << 3) | 3;
  packet.writeBigUInt64BE(transmit, 40);
  return packet;
}

/** Decodes the header and ignores what follows it (extension fields, MAC); undefined when the datagram is too short. */
export function decodeNtp(datagram: Buffer): NtpPacket | undefined {
  if (datagram.length < headerBytes) return undefined;
  const first = datagram.readUInt8(0);
  const stratum = datagram.readUInt8(1);
  return {
    leap: first >> 6,
    version: (first >> 3) & 7,
    mode: first & 7,
    stratum,
    referenceId: referenceIdText(stratum, datagram.subarray(12, 16)),
    rootDelayMs: (datagram.readUInt32BE(4) / 65_536) * 1_000,
    rootDispersionMs: (datagram.readUInt32BE(8) / 65_536) * 1_000,
    reference: datagram.readBigUInt64BE(16),
    origin: datagram.readBigUInt64BE(24),
    receive: datagram.readBigUInt64BE(32),
    transmit: datagram.readBigUInt64BE(40),
  };
}

/** The NTP timestamp of a Unix time in milliseconds, in whichever era it falls. */
export function ntpTimestamp(unixMs: number): bigint {
  const seconds = Math.floor(unixMs / 1_000);
  const fraction = Math.floor(((unixMs - seconds * 1_000) / 1_000) * 2 ** 32);
  return BigInt.asUintN(64, (BigInt(seconds + unixEpochInNtpSeconds) << 32n) | BigInt(fraction));
}

/** One moment on both clocks; `errorMs` is how far apart the two readings may lie. */
export type ClockAnchor = { readonly wallMs: number; readonly monotonicMs: number; readonly errorMs: number };

/**
 * Ties the monotonic clock to the wall clock. The wall clock is read in whole milliseconds only, so this waits for it to tick
 * over (at most 1 ms, without giving way to anything else) and keeps the tightest of a few looks.
 */
export function anchorClock(): ClockAnchor {
  let best: ClockAnchor = { wallMs: Date.now() + 0.5, monotonicMs: performance.now(), errorMs: 1 };
  for (let look = 0; look < 3 && best.errorMs > 0.02; look++) {
    const anchor = nextTick();
    if (anchor && anchor.errorMs < best.errorMs) best = anchor;
  }
  return best;
}

function nextTick(): ClockAnchor | undefined {
  let beforeMs = performance.now();
  const firstMs = Date.now();
  // A clock that stands still must not hold us.
  for (let reads = 0; reads < 100_000; reads++) {
    const readMs = performance.now();
    const wallMs = Date.now();
    const afterMs = performance.now();
    if (wallMs !== firstMs) {
      return { wallMs, monotonicMs: (beforeMs + afterMs) / 2, errorMs: (afterMs - beforeMs) / 2 };
    }
    beforeMs = readMs;
  }
  return undefined;
}

/**
 * `later` minus `earlier` in milliseconds. The difference is taken modulo 2^64 and read as signed, so that two times less
 * than 68 years apart compare rightly across the end of an era (February 2036).
 */
export function ntpDifferenceMs(later: bigint, earlier: bigint): number {
  return (Number(BigInt.asIntN(64, later - earlier)) / 2 ** 32) * 1_000;
}

/**
 * Clock offset (server minus client) and round-trip delay in milliseconds from the four times of one exchange, RFC 5905
 * section 8. A delay below zero is measurement noise and becomes 0.
 */
export function offsetAndDelay(
  sent: bigint,
  receive: bigint,
  transmit: bigint,
  arrived: bigint,
): { readonly offsetMs: number; readonly delayMs: number } {
  const offsetMs = (ntpDifferenceMs(receive, sent) + ntpDifferenceMs(transmit, arrived)) / 2;
  const delayMs = ntpDifferenceMs(arrived, sent) - ntpDifferenceMs(transmit, receive);
  return { offsetMs, delayMs: Math.max(0, delayMs) };
}

/** The kiss code of a packet at stratum 0 with the leap alarm, RFC 5905 section 7.4; undefined for any other packet. */
export function kissCode(packet: NtpPacket): string | undefined {
  const kisses = packet.stratum === 0 && packet.leap === 3 && /^[A-Z0-9]{4}$/.test(packet.referenceId);
  return kisses ? packet.referenceId : undefined;
}

function referenceIdText(stratum: number, octets: Buffer): string {
  const text = octets.toString('latin1').replace(/\0+$/, '');
  return stratum < 2 && /^[\x21-\x7e]+$/.test(text) ? text : octets.join('.');
}
