import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type UdpReading, udp } from '../../probes/udp.ts';
import { closedUdpPort, context, type Target, udpServer } from './loopback.ts';

async function read(target: Target, timeoutMs: number, payloadHex = '01ff'): Promise<UdpReading> {
  const layers = await udp.run({ ...target, payloadHex }, context(timeoutMs));
  return layers.udp as UdpReading;
}

describe('udp', () => {
  it('is open when something answers, and keeps the answer', async () => {
    const target = await udpServer((datagram, send) => send(Buffer.concat([datagram, Buffer.from([0])])));
    const reading = await read(target, 2_000);
    expect(reading).toMatchObject({ ...target, state: 'open', sent: 1, replyBytes: 3, replyHex: '01ff00' });
    expect(reading.rttMs).toBeGreaterThanOrEqual(0);
  });

  it('is open when the answer is empty', async () => {
    const target = await udpServer((_, send) => send(Buffer.alloc(0)));
    expect(await read(target, 2_000, '')).toMatchObject({ state: 'open', replyBytes: 0, replyHex: '' });
  });

  it('keeps the first 512 bytes of a long answer and counts all', async () => {
    const target = await udpServer((_, send) => send(Buffer.alloc(9_000, 0xab)));
    expect(await read(target, 2_000)).toMatchObject({ replyBytes: 9_000, replyHex: 'ab'.repeat(512) });
  });

  it('is open when only the second datagram is answered', async () => {
    let count = 0;
    const target = await udpServer((_, send) => {
      if (++count === 2) send(Buffer.from('x'));
    });
    expect(await read(target, 200)).toMatchObject({ state: 'open', sent: 2 });
  });

  it('is closed when the system says so', async () => {
    const reading = await read(await closedUdpPort(), 2_000);
    expect(reading).toMatchObject({ state: 'closed', sent: 1 });
    expect(reading.failure).toMatchObject({ reason: 'refused', code: 'ECONNREFUSED' });
  });

  it('is open or filtered after two datagrams into silence, which is no failure', async () => {
    const target = await udpServer(() => {});
    expect(await read(target, 100)).toEqual({ ...target, state: 'open-or-filtered', sent: 2 });
  });

  it('does not take an answer from another port', async () => {
    const stranger = createSocket('udp4');
    onTestFinished(() => {
      stranger.close();
    });
    const target = await udpServer((_, __, from) => stranger.send('answer', from.port, from.address));
    expect(await read(target, 100)).toMatchObject({ state: 'open-or-filtered' });
  });

  it('refuses a payload that is not hexadecimal', async () => {
    await expect(read({ address: '127.0.0.1', port: 9 }, 100, '0g')).rejects.toThrow(RangeError);
  });
});
