import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import type { TlsOptions as ServerOptions } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { tls } from '../../probes/tls.ts';
import type { ProbeContext } from '../../src/model/probe.ts';
import type { TlsReading } from '../../src/net/tls.ts';
import { hierarchy, type Issued, issue, keyFor } from '../net/certificates.ts';
import { closedPort, context, tcpServer, tlsServer } from '../net/servers.ts';
import { weakHandshake } from '../net/weak-handshake.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();
const trust = [root.pem];

/** A server that sends these certificates, the first being its own. */
const sending = (...chain: readonly Issued[]): ServerOptions => ({
  key: chain[0]!.key,
  cert: chain.map(({ pem }) => pem).join(''),
});
const good = sending(leaf, issuing);

async function read(port: number, anchors = trust, by: ProbeContext = context()): Promise<TlsReading> {
  const { tcp, tls: reading } = await tls.run({ address, port, serverName: 'a.test', trust: anchors }, by);
  expect(tcp).toMatchObject({ state: 'open' });
  return reading as TlsReading;
}
const noting =
  (names: unknown[]): ServerOptions['SNICallback'] =>
  (name, done) => {
    names.push(name);
    done(null);
  };
const subjects = (reading: TlsReading) => reading.chain.map(({ subject }) => subject.replace('CN=', ''));

test('a good server', async () => {
  const names: unknown[] = [];
  const port = await tlsServer({ ...good, SNICallback: noting(names) });
  const reading = await read(port);
  expect(reading).toEqual({
    serverName: 'a.test',
    handshakeMs: expect.any(Number),
    protocol: 'TLSv1.3',
    cipher: expect.stringMatching(/^TLS_/),
    keyExchange: expect.objectContaining({ name: expect.any(String) }),
    chain: [
      expect.objectContaining({ subject: 'CN=a.test', issuer: 'CN=Test Issuing CA' }),
      expect.objectContaining({ subject: 'CN=Test Issuing CA', issuer: 'CN=Test Root' }),
    ],
    verification: { trusted: true },
    path: { end: 'anchored', endName: 'CN=Test Root', suppliedByStore: [], inOrder: true },
    clientCertificate: 'not-requested',
  });
  expect(names).toEqual(['a.test']);
});

test('no name is sent for an address', async () => {
  const names: unknown[] = [];
  const port = await tlsServer({ ...good, SNICallback: noting(names) });
  const { tls: reading } = await tls.run({ address, port, serverName: '192.0.2.1', trust }, context());
  expect(reading).toMatchObject({ serverName: '', protocol: 'TLSv1.3' });
  expect(names).toEqual([]);
});

