import { describe, expect, it } from 'vitest';
import { ntp } from '../../probes/ntp.ts';
import { ntpTimestamp } from '../../src/net/ntp.ts';
import { closedUdpPort, context, type Target, udpServer } from './loopback.ts';

type Reply = {
  first?: number;
  stratum?: number;
  referenceId?: string;
  rootDelay?: number;
  rootDispersion?: number;
  origin?: bigint;
  reference?: bigint;
  receive?: bigint;
  transmit?: bigint;
  /** How far the server's clock is ahead of ours. */
  aheadMs?: number;
};

/** A correct reply to the request (version 4, mode 4, stratum 2), but for what is asked for. */
function reply(request: Buffer, but: Reply = {}): Buffer {
  const now = Date.now() + 0.5 + (but.aheadMs ?? 0);
  const bytes = Buffer.alloc(48);
  bytes[0] = but.first ?? 0x24;
  bytes[1] = but.stratum ?? 2;
  bytes.writeUInt32BE(but.rootDelay ?? 0x0000_0400, 4);
  bytes.writeUInt32BE(but.rootDispersion ?? 0x0000_0200, 8);
  bytes.write(but.referenceId ?? '\x7f\x00\x00\x01', 12, 'latin1');
  bytes.writeBigUInt64BE(but.reference ?? ntpTimestamp(now - 60_000), 16);
  bytes.writeBigUInt64BE(but.origin ?? request.readBigUInt64BE(40), 24);
  bytes.writeBigUInt64BE(but.receive ?? ntpTimestamp(now), 32);
  bytes.writeBigUInt64BE(but.transmit ?? ntpTimestamp(now), 40);
  return bytes;
}

function serverThat(but: Reply): Promise<Target> {
  return udpServer((request, send) => send(reply(request, but)));
}

async function read(target: Target, timeoutMs = 400, samples = 2) {
  const layers = await ntp.run({ ...target, samples, spacingMs: 10 }, context(timeoutMs));
  const reading = layers.ntp!;
  if ('notApplicable' in reading) throw new Error('always applicable');
  return reading;
}

