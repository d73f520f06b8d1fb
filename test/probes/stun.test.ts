import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type StunReading, stun } from '../../probes/stun.ts';
import {
  decodeStun,
  encodeStun,
  type StunAttribute,
  type StunMessage,
  stunAttribute,
  stunAttributes,
} from '../../src/net/stun.ts';
import { closedTcpPort, closedUdpPort, context, type Target, tcpServer, udpServer } from './loopback.ts';

type Answer = { class?: StunMessage['class']; transaction?: Buffer; attributes?: readonly StunAttribute[] };

/** An answer to the request; a success when nothing else is asked for. */
function answer(request: Buffer, but: Answer = {}): Buffer {
  const { method, transaction } = decodeStun(request) as StunMessage;
  return encodeStun({ class: 'success', method, transaction, attributes: [], ...but });
}

/** 192.0.2.1:32853 as the XOR attribute carries it. */
const mapped = { type: stunAttributes.xorMappedAddress, value: Buffer.from('0001a147e112a643', 'hex') };
const relayed = { type: stunAttributes.xorRelayedAddress, value: Buffer.from('0001a147e112a643', 'hex') };
const software = { type: stunAttributes.software, value: Buffer.from('Example\x1b[2J 1.0') };
const challenge: Answer = {
  class: 'error',
  attributes: [
    { type: stunAttributes.errorCode, value: Buffer.from('\0\0\x04\x01Unauthorized', 'latin1') },
    { type: stunAttributes.realm, value: Buffer.from('TANDBERG') },
    { type: stunAttributes.nonce, value: Buffer.from('abcdef') },
  ],
};

function read(
  target: Target,
  timeoutMs = 2_000,
  transport: 'udp' | 'tcp' = 'udp',
  method: 'binding' | 'allocate' = 'binding',
): Promise<{ tcp?: unknown; stun?: StunReading }> {
  return stun.run({ ...target, transport, method }, context(timeoutMs)) as Promise<{ stun?: StunReading }>;
}

describe('stun over UDP', () => {
  it('reads the mapped address and the software of a binding success', async () => {
    const target = await udpServer((request, send) =>
      send(answer(request, { attributes: [software, mapped] })),
    );
    const { tcp, stun: reading } = await read(target);
    expect(tcp).toEqual({ notApplicable: 'asked over UDP' });
    expect(reading).toEqual({
      server: `127.0.0.1:${target.port}`,
      transport: 'udp',
      method: 'binding',
      outcome: 'success',
      requests: 1,
      rttMs: expect.any(Number),
      mapped: { address: '192.0.2.1', port: 32_853 },
      software: 'Example[2J 1.0',
      fingerprint: false,
    });
  });

  it('reads the address as a server of RFC 3489 gives it', async () => {
    const plain = { type: stunAttributes.mappedAddress, value: Buffer.from('00018055c0000201', 'hex') };
    const target = await udpServer((request, send) => send(answer(request, { attributes: [plain] })));
    expect((await read(target)).stun).toMatchObject({ mapped: { address: '192.0.2.1', port: 32_853 } });
  });

  it('asks a TURN server without credentials and reads its challenge', async () => {
    const requests: StunMessage[] = [];
    const target = await udpServer((request, send) => {
      requests.push(decodeStun(request) as StunMessage);
      send(answer(request, challenge));
    });
    const { stun: reading } = await read(target, 2_000, 'udp', 'allocate');
    expect(reading).toMatchObject({
      outcome: 'error',
      errorCode: 401,
      errorPhrase: 'Unauthorized',
      realm: 'TANDBERG',
      hasNonce: true,
    });
    expect(reading).not.toHaveProperty('failure');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ class: 'request', method: 3 });
    expect(stunAttribute(requests[0]!, stunAttributes.requestedTransport)).toEqual(
      Buffer.from([17, 0, 0, 0]),
    );
  });

  it('gives a relay back that an open server gave', async () => {
    const refresh = Promise.withResolvers<StunMessage>();
    const target = await udpServer((request, send) => {
      const message = decodeStun(request) as StunMessage;
      if (message.method === 4) refresh.resolve(message);
      else send(answer(request, { attributes: [relayed, mapped] }));
    });
    const { stun: reading } = await read(target, 2_000, 'udp', 'allocate');
    expect(reading).toMatchObject({ outcome: 'success', relayed: { address: '192.0.2.1', port: 32_853 } });
    const message = await refresh.promise;
    expect(stunAttribute(message, stunAttributes.lifetime)).toEqual(Buffer.alloc(4));
  });

  it('says no answer, without a failure, after repetitions into silence', async () => {
    const transactions = new Set<string>();
    const target = await udpServer(request => {
      transactions.add(request.subarray(8, 20).toString('hex'));
    });
    const { stun: reading } = await read(target, 650);
    expect(reading).toMatchObject({ outcome: 'no-answer', requests: 2 });
    expect(reading).not.toHaveProperty('failure');
    expect(reading).not.toHaveProperty('rttMs');
    expect(transactions.size).toBe(1);
  });

  it('takes the answer to a repetition', async () => {
    let count = 0;
    const target = await udpServer((request, send) => {
      if (++count === 2) send(answer(request, { attributes: [mapped] }));
    });
    const { stun: reading } = await read(target);
    expect(reading).toMatchObject({ outcome: 'success', requests: 2 });
    expect(reading!.rttMs).toBeGreaterThan(400);
  });

  it('fails with refused when nobody listens', async () => {
    expect((await read(await closedUdpPort())).stun).toMatchObject({
      outcome: 'failed',
      failure: { stage: 'response', reason: 'refused', code: 'ECONNREFUSED' },
    });
  });

  const badFingerprint = { type: stunAttributes.fingerprint, value: Buffer.from('deadbeef', 'hex') };
  it.each<[string, (request: Buffer) => Buffer, string]>([
    ['garbage', () => Buffer.alloc(900, 0xff), 'not-stun'],
    ['empty', () => Buffer.alloc(0), 'not-stun'],
    [
      'another transaction',
      request => answer(request, { transaction: Buffer.alloc(12), attributes: [mapped] }),
      'mismatched',
    ],
    ['the request sent back', request => request, 'mismatched'],
    ['truncated', request => answer(request, { attributes: [mapped] }).subarray(0, -4), 'malformed'],
    [
      'a fingerprint that does not fit',
      request => answer(request, { attributes: [mapped, badFingerprint] }),
      'malformed',
    ],
    ['a success without an address', request => answer(request), 'malformed'],
    ['an error without a code', request => answer(request, { class: 'error' }), 'malformed'],
  ])('ignores an answer and says why when no other comes: %s', async (_, reply, reason) => {
    const target = await udpServer((request, send) => send(reply(request)));
    expect((await read(target, 80)).stun).toMatchObject({
      outcome: 'failed',
      failure: { stage: 'response', reason },
    });
  });

  it('is not misled by a forged answer that comes first', async () => {
    const target = await udpServer((request, send) => {
      send(answer(request, { transaction: Buffer.alloc(12, 1), ...challenge }));
      send(answer(request, { attributes: [mapped] }));
    });
    expect((await read(target)).stun).toMatchObject({ outcome: 'success' });
  });
});