test('a port that is closed has no TLS to read', async () => {
  const port = await closedPort();
  const outcome = await tls.run({ address, port, serverName: 'a.test', trust }, context());
  expect(Object.keys(outcome)).toEqual(['tcp']);
  expect(outcome.tcp).toMatchObject({ state: 'refused' });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('with %s', version => {
  const only = { minVersion: version, maxVersion: version };

  test.each([
    ['leaf and intermediate', [leaf, issuing], ['a.test', 'Test Issuing CA'], true, undefined],
    ['the intermediate is missing', [leaf], ['a.test'], false, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['another order', [leaf, root, issuing], ['a.test', 'Test Root', 'Test Issuing CA'], true, undefined],
    [
      'one twice',
      [leaf, issuing, issuing],
      ['a.test', 'Test Issuing CA', 'Test Issuing CA'],
      true,
      undefined,
    ],
    [
      'one too many',
      [leaf, issuing, issue({ commonName: 'Extra', ca: true })],
      ['a.test', 'Test Issuing CA', 'Extra'],
      true,
      undefined,
    ],
    ['the root too', [leaf, issuing, root], ['a.test', 'Test Issuing CA', 'Test Root'], true, undefined],
  ] as const)('the chain is kept as it was sent: %s', async (_title, chain, sent, trusted, code) => {
    const reading = await read(await tlsServer({ ...sending(...chain), ...only }));
    expect(subjects(reading)).toEqual(sent);
    expect(reading).toMatchObject({ protocol: version });
    expect(reading.verification).toEqual({ trusted, ...(code && { code }) });
  });

  test('a missing intermediate that our own store has is still missing', async () => {
    const reading = await read(await tlsServer({ ...sending(leaf), ...only }), [root.pem + issuing.pem]);
    expect(subjects(reading)).toEqual(['a.test']);
    expect(reading).toMatchObject({
      verification: { trusted: true },
      path: { end: 'anchored', suppliedByStore: ['CN=Test Issuing CA'] },
    });
  });

  test('a client certificate that the server insists on', async () => {
    const demanding = {
      ...good,
      ...only,
      requestCert: true,
      rejectUnauthorized: true,
      ca: [root.pem, issuing.pem],
    };
    const reading = await read(await tlsServer(demanding));
    expect(reading).toMatchObject({
      clientCertificate: 'required',
      clientAuthorities: ['CN=Test Root', 'CN=Test Issuing CA'],
      path: { end: 'anchored' },
      failure: {
        stage: 'tls',
        reason: 'client-certificate-required',
        blame: 'target',
        code: version === 'TLSv1.3' ? 'alert 116' : 'alert 40',
      },
    });
    expect(subjects(reading)).toEqual(['a.test', 'Test Issuing CA']);
  });

  test('a client certificate that the server would like to have', async () => {
    const asking = { ...good, ...only, requestCert: true, rejectUnauthorized: false, ca: [root.pem] };
    const startMs = performance.now();
    const reading = await read(await tlsServer(asking));
    expect(reading).toMatchObject({ clientCertificate: 'requested', clientAuthorities: ['CN=Test Root'] });
    expect(reading.failure).toBeUndefined();
    expect(performance.now() - startMs, 'a session ticket spares the wait').toBeLessThan(800);
  });

  test('hanging up without a word after the empty certificate is a refusal too', async () => {
    // A relay that lets the server's first flight through and closes when we have answered it.
    const behind = await tlsServer({
      ...good,
      ...only,
      requestCert: true,
      rejectUnauthorized: false,
      ca: [root.pem],
    });
    const port = await tcpServer(client => {
      const server = connectTcp(behind, address).on('error', () => {});
      client.once('data', hello => {
        server.write(hello);
        client.once('data', () => client.end());
      });
      server.on('data', flight => client.writable && client.write(flight));
      client.on('close', () => server.destroy());
    });
    expect(await read(port)).toMatchObject({
      clientCertificate: 'required',
      failure: { reason: 'client-certificate-required', code: 'EOF' },
    });
  });

  test('an EC certificate', async () => {
    const ec = issue({ commonName: 'ec.test', issuer: issuing, keyPem: keyFor('ec', 'ec') });
    const reading = await read(await tlsServer({ ...sending(ec, issuing), ...only }));
    expect(reading).toMatchObject({ verification: { trusted: true } });
    expect(reading.chain[0]).toMatchObject({ key: { type: 'ec', bits: 256, curve: 'prime256v1' } });
  });
});

test.each([
  ['expired', { fromDays: -20, toDays: -10 }, 'CERT_HAS_EXPIRED', 'anchored'],
  ['not yet valid', { fromDays: 10, toDays: 20 }, 'CERT_NOT_YET_VALID', 'anchored'],
])('a certificate that is %s is read all the same', async (_title, wish, code, end) => {
  const dated = issue({ commonName: 'a.test', issuer: issuing, ...wish });
  const reading = await read(await tlsServer(sending(dated, issuing)));
  expect(reading).toMatchObject({ verification: { trusted: false, code }, path: { end } });
});

test('expired and untrusted at once: one does not hide the other', async () => {
  const dated = issue({ commonName: 'a.test', issuer: issuing, fromDays: -20, toDays: -10 });
  const reading = await read(await tlsServer(sending(dated, issuing, root)), []);
  expect(reading).toMatchObject({ path: { end: 'untrusted-root', endName: 'CN=Test Root' } });
});

test('a self-signed certificate', async () => {
  const reading = await read(await tlsServer(sending(issue({ commonName: 'self' }))), []);
  expect(reading).toMatchObject({
    verification: { trusted: false, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    path: { end: 'untrusted-root', endName: 'CN=self' },
  });
});

test('the wrong name does not change the verdict on the chain', async () => {
  const named = issue({ commonName: 'other.test', issuer: issuing, names: { dns: ['other.test'] } });
  expect(await read(await tlsServer(sending(named, issuing)))).toMatchObject({
    verification: { trusted: true },
  });
});

test.each([
  ['the root', root],
  ['the issuing CA alone', issuing],
])('the declared anchors decide: %s', async (_title, anchor) => {
  const port = await tlsServer(good);
  expect(await read(port, [anchor.pem])).toMatchObject({ verification: { trusted: true } });
  expect(await read(port, [])).toMatchObject({ verification: { trusted: false } });
});

test.each(['TLSv1', 'TLSv1.1'] as const)('a server that knows only %s is read', async version => {
  const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
  const reading = await read(await tlsServer({ ...good, ...old }));
  expect(reading).toMatchObject({ protocol: version, verification: { trusted: true } });
});

test('a weak key and a weak signature are read', async () => {
  const weak = issue({
    commonName: 'weak',
    issuer: issuing,
    keyPem: keyFor('weak', 'rsa', 1024),
    digest: 'sha1',
  });
  const reading = await read(await tlsServer({ ...sending(weak, issuing), ciphers: 'DEFAULT:@SECLEVEL=0' }));
  expect(reading.chain[0]).toMatchObject({ key: { bits: 1024 }, signature: 'sha1WithRSAEncryption' });
});

test('the size of the Diffie-Hellman group', async () => {
  const dhe = { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto' } as const;
  expect(await read(await tlsServer({ ...good, ...dhe }))).toMatchObject({
    keyExchange: { type: 'DH', bits: 2048 },
  });
});

test.each([512, 768])('a Diffie-Hellman group of %i bits, too small to shake hands', async bits => {
  const port = await tcpServer(weakHandshake(leaf, bits));
  const reading = await read(port);
  expect(reading).toMatchObject({
    keyExchange: { type: 'DH', bits },
    clientCertificate: 'not-requested',
    failure: {
      stage: 'tls',
      reason: 'tls-weak-dh',
      blame: 'target',
      code: expect.stringMatching(/^ERR_SSL_/),
    },
  });
  expect(subjects(reading)).toEqual(['a.test']);
});

describe('what is not TLS', () => {
  test.each([
    ['an SSH banner', 'SSH-2.0-OpenSSH_9.8\r\n', 'SSH-2.0-OpenSSH_9.8'],
    ['an HTTP error', 'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
    ['zeros', '\0\0\0\0\0\0\0\0', ''],
    ['a terminal escape', '\u001b[2Jhello', '[2Jhello'],
  ])('%s', async (_title, text, detail) => {
    const port = await tcpServer(socket => socket.write(text, 'latin1'));
    expect(await read(port)).toEqual({
      serverName: 'a.test',
      chain: [],
      failure: { stage: 'tls', reason: 'not-tls', blame: 'target', code: undefined, detail },
    });
  });

  test('also when it hangs up after it', async () => {
    const port = await tcpServer(socket => socket.end('220 mail ready\r\n'));
    expect(await read(port)).toMatchObject({ failure: { reason: 'not-tls', detail: '220 mail ready' } });
  });

  test('also when it is too short for OpenSSL to see', async () => {
    const port = await tcpServer(socket => socket.write('+'));
    expect(await read(port, trust, context(100))).toMatchObject({ failure: { reason: 'not-tls' } });
  });
});

describe('a handshake that stops', () => {
  const alert = (description: number) => Buffer.from([21, 3, 3, 0, 2, 2, description]);
  test.each([
    ['silence', () => {}, { reason: 'timeout' }],
    ['a close', (socket: Socket) => socket.resume().end(), { reason: 'eof' }],
    [
      'a reset',
      (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
      { reason: 'reset', code: 'ECONNRESET' },
    ],
    [
      'an alert',
      (socket: Socket) => socket.resume().end(alert(40)),
      { reason: 'tls-alert', code: 'alert 40', detail: 'handshake failure' },
    ],
    [
      'an alert about the version',
      (socket: Socket) => socket.resume().write(alert(70)),
      { reason: 'tls-alert', code: 'alert 70', detail: 'protocol version' },
    ],
    [
      'an alert about the name',
      (socket: Socket) => socket.resume().write(alert(112)),
      { reason: 'tls-alert', code: 'alert 112', detail: 'unrecognized name' },
    ],
    ['half a record', (socket: Socket) => socket.write(Buffer.from([22, 3, 3, 0])), { reason: 'timeout' }],
    [
      'half a record and a close',
      (socket: Socket) => socket.resume().end(Buffer.from([22, 3, 3, 0, 90, 2])),
      { reason: 'eof' },
    ],
    [
      'nonsense in a record',
      (socket: Socket) => socket.write(Buffer.from([22, 3, 3, 0, 4, 99, 0, 0, 0])),
      { reason: 'handshake' },
    ],
  ])('by %s', async (_title, serve, failure) => {
    const port = await tcpServer(socket => void serve(socket));
    const reading = await read(port, trust, context(200));
    expect(reading).toMatchObject({ chain: [], failure: { stage: 'tls', blame: 'target', ...failure } });
    expect(reading.handshakeMs).toBeUndefined();
  });

  test('a server that sends byte by byte is waited for', async () => {
    const behind = await tlsServer(good);
    const port = await tcpServer(client => {
      const server = connectTcp(behind, address).on('error', () => {});
      client.pipe(server);
      server.on('data', flight => {
        for (const byte of flight) client.write(Buffer.from([byte]));
      });
      client.setNoDelay(true).on('close', () => server.destroy());
    });
    expect(await read(port)).toMatchObject({ verification: { trusted: true } });
  });

  test('a server that cannot agree on a cipher', async () => {
    const psk = { ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => Buffer.alloc(16) } as const;
    expect(await read(await tlsServer(psk))).toMatchObject({
      failure: { reason: 'tls-alert', code: 'alert 40' },
    });
  });

  test.each([
    ['connect', 0],
    ['tls', 1],
  ])('an abort at stage %s leaves nothing behind', async (stage, turns) => {
    const closed = Promise.withResolvers<void>();
    const accepted = Promise.withResolvers<void>();
    const port = await tcpServer(socket => {
      accepted.resolve();
      void once(socket.resume(), 'close').then(() => closed.resolve());
      socket.on('end', () => socket.end());
    });
    const controller = new AbortController();
    const running = tls.run({ address, port, serverName: '', trust }, context(5000, controller.signal));
    const failing = expect(running).rejects.toMatchObject({
      failure: { stage, reason: 'aborted', blame: 'prober' },
    });
    if (turns > 0) {
      await accepted.promise;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    controller.abort();
    await failing;
    if (turns > 0) await closed.promise;
  });
});