describe('ntp', () => {
  it('reads what the server says of itself and measures no offset on one machine', async () => {
    const target = await serverThat({});
    const reading = await read(target, 2_000, 4);
    expect(reading).toMatchObject({
      server: `127.0.0.1:${target.port}`,
      requests: 4,
      version: 4,
      leap: 'none',
      stratum: 2,
      referenceId: '127.0.0.1',
      rootDelayMs: 15.625,
      rootDispersionMs: 7.8125,
    });
    expect(reading.failure).toBeUndefined();
    expect(reading.samples).toHaveLength(4);
    expect(reading.delayMs).toBe(Math.min(...reading.samples.map(sample => sample.delayMs)));
    const bound = reading.delayMs! / 2 + 7.8125 + 15.625 / 2;
    expect(reading.errorMs).toBeGreaterThanOrEqual(bound);
    expect(reading.errorMs).toBeLessThanOrEqual(bound + 1);
    expect(Math.abs(reading.offsetMs!)).toBeLessThan(reading.errorMs!);
  });

  it.each([90_000, -90_000, 3_600_000])('measures a clock that is %d ms ahead', async aheadMs => {
    const reading = await read(await serverThat({ aheadMs }));
    expect(Math.abs(reading.offsetMs! - aheadMs)).toBeLessThan(reading.errorMs!);
  });

  it('asks over IPv6 as well', async () => {
    const target = await udpServer((request, send) => send(reply(request)), '::1');
    expect(await read(target)).toMatchObject({ server: `[::1]:${target.port}`, stratum: 2 });
  });

  it('sends another random transmit time in every request and nothing else of its own', async () => {
    const requests: Buffer[] = [];
    const target = await udpServer((request, send) => {
      requests.push(request);
      send(reply(request));
    });
    await read(target, 2_000, 3);
    expect(new Set(requests.map(request => request.subarray(40).toString('hex'))).size).toBe(3);
    for (const request of requests) {
      expect(request.subarray(0, 40).toString('hex')).toBe(`23${'00'.repeat(39)}`);
    }
  });

  it('takes the sample with the least delay', async () => {
    let count = 0;
    const target = await udpServer((request, send) => {
      // The first two replies lose 120 ms on their way back, and with it the middle of the exchange.
      const bytes = reply(request);
      if (++count <= 2) setTimeout(() => send(bytes), 120);
      else send(bytes);
    });
    const reading = await read(target, 2_000, 4);
    expect(reading.samples).toHaveLength(4);
    expect(Math.max(...reading.samples.map(sample => sample.delayMs))).toBeGreaterThan(100);
    expect(Math.abs(reading.offsetMs!)).toBeLessThan(50);
  });

  it('keeps what arrived when the time is up', async () => {
    let count = 0;
    const target = await udpServer((request, send) => {
      if (++count === 1) send(reply(request));
    });
    const reading = await read(target, 150, 3);
    expect(reading).toMatchObject({ requests: 3, stratum: 2 });
    expect(reading.samples).toHaveLength(1);
    expect(reading.failure).toBeUndefined();
  });

  it('does not wait for samples that no longer fit before the deadline', async () => {
    const target = await serverThat({});
    const { ntp: reading } = await ntp.run({ ...target }, context(1_500));
    expect(reading).toMatchObject({ requests: 1, stratum: 2 });
  });

  it('fails with timeout when nothing arrives', async () => {
    const reading = await read(await udpServer(() => {}), 80);
    expect(reading.failure).toMatchObject({ stage: 'response', reason: 'timeout' });
    expect(reading).not.toHaveProperty('offsetMs');
    expect(reading).not.toHaveProperty('stratum');
  });

  it('fails with refused when nobody listens', async () => {
    const reading = await read(await closedUdpPort());
    expect(reading.failure).toEqual({
      stage: 'response',
      reason: 'refused',
      blame: 'target',
      code: 'ECONNREFUSED',
    });
  });

  it.each<[string, (request: Buffer) => Buffer, string]>([
    ['too short', request => reply(request).subarray(0, 47), 'not-ntp'],
    ['empty', () => Buffer.alloc(0), 'not-ntp'],
    ['garbage', () => Buffer.alloc(1_200, 0xff), 'not-ntp'],
    ['the request sent back', request => request, 'not-ntp'],
    ['a broadcast (mode 5)', request => reply(request, { first: 0x25 }), 'not-ntp'],
    ['version 0', request => reply(request, { first: 0x04 }), 'not-ntp'],
    ['another origin', request => reply(request, { origin: 1n }), 'mismatched'],
    [
      'an origin that differs in the last bit',
      request => reply(request, { origin: request.readBigUInt64BE(40) ^ 1n }),
      'mismatched',
    ],
    [
      'a kiss of death with another origin',
      request => reply(request, { first: 0xe4, stratum: 0, referenceId: 'DENY', origin: 1n }),
      'mismatched',
    ],
    ['no transmit time', request => reply(request, { transmit: 0n }), 'malformed'],
    [
      'sent before received',
      request => reply(request, { receive: ntpTimestamp(Date.now() + 9_000) }),
      'malformed',
    ],
  ])('ignores a reply and says why when no other comes: %s', async (_, answer, reason) => {
    const target = await udpServer((request, send) => send(answer(request)));
    const reading = await read(target, 80);
    expect(reading.failure).toMatchObject({ stage: 'response', reason });
    expect(reading.samples).toEqual([]);
  });

  it('is not misled by a forged reply that comes first', async () => {
    const target = await udpServer((request, send) => {
      send(reply(request, { origin: 7n, aheadMs: 1e9 }));
      send(reply(request));
      send(reply(request, { aheadMs: 1e9 }));
    });
    const reading = await read(target, 2_000, 3);
    expect(reading.samples).toHaveLength(3);
    expect(Math.abs(reading.offsetMs!)).toBeLessThan(reading.errorMs!);
  });

  it.each(['RATE', 'DENY', 'RSTR'])('stops at once at the kiss code %s', async code => {
    let requests = 0;
    const target = await udpServer((request, send) => {
      requests++;
      const cookie = request.readBigUInt64BE(40);
      send(reply(request, { first: 0xe4, stratum: 0, referenceId: code, receive: cookie, transmit: cookie }));
    });
    const reading = await read(target, 5_000, 4);
    expect(reading).toMatchObject({ stratum: 0, leap: 'unsynchronised', referenceId: code });
    expect(reading.failure).toMatchObject({ reason: 'kiss-of-death', code });
    expect(requests).toBe(1);
  });

  it('keeps its samples when the kiss comes after them', async () => {
    let count = 0;
    const target = await udpServer((request, send) =>
      send(reply(request, ++count < 3 ? {} : { first: 0xe4, stratum: 0, referenceId: 'RATE' })),
    );
    const reading = await read(target, 5_000, 4);
    expect(reading).toMatchObject({ requests: 3, stratum: 2, kiss: 'RATE' });
    expect(reading.failure).toBeUndefined();
  });

  it.each<[string, Reply]>([
    ['leap indicator 3', { first: 0xe4 }],
    ['stratum 16', { stratum: 16 }],
    ['stratum 0 without a code', { first: 0xe4, stratum: 0, referenceId: '\0\0\0\0' }],
    ['the code INIT', { first: 0xe4, stratum: 0, referenceId: 'INIT' }],
    ['a root distance of 20 s', { rootDispersion: 20 << 16 }],
    ['a clock last set two days ago', { reference: ntpTimestamp(Date.now() - 2 * 86_400_000) }],
    ['a clock set in the future', { reference: ntpTimestamp(Date.now() + 60_000) }],
  ])('fails with unsynchronised: %s', async (_, but) => {
    expect((await read(await serverThat(but))).failure).toMatchObject({ reason: 'unsynchronised' });
  });

  it('takes an empty reference time as saying nothing', async () => {
    expect((await read(await serverThat({ reference: 0n }))).failure).toBeUndefined();
  });

  it('prefers a sample of the synchronised server over an earlier one', async () => {
    let count = 0;
    const target = await udpServer((request, send) =>
      send(reply(request, ++count === 1 ? { first: 0xe4, stratum: 16 } : {})),
    );
    const reading = await read(target, 2_000, 2);
    expect(reading).toMatchObject({ stratum: 2, leap: 'none' });
    expect(reading.failure).toBeUndefined();
  });
});
