import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SipOptions, type SipReading, sip } from '../../probes/sip.ts';
import { ProberFault } from '../../src/model/failure.ts';
import { decodeStun, encodeStun, stunAttributes } from '../../src/net/stun.ts';
import { runStep } from '../../src/probe/run.ts';
import { expressway, serveSip } from '../../src/simulator/sip.ts';
import { hierarchy } from '../net/certificates.ts';
import { closedPort, context, openHandles, tcpServer, tlsServer, udpServer } from '../net/servers.ts';

const { root, issuing, leaf } = hierarchy();
const identity = { key: leaf.key, cert: leaf.pem + issuing.pem };
const base = {
  address: '127.0.0.1',
  serverName: 'a.test',
  trust: [root.pem],
  uri: 'sip:a.test',
  keepAlive: false,
} as const;

async function ask(
  transport: SipOptions['transport'],
  port: number,
  { timeoutMs = 1_000, ...more }: Partial<SipOptions> & { timeoutMs?: number } = {},
) {
  return sip.run({ ...base, transport, port, ...more }, context(timeoutMs));
}
async function read(...args: Parameters<typeof ask>): Promise<SipReading> {
  return (await ask(...args)).sip as SipReading;
}

type Change = (text: string) => string;
/** An answer that belongs to the request. */
function answer(request: Buffer | string, first = 'SIP/2.0 200 OK', change: Change = text => text): string {
  const own = request
    .toString()
    .split('\r\n')
    .filter(line => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  return change(`${[first, ...own, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`);
}

/** Serves TCP: what is answered to each request. */
function serving(respond: (request: string, socket: Socket) => void): Promise<number> {
  return tcpServer(conversation(respond));
}
function conversation(respond: (request: string, socket: Socket) => void) {
  return (socket: Socket) => {
    socket.on('data', (chunk: Buffer) => respond(chunk.toString(), socket)).on('end', () => socket.end());
  };
}

describe('an answer', () => {
  const rich: Change = text =>
    text
      .replace(';rport', ';rport=5678;received=192.0.2.9')
      .replace('Content-Length', 'l')
      .replace(
        /^l:/m,
        'Server: TANDBERG/4137\r\n (X15.0.3)\r\nWarning: 399 a.test "x\x07y"\r\nAllow: INVITE,\r\n OPTIONS\r\nu: none\r\nl:',
      )
      .replace('Via:', 'v :');

  const expected = {
    requests: 1,
    status: 200,
    reasonPhrase: 'OK',
    server: 'TANDBERG/4137 (X15.0.3)',
    product: 'TANDBERG/4137',
    version: 'X15.0.3',
    warning: ['399 a.test "xy"'],
    allow: ['INVITE', 'OPTIONS'],
    received: '192.0.2.9',
    rport: 5678,
    responseMs: expect.any(Number),
    local: { address: '127.0.0.1', port: expect.any(Number) },
  };

  it('over UDP, with nothing below it', async () => {
    const port = await udpServer((request, from, socket) =>
      socket.send(answer(request, 'SIP/2.0 200 OK', rich), from.port, from.address),
    );
    const layers = await ask('udp', port);
    expect(layers).toEqual({
      tcp: { notApplicable: 'asked over UDP' },
      tls: { notApplicable: 'asked over UDP' },
      sip: { transport: 'udp', ...expected },
    });
  });

  it.each([
    ['30', 30],
    ['18000;duration=3600', 18_000],
    ['120 (I am in a meeting)', 120],
    ['soon', undefined],
    ['1.5', undefined],
    ['99999999999', undefined],
  ])('that sends us away for a while: %s', async (after, seconds) => {
    const busy: Change = text => text.replace('Content-Length', `Retry-After: ${after}\r\nContent-Length`);
    const port = await serving((request, socket) =>
      socket.write(answer(request, 'SIP/2.0 503 Service Unavailable', busy)),
    );
    const reading = await read('tcp', port);
    expect(reading).toMatchObject({ status: 503 });
    expect(reading.retryAfterSeconds).toBe(seconds);
  });

  it('over TCP', async () => {
    const port = await serving((request, socket) => socket.write(answer(request, 'SIP/2.0 200 OK', rich)));
    const { tcp, tls, sip: reading } = await ask('tcp', port);
    expect(tcp).toMatchObject({ state: 'open', port });
    expect(tls).toEqual({ notApplicable: 'asked over TCP in clear' });
    expect(reading).toEqual({ transport: 'tcp', ...expected });
  });

  it('over TLS, with the certificates', async () => {
    const port = await tlsServer(
      identity,
      conversation((request, socket) => socket.write(answer(request, 'SIP/2.0 200 OK', rich))),
    );
    const { tls, sip: reading } = await ask('tls', port);
    expect(tls).toMatchObject({ serverName: 'a.test', verification: { trusted: true } });
    expect(reading).toEqual({ transport: 'tls', ...expected });
  });

  it.each([301, 401, 403, 404, 405, 407, 480, 483, 501, 503, 603])(
    'of status %i is no failure',
    async status => {
      const port = await serving((request, socket) => socket.write(answer(request, `SIP/2.0 ${status} No`)));
      const reading = await read('tcp', port);
      expect(reading).toMatchObject({ status, reasonPhrase: 'No' });
      expect(reading).not.toHaveProperty('failure');
    },
  );

  it('byte by byte, after line ends and junk', async () => {
    const port = await serving(async (request, socket) => {
      socket.setNoDelay(true);
      for (const byte of Buffer.from(`\r\n\r\nwelcome\r\n${answer(request)}`)) {
        await new Promise(resolve => socket.write(Buffer.from([byte]), resolve));
      }
    });
    expect(await read('tcp', port)).toMatchObject({ status: 200 });
  });

  it('after a provisional one in the same segment, and after a wrong one', async () => {
    const wrong: Change = text => text.replace('branch=', 'branch=x');
    const port = await serving((request, socket) =>
      socket.write(
        answer(request, 'SIP/2.0 200 OK', wrong) +
          answer(request, 'SIP/2.0 100 Trying') +
          answer(request, 'SIP/2.0 486 Busy Here'),
      ),
    );
    expect(await read('tcp', port)).toMatchObject({ provisional: 100, status: 486 });
  });

  it('after a question of the server', async () => {
    const question = (request: string) =>
      request.replace('z9hG4bK', 'z9hG4bKother').replace(/Call-ID: .*/, 'Call-ID: theirs');
    const port = await serving((request, socket) => socket.write(question(request) + answer(request)));
    expect(await read('tcp', port)).toMatchObject({ status: 200 });
  });

  it('of the simulated Expressway', async () => {
    const port = await tcpServer(socket => serveSip(socket, expressway));
    expect(await read('tcp', port, { keepAlive: true })).toMatchObject({
      status: 200,
      product: 'TANDBERG/4137',
      version: 'X15.0.3',
      keepAlive: 'pong',
    });
  });
});

describe('over UDP', () => {
  it('a request that gets lost is sent again, the same', async () => {
    const heard: Buffer[] = [];
    const port = await udpServer((request, from, socket) => {
      heard.push(request);
      if (heard.length === 2) socket.send(answer(request), from.port, from.address);
    });
    const reading = await read('udp', port, { timeoutMs: 3_000 });
    expect(reading).toMatchObject({ requests: 2, status: 200 });
    expect(reading.responseMs).toBeGreaterThanOrEqual(490);
    expect(heard[0]!.equals(heard[1]!)).toBe(true);
  });

  it('requests are sent at T1, then ever more slowly, and after a provisional answer at T2', async () => {
    const silent = await udpServer(() => {});
    const trying = await udpServer((request, from, socket) =>
      socket.send(answer(request, 'SIP/2.0 100 Trying'), from.port, from.address),
    );
    const readings = await Promise.all([silent, trying].map(port => read('udp', port, { timeoutMs: 2_400 })));
    expect(readings).toMatchObject([{ requests: 3 }, { requests: 2, provisional: 100 }]);
  });

  it('silence is a timeout, and what was no answer is named', async () => {
    const silent = await udpServer(() => {});
    expect(await read('udp', silent, { timeoutMs: 100 })).toMatchObject({
      requests: 1,
      failure: { stage: 'response', reason: 'timeout' },
    });
    const kinds: [string | ((request: Buffer) => string), object][] = [
      ['garbage', { reason: 'not-sip' }],
      ['HTTP/1.1 400 Bad Request\r\n\r\n', { reason: 'not-sip', code: 'HTTP' }],
      [request => answer(request, 'SIP/2.0 4294967301 big'), { reason: 'malformed' }],
      [request => answer(request).replace('branch=', 'branch=x'), { reason: 'mismatched', code: 'branch' }],
      [
        request => answer(request).replace('Call-ID: ', 'Call-ID: x'),
        { reason: 'mismatched', code: 'Call-ID' },
      ],
      [request => answer(request).replace(/CSeq: \d+/, 'CSeq: 0'), { reason: 'mismatched', code: 'CSeq' }],
      [
        request => answer(request).replace('From:', 'Via: SIP/2.0/UDP b.test\r\nFrom:'),
        { reason: 'mismatched', code: 'Via' },
      ],
      [request => answer(request, 'SIP/2.0 100 Trying'), { reason: 'timeout' }],
    ];
    for (const [say, failure] of kinds) {
      const port = await udpServer((request, from, socket) =>
        socket.send(typeof say === 'string' ? say : say(request), from.port, from.address),
      );
      expect(await read('udp', port, { timeoutMs: 80 })).toMatchObject({ failure });
    }
  });

  it('a refusal by ICMP is a refusal', async () => {
    expect(await read('udp', await closedPort())).toMatchObject({
      failure: { reason: 'refused', code: 'ECONNREFUSED' },
    });
  });

  it('the keep-alive is a STUN request that tells our address', async () => {
    const port = await udpServer((request, from, socket) => {
      const message = decodeStun(request);
      if (typeof message === 'string') {
        socket.send(answer(request), from.port, from.address);
        return;
      }
      const value = Buffer.from([0, 1, 0x33, 0x26, 0xe1, 0x12, 0xa6, 0x4b]);
      socket.send('noise', from.port, from.address);
      socket.send(
        encodeStun({
          ...message,
          class: 'success',
          attributes: [{ type: stunAttributes.xorMappedAddress, value }],
        }),
        from.port,
        from.address,
      );
    });
    expect(await read('udp', port, { keepAlive: true })).toMatchObject({
      keepAlive: 'pong',
      mapped: { address: '192.0.2.9', port: 0x33_26 ^ 0x21_12 },
    });
    const mute = await udpServer((request, from, socket) => {
      if (decodeStun(request) === 'not-stun') socket.send(answer(request), from.port, from.address);
    });
    expect(await read('udp', mute, { keepAlive: true, timeoutMs: 600 })).toMatchObject({
      requests: 1,
      status: 200,
      keepAlive: 'silent',
    });
  });
});

describe('on a stream', () => {
  it.each<[string, (request: string, socket: Socket) => void, { reason: string; [more: string]: string }]>([
    ['silence', () => {}, { reason: 'timeout' }],
    ['an end', (_, socket) => socket.end(), { reason: 'eof' }],
    ['a reset', (_, socket) => socket.resetAndDestroy(), { reason: 'reset' }],
    [
      'a part of an answer',
      (request, socket) => socket.write(answer(request).slice(0, -9)),
      { reason: 'timeout' },
    ],
    ['a part and an end', (request, socket) => socket.end(answer(request).slice(0, -9)), { reason: 'eof' }],
    ['only a line end', (_, socket) => socket.write('\r\n'), { reason: 'timeout' }],
    [
      'HTTP',
      (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      { reason: 'not-sip', code: 'HTTP' },
    ],
    [
      'another protocol that ends',
      (_, socket) => socket.end('220 mail ESMTP\r\n'),
      { reason: 'not-sip', detail: 'began with "220 mail ESMTP"' },
    ],
    ['garbage', (_, socket) => socket.write(Buffer.alloc(9_000, 0xfe)), { reason: 'not-sip' }],
    ['a TLS alert', (_, socket) => socket.end(Buffer.from('15030100020246', 'hex')), { reason: 'plain-tls' }],
    [
      'a head without end',
      (_, socket) => pour(socket, 'SIP/2.0 200 OK\r\n', 'X: y\r\n'),
      { reason: 'oversized' },
    ],
    [
      'a wrong branch',
      (request, socket) => socket.write(answer(request).replace('branch=', 'branch=x')),
      { reason: 'mismatched', code: 'branch' },
    ],
    [
      'two lengths',
      (request, socket) => socket.write(answer(request).replace('Content', 'l: 4\r\nContent')),
      { reason: 'malformed' },
    ],
    [
      'only a provisional answer',
      (request, socket) => socket.write(answer(request, 'SIP/2.0 183 Wait')),
      { reason: 'timeout' },
    ],
  ])('%s is told from the rest', async (_, respond, failure) => {
    const timeoutMs = ['timeout', 'mismatched'].includes(failure.reason) ? 150 : 3_000;
    const reading = await read('tcp', await serving(respond), { timeoutMs });
    expect(reading).toMatchObject({ failure: { stage: 'response', ...failure } });
    expect(reading).not.toHaveProperty('status');
    expect(reading).not.toHaveProperty('responseMs');
  });

  function pour(socket: Socket, first: string, more: string): void {
    socket.write(first);
    const on = () => {
      while (!socket.destroyed && socket.write(more.repeat(500)));
    };
    socket.on('drain', on);
    on();
  }

  it('the keep-alive is answered, not answered, or taken amiss', async () => {
    const port = (then: (socket: Socket) => void) =>
      serving((request, socket) =>
        request === '\r\n\r\n' ? then(socket) : void socket.write(answer(request)),
      );
    const outcome = async (then: (socket: Socket) => void) =>
      (await read('tcp', await port(then), { keepAlive: true, timeoutMs: 150 })).keepAlive;
    expect(await outcome(socket => void socket.write('\r\n'))).toBe('pong');
    expect(await outcome(() => {})).toBe('silent');
    expect(await outcome(socket => void socket.end())).toBe('closed');
    const silent = await serving(() => {});
    expect(await read('tcp', silent, { keepAlive: true, timeoutMs: 50 })).not.toHaveProperty('keepAlive');
  });

  it('a server that insists on a client certificate refuses TLS, not SIP', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const port = await tlsServer({ ...identity, requestCert: true, ca: [root.pem], maxVersion });
      const layers = await ask('tls', port);
      expect(layers.tls).toMatchObject({
        clientCertificate: 'required',
        failure: { reason: 'client-certificate-required' },
      });
      expect(layers).not.toHaveProperty('sip');
    }
  });

  it('what is below decides what is not reached', async () => {
    const step = (transport: SipOptions['transport'], port: number) => ({
      id: 'step',
      probe: 'sip',
      subject: { id: 'subject' } as never,
      why: '',
      options: { ...base, transport, port },
      timeoutMs: 300,
      intervalMs: 1,
      host: '127.0.0.1',
    });
    const states = async (transport: SipOptions['transport'], port: number) =>
      (await runStep(step(transport, port), sip, new AbortController().signal)).observations.map(
        ({ kind, state }) => `${kind} ${state}`,
      );
    const closed = await closedPort();
    expect(await states('tcp', closed)).toEqual(['tcp observed', 'tls not-applicable', 'sip skipped']);
    expect(await states('tls', closed)).toEqual(['tcp observed', 'tls skipped', 'sip skipped']);
    expect(await states('udp', closed)).toEqual(['tcp not-applicable', 'tls not-applicable', 'sip observed']);
    const notTls = await serving((_, socket) => socket.end('hello'));
    expect(await states('tls', notTls)).toEqual(['tcp observed', 'tls observed', 'sip skipped']);
  });
});

