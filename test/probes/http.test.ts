import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HttpOptions, type HttpReading, http } from '../../probes/http.ts';
import type { ProbeContext } from '../../src/model/probe.ts';
import { hierarchy } from '../net/certificates.ts';
import { closedPort, context, tcpServer, tlsServer } from '../net/servers.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();
const trust = [root.pem];
const identity = { key: leaf.key, cert: leaf.pem + issuing.pem };

async function serve(server: Server): Promise<number> {
  await once(server.listen(0, address), 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}
const plain = (listener: RequestListener) => serve(createServer(listener));
const secured = (listener: RequestListener) => serve(createSecureServer(identity, listener));

const options = { address, serverName: 'a.test', trust, method: 'GET', path: '/some/path' } as const;
async function get(port: number, more: Partial<HttpOptions> = {}, by: ProbeContext = context(300)) {
  const { http: reading } = await http.run({ ...options, port, secure: false, ...more }, by);
  return reading as HttpReading;
}
/** A server that waits for the request, then says this, then closes. */
const saying = (text: string | Buffer, end = true) =>
  tcpServer(socket => {
    socket.once('data', () => {
      socket.write(text);
      if (end) socket.end();
    });
  });

test('an answer over TLS: three layers of one connection', async () => {
  const port = await secured((_request, response) => {
    response.writeHead(401, 'Unauthorized', {
      'WWW-Authenticate': 'Basic realm="Cisco-Edge"',
      Server: 'CE_C ECS',
      Age: '0',
      'Set-Cookie': ['X-Auth=secret; Secure', 'other=secret'],
      Via: ['one', 'two'],
    });
    response.end('denied');
  });
  const outcome = await http.run({ ...options, port, secure: true }, context());
  expect(outcome).toEqual({
    tcp: expect.objectContaining({ state: 'open' }),
    tls: expect.objectContaining({ protocol: 'TLSv1.3', verification: { trusted: true } }),
    http: {
      method: 'GET',
      path: '/some/path',
      status: 401,
      statusText: 'Unauthorized',
      headers: expect.objectContaining({
        'www-authenticate': 'Basic realm="Cisco-Edge"',
        server: 'CE_C ECS',
        'set-cookie': '(withheld)',
        via: 'one, two',
      }),
      body: 'denied',
      bodyBytes: 6,
      clockDifferenceMs: expect.any(Number),
      clockUncertaintyMs: expect.any(Number),
      responseMs: expect.any(Number),
    },
  });
  expect(JSON.stringify(outcome)).not.toContain('secret');
});

test('an answer without TLS: there is no such layer', async () => {
  const port = await plain((_request, response) => response.end('<x/>'));
  const outcome = await http.run({ ...options, port, secure: false }, context());
  expect(outcome.tls).toEqual({ notApplicable: 'this is plain HTTP' });
  expect(outcome.tcp).toMatchObject({ state: 'open' });
  expect(outcome.http).toMatchObject({ status: 200, statusText: 'OK', body: '<x/>' });
});

test.each([
  ['a.test', 'a.test'],
  ['', '127.0.0.1'],
])('the request tells who asks, and for which host: %j', async (serverName, host) => {
  const seen = Promise.withResolvers<object>();
  const port = await plain((request, response) => {
    seen.resolve({ url: request.url, method: request.method, headers: request.headers });
    response.end();
  });
  await get(port, { serverName });
  expect(await seen.promise).toEqual({
    url: '/some/path',
    method: 'GET',
    headers: {
      host: `${host}:${port}`,
      'user-agent': 'mradar (MRA diagnostics)',
      accept: '*/*',
      connection: 'close',
    },
  });
});

test('a closed port has no HTTP to read', async () => {
  const outcome = await http.run({ ...options, port: await closedPort(), secure: true }, context());
  expect(Object.keys(outcome)).toEqual(['tcp']);
});

test('what is not TLS has no HTTP to read', async () => {
  const port = await saying('SSH-2.0-x\r\n');
  const outcome = await http.run({ ...options, port, secure: true }, context());
  expect(Object.keys(outcome)).toEqual(['tcp', 'tls']);
  expect(outcome.tls).toMatchObject({ failure: { reason: 'not-tls' } });
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a server that insists on a client certificate, %s',
  async version => {
    const port = await tlsServer({
      ...identity,
      requestCert: true,
      ca: [root.pem],
      minVersion: version,
      maxVersion: version,
    });
    const outcome = await http.run({ ...options, port, secure: true }, context());
    expect(Object.keys(outcome)).toEqual(['tcp', 'tls']);
    expect(outcome.tls).toMatchObject({
      clientCertificate: 'required',
      failure: { stage: 'tls', reason: 'client-certificate-required' },
    });
  },
);

describe('the clock of the server', () => {
  test.each([
    ['right', 0],
    ['five minutes ahead', 300_000],
    ['twelve seconds behind', -12_000],
  ])('%s', async (_title, offMs) => {
    const port = await plain((_request, response) => {
      response.setHeader('Date', new Date(Date.now() + offMs).toUTCString());
      response.end();
    });
    const { clockDifferenceMs, clockUncertaintyMs } = await get(port);
    expect(clockUncertaintyMs).toBeGreaterThanOrEqual(500);
    expect(Math.abs(clockDifferenceMs! - offMs)).toBeLessThanOrEqual(clockUncertaintyMs! + 2);
  });

  test.each([
    ['without Date', {}],
    ['with a Date that is none', { Date: 'yesterday' }],
    ['from a cache', { Date: new Date(0).toUTCString(), Age: '30' }],
  ])('not known %s', async (_title, headers) => {
    const port = await plain((_request, response) => {
      response.sendDate = false;
      response.writeHead(200, headers).end();
    });
    const reading = await get(port);
    expect(reading.status).toBe(200);
    expect(reading.clockDifferenceMs).toBeUndefined();
  });
});

describe('an answer that is none', () => {
  const cases: [string, string | Buffer, object, object][] = [
    ['an SSH banner', 'SSH-2.0-OpenSSH\r\n', { reason: 'not-http' }, {}],
    ['a TLS alert', Buffer.from([21, 3, 1, 0, 2, 2, 70]), { reason: 'not-http' }, {}],
    ['a page without a head', '<html></html>', { reason: 'not-http' }, {}],
    ['a version of its own', 'HTTP/9.9 200 OK\r\n\r\n', { reason: 'not-http' }, {}],
    ['a word for a status', 'HTTP/1.1 fine\r\n\r\n', { reason: 'not-http' }, {}],
    ['nothing', '', { reason: 'eof' }, {}],
    ['half a head', 'HTTP/1.1 200 OK\r\nServ', { reason: 'eof' }, {}],
    ['a header that is none', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n', { reason: 'malformed' }, {}],
    ['a header too long', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, { reason: 'oversized' }, {}],
    [
      'headers too many',
      `HTTP/1.1 200 OK\r\n${'Some: thing\r\n'.repeat(5000)}\r\n`,
      { reason: 'oversized' },
      {},
    ],
    [
      'half a body',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab',
      { reason: 'eof' },
      { status: 200, body: 'ab' },
    ],
    [
      'a chunk that is none',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      { reason: 'malformed' },
      { status: 200 },
    ],
  ];
  test.each(cases)('%s', async (_title, text, failure, seen) => {
    const reading = await get(await saying(text));
    expect(reading).toMatchObject({ ...seen, failure: { stage: 'response', blame: 'target', ...failure } });
    if (!('status' in seen)) expect(reading.status).toBeUndefined();
  });

  test('silence', async () => {
    expect(await get(await tcpServer(() => {}), {}, context(100))).toEqual({
      method: 'GET',
      path: '/some/path',
      failure: { stage: 'response', reason: 'timeout', blame: 'target' },
    });
  });

  test('silence behind TLS', async () => {
    const port = await tlsServer(identity);
    const outcome = await http.run({ ...options, port, secure: true }, context(200));
    expect(outcome.tls).toMatchObject({ verification: { trusted: true } });
    expect(outcome.http).toMatchObject({ failure: { reason: 'timeout' } });
  });

  test.each([
    ['a reset', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()), 'reset'],
    ['a close', (socket: Socket) => socket.once('data', () => socket.end()), 'eof'],
  ])('%s', async (_title, onConnection, reason) => {
    const port = await tcpServer(socket => void onConnection(socket));
    expect(await get(port)).toMatchObject({ failure: { stage: 'response', reason } });
  });

  test('a close behind TLS', async () => {
    const port = await tlsServer(identity, socket => socket.once('data', () => socket.end()));
    const outcome = await http.run({ ...options, port, secure: true }, context());
    expect(outcome.http).toMatchObject({ failure: { stage: 'response', reason: 'eof' } });
  });

  test('a reset behind TLS', async () => {
    const wires: Socket[] = [];
    const server = createSecureServer(identity, () => wires[0]!.resetAndDestroy());
    server.on('connection', wire => wires.push(wire as Socket));
    const outcome = await http.run({ ...options, port: await serve(server), secure: true }, context());
    expect(outcome.tls).toMatchObject({ verification: { trusted: true } });
    expect(outcome.http).toMatchObject({ failure: { stage: 'response', reason: 'reset' } });
  });

  test('a body that never ends is cut off in time', async () => {
    const port = await saying('HTTP/1.1 200 OK\r\n\r\nbeginning', false);
    expect(await get(port, {}, context(100))).toMatchObject({
      status: 200,
      body: 'beginning',
      failure: { stage: 'response', reason: 'timeout' },
    });
  });
});

test('byte by byte is as good as at once', async () => {
  const port = await tcpServer(socket =>
    socket.setNoDelay(true).once('data', () => {
      for (const byte of Buffer.from('HTTP/1.1 204 No Content\r\nServer: CE_E\r\n\r\n'))
        socket.write(Buffer.from([byte]));
      socket.end();
    }),
  );
  expect(await get(port)).toMatchObject({ status: 204, headers: { server: 'CE_E' } });
});

test('a body is kept to 64 KiB and counted to 1 MiB', async () => {
  const kib = 1024;
  const big = await plain((_request, response) => response.end('x'.repeat(200 * kib)));
  const reading = await get(big, {}, context());
  expect(reading.body).toHaveLength(64 * kib);
  expect(reading.bodyBytes).toBe(200 * kib);
  const endless = await plain((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * kib)));
    };
    response.on('drain', more);
    more();
  });
  const cut = await get(endless, {}, context(5000));
  expect(cut.failure).toBeUndefined();
  expect(cut.bodyBytes).toBeGreaterThanOrEqual(1024 * kib);
  expect(cut.bodyBytes).toBeLessThan(1200 * kib);
});

