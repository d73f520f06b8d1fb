import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  anchorClock,
  decodeNtp,
  encodeNtpRequest,
  kissCode,
  ntpDifferenceMs,
  ntpTimestamp,
  offsetAndDelay,
} from '../../src/net/ntp.ts';

describe('an NTP packet', () => {
  it('is requested with mode 3, version 4 and nothing of ours but the cookie', () => {
    const request = encodeNtpRequest(0x0123456789abcdefn);
    expect(request.toString('hex')).toBe(`23${'00'.repeat(39)}0123456789abcdef`);
  });

  it('is decoded field by field', () => {
    const bytes = Buffer.from(
      '240203e9000001800000080000000a7b00000001000000020000000300000004000000050000000600000007000000080000',
      'hex',
    );
    bytes.write('c0a80001', 12, 'hex');
    expect(decodeNtp(bytes)).toEqual({
      leap: 0,
      version: 4,
      mode: 4,
      stratum: 2,
      referenceId: '192.168.0.1',
      rootDelayMs: (0x180 / 65536) * 1000,
      rootDispersionMs: (0x800 / 65536) * 1000,
      reference: 0x0000000100000002n,
      origin: 0x0000000300000004n,
      receive: 0x0000000500000006n,
      transmit: 0x0000000700000008n,
    });
  });

  it('is nothing when it is shorter than its header, and whole when something follows it', () => {
    expect(decodeNtp(Buffer.alloc(47))).toBeUndefined();
    expect(decodeNtp(Buffer.alloc(68))).toBeDefined();
  });

  it.each([
    ['GPS with a zero octet', 0x24, 1, 'GPS\0', 'GPS'],
    ['control characters', 0x24, 1, '\x1b[2J', '27.91.50.74'],
    ['a kiss code', 0xe4, 0, 'RATE', 'RATE'],
    ['nothing', 0xe4, 0, '\0\0\0\0', '0.0.0.0'],
  ])('names its reference: %s', (_, first, stratum, octets, expected) => {
    const bytes = Buffer.alloc(48);
    bytes[0] = first;
    bytes[1] = stratum;
    bytes.write(octets, 12, 'latin1');
    expect(decodeNtp(bytes)!.referenceId).toBe(expected);
  });

  it.each([
    ['stratum 0, leap 3', 0xe4, 0, 'DENY', 'DENY'],
    ['no leap alarm', 0x24, 0, 'DENY', undefined],
    ['stratum 1', 0xe4, 1, 'RATE', undefined],
    ['no code', 0xe4, 0, '\0\0\0\0', undefined],
  ])('has a kiss code or not: %s', (_, first, stratum, octets, expected) => {
    const bytes = Buffer.alloc(48);
    bytes[0] = first;
    bytes[1] = stratum;
    bytes.write(octets, 12, 'latin1');
    expect(kissCode(decodeNtp(bytes)!)).toBe(expected);
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const packet = decodeNtp(Buffer.from(bytes));
        if (packet) expect(kissCode(packet)?.length ?? 4).toBe(4);
        expect(packet === undefined).toBe(bytes.length < 48);
      }),
    );
  });
});

describe('the clock anchor', () => {
  it('ties both clocks together more closely than the wall clock is read', () => {
    for (let round = 0; round < 20; round++) {
      const { wallMs, monotonicMs, errorMs } = anchorClock();
      expect(errorMs).toBeLessThanOrEqual(1);
      // Date.now() is the start of the running millisecond.
      const earlier = Date.now();
      const now = wallMs + performance.now() - monotonicMs;
      expect(now).toBeGreaterThanOrEqual(earlier - errorMs);
      expect(now).toBeLessThan(Date.now() + 1 + errorMs);
    }
  });

  it('does not wait for a clock that stands still', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    expect(anchorClock().errorMs).toBe(1);
  });
});

describe('NTP time', () => {
  const rollover = Date.UTC(2036, 1, 7, 6, 28, 16);

  it('counts from 1900 and starts again in February 2036', () => {
    expect(ntpTimestamp(0) >> 32n).toBe(2_208_988_800n);
    expect(ntpTimestamp(rollover)).toBe(0n);
    expect(ntpTimestamp(rollover - 500)).toBe(0xffff_ffff_8000_0000n);
  });

  it('gives differences across the end of an era', () => {
    expect(ntpDifferenceMs(ntpTimestamp(rollover + 250), ntpTimestamp(rollover - 500))).toBe(750);
    expect(ntpDifferenceMs(ntpTimestamp(rollover - 500), ntpTimestamp(rollover + 250))).toBe(-750);
  });

  it('gives the offset and the delay of an exchange, in any era', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(2150, 0) }),
        fc.integer({ min: -86_400_000_000, max: 86_400_000_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        (sentMs, offsetMs, tripMs, workMs) => {
          const receiveMs = sentMs + tripMs + offsetMs;
          const result = offsetAndDelay(
            ntpTimestamp(sentMs),
            ntpTimestamp(receiveMs),
            ntpTimestamp(receiveMs + workMs),
            ntpTimestamp(sentMs + 2 * tripMs + workMs),
          );
          expect(result.offsetMs).toBeCloseTo(offsetMs, 3);
          expect(result.delayMs).toBeCloseTo(2 * tripMs, 3);
        },
      ),
    );
  });

  it('never gives a negative delay', () => {
    const at = (ms: number) => ntpTimestamp(1_800_000_000_000 + ms);
    expect(offsetAndDelay(at(0), at(0), at(9), at(5)).delayMs).toBe(0);
  });
});