it('any bytes and any mutation of an answer end in a reading', async () => {
  let say = (_: string): Buffer => Buffer.alloc(0);
  const port = await serving((request, socket) => socket.end(say(request)));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 50 }),
      async (changes, cut, before) => {
        say = request => {
          const bytes = Buffer.from(answer(request));
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          return Buffer.concat([before, bytes.subarray(0, cut % (bytes.length + 1))]);
        };
        const reading = await read('tcp', port, { timeoutMs: 500 });
        expect(reading.status !== undefined || reading.failure !== undefined).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

describe('an abort leaves nothing behind', () => {
  it.each<[SipOptions['transport'], boolean]>([
    ['udp', false],
    ['tcp', false],
    ['tls', false],
    ['udp', true],
    ['tcp', true],
    ['tls', true],
  ])('over %s, answered before: %j', async (transport, answers) => {
    const closing = (socket: Socket | TLSSocket) =>
      conversation((request, open) => answers && request !== '\r\n\r\n' && open.write(answer(request)))(
        socket,
      );
    const port = await {
      udp: () =>
        udpServer((request, from, socket) => {
          if (answers && decodeStun(request) === 'not-stun')
            socket.send(answer(request), from.port, from.address);
        }),
      tcp: () => tcpServer(closing),
      tls: () => tlsServer(identity, closing),
    }[transport]();
    for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve));
    const before = openHandles();
    const grown = () =>
      Object.entries(openHandles()).filter(
        ([kind, count]) => count > (before[kind] ?? 0) + (kind === 'Timeout' ? 3 : 0),
      );
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 60);
        const outcome = sip.run(
          { ...base, transport, port, keepAlive: answers },
          context(60_000, controller.signal),
        );
        await expect(outcome).rejects.toThrow(ProberFault);
        await expect(outcome).rejects.toMatchObject({ failure: { reason: 'aborted', blame: 'prober' } });
      }),
    );
    for (let turn = 0; turn < 20_000 && grown().length > 0; turn++)
      await new Promise(resolve => setImmediate(resolve));
    expect(grown()).toEqual([]);
  });
});