describe('stun over TCP', () => {
  const server = (reply: (request: Buffer, socket: Socket) => void) =>
    tcpServer(socket => {
      socket.once('data', request => reply(request, socket));
    });

  it('reads the answer', async () => {
    const target = await server((request, socket) => socket.write(answer(request, { attributes: [mapped] })));
    expect(await read(target, 2_000, 'tcp')).toMatchObject({
      tcp: { state: 'open' },
      stun: { transport: 'tcp', outcome: 'success', requests: 1, mapped: { address: '192.0.2.1' } },
    });
  });

  it('reads it byte by byte and behind an answer to somebody else', async () => {
    const target = await server(async (request, socket) => {
      const other = answer(request, { transaction: Buffer.alloc(12) });
      for (const byte of Buffer.concat([other, answer(request, challenge)])) {
        await new Promise(resolve => socket.write(Buffer.from([byte]), resolve));
      }
    });
    expect((await read(target, 2_000, 'tcp', 'allocate')).stun).toMatchObject({ errorCode: 401 });
  });

  it('says no answer when the server is silent', async () => {
    const silent = await server(() => {});
    expect((await read(silent, 80, 'tcp')).stun).toMatchObject({ outcome: 'no-answer' });
  });

  it.each<[string, (request: Buffer, socket: Socket) => void, string]>([
    ['the end', (_, socket) => socket.end(), 'eof'],
    ['a reset', (_, socket) => socket.resetAndDestroy(), 'reset'],
    ['another protocol', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'not-stun'],
    [
      'silence in the middle of an answer',
      (request, socket) => socket.write(answer(request, challenge).subarray(0, 30)),
      'timeout',
    ],
    [
      'the end in the middle of an answer',
      (request, socket) => socket.end(answer(request, challenge).subarray(0, 30)),
      'eof',
    ],
    ['a few foreign bytes and the end', (_, socket) => socket.end('no'), 'not-stun'],
    [
      'another transaction',
      (request, socket) => socket.end(answer(request, { transaction: Buffer.alloc(12) })),
      'mismatched',
    ],
  ])('fails and says why: %s', async (_, reply, reason) => {
    expect((await read(await server(reply), 200, 'tcp')).stun).toMatchObject({
      outcome: 'failed',
      failure: { stage: 'response', reason },
    });
  });

  it('reads no stun layer when nobody listens', async () => {
    const layers = await read(await closedTcpPort(), 2_000, 'tcp');
    expect(layers.tcp).toMatchObject({ state: 'refused' });
    expect(layers.stun).toBeUndefined();
  });
});