test('text from the network cannot forge lines', async () => {
  const text = 'HTTP/1.1 200 O\u0080K\r\nX: a\u0085b\r\n\r\nline\n\u001b[31mred\u0000\ttab';
  const port = await saying(Buffer.from(text, 'latin1'));
  const reading = await get(port);
  expect(reading.statusText).toBe('OK');
  expect(JSON.stringify(reading.headers)).not.toMatch(/[\u0080-\u009f]/);
  expect(reading.body).toBe('line\n[31mred\ttab');
});

test('an interim answer is not the answer', async () => {
  const port = await saying('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nyes');
  expect(await get(port)).toMatchObject({ status: 200, body: 'yes' });
});

test('a change of protocol that nobody asked for is kept as it came', async () => {
  const port = await saying('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  expect(await get(port)).toMatchObject({ status: 101 });
});

test.each(['connect', 'tls', 'response'] as const)('an abort at stage %s', async stage => {
  const controller = new AbortController();
  const arrived = Promise.withResolvers<void>();
  const port =
    stage === 'response'
      ? await secured(() => arrived.resolve())
      : await tcpServer(socket => void socket.once('data', () => arrived.resolve()));
  const running = http.run({ ...options, port, secure: true }, context(5000, controller.signal));
  const failing = expect(running).rejects.toMatchObject({
    failure: { stage, reason: 'aborted', blame: 'prober' },
  });
  if (stage !== 'connect') await arrived.promise;
  controller.abort();
  await failing;
});
