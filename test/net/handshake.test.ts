import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect, type TlsOptions } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikeTls, readHandshake, tap } from '../../src/net/handshake.ts';
import { hierarchy } from './certificates.ts';
import { tlsServer } from './servers.ts';

const { root, issuing, leaf } = hierarchy();
const identity = { key: leaf.key, cert: leaf.pem + issuing.pem };

/** What a real server sends in a handshake, the key to it, and the chain by Node's own account. */
async function record(options: TlsOptions) {
  const port = await tlsServer({ ...identity, ...options });
  const socket = connectTcp(port, '127.0.0.1');
  await once(socket, 'connect');
  const wire = tap(socket);
  const secured = connect({
    socket: wire.duplex,
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  let secret: Buffer | undefined;
  secured.on('keylog', (line: Buffer) => {
    const [label, , value] = line.toString().trim().split(' ');
    if (label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') secret = Buffer.from(value!, 'hex');
  });
  await once(secured, 'secureConnect');
  const chain: Buffer[] = [];
  for (let at = secured.getPeerX509Certificate(); at !== undefined; at = at.issuerCertificate)
    chain.push(at.raw);
  socket.destroy();
  return { bytes: wire.received(), secret, chain };
}

const tls13 = (ciphers?: string) => ({ minVersion: 'TLSv1.3' as const, ...(ciphers && { ciphers }) });
const asking = { requestCert: true, rejectUnauthorized: false, ca: [root.pem] };

test.each([
  ['TLS 1.3, AES-128', tls13('TLS_AES_128_GCM_SHA256')],
  ['TLS 1.3, AES-256', tls13('TLS_AES_256_GCM_SHA384')],
  ['TLS 1.3, ChaCha20', tls13('TLS_CHACHA20_POLY1305_SHA256')],
  ['TLS 1.3, after a second hello', { ...tls13(), ecdhCurve: 'secp521r1' }],
  ['TLS 1.2', { maxVersion: 'TLSv1.2' as const }],
  ['TLS 1.0', { minVersion: 'TLSv1' as const, maxVersion: 'TLSv1' as const, ciphers: 'ALL:@SECLEVEL=0' }],
])(
  '%s: the chain as sent, as Node has it, and whether a certificate is asked for',
  async (_title, options) => {
    const plain = await record(options);
    const read = readHandshake(plain.bytes, plain.secret);
    expect(read).toMatchObject({ isTls: true, certificateRequested: false, complete: true, authorities: [] });
    expect(read.chain).toEqual(plain.chain);
    expect(plain.chain).toEqual([leaf.x509.raw, issuing.x509.raw]);
    const asked = await record({ ...options, ...asking });
    expect(readHandshake(asked.bytes, asked.secret)).toMatchObject({
      certificateRequested: true,
      complete: true,
      authorities: ['CN=Test Root'],
    });
  },
);

test('the Diffie-Hellman group of the key exchange message', async () => {
  const { bytes } = await record({
    maxVersion: 'TLSv1.2',
    ciphers: 'DHE-RSA-AES128-GCM-SHA256',
    dhparam: 'auto',
  });
  expect(readHandshake(bytes).dhBits).toBe(2048);
});

test('without the key to it, TLS 1.3 tells nothing and claims nothing', async () => {
  const { bytes } = await record({ ...tls13(), ...asking });
  expect(readHandshake(bytes)).toEqual({ isTls: true, authorities: [], complete: false });
  expect(readHandshake(bytes, Buffer.alloc(48))).toEqual({ isTls: true, authorities: [], complete: false });
});

test.each([
  [[], undefined],
  [[22], true],
  [[22, 3, 1, 0, 5], true],
  [[21, 3, 3, 0, 2], true],
  [[23, 3, 3], false],
  [[22, 2], false],
  [[22, 3, 9], false],
  [[0x53, 0x53, 0x48], false],
])('the first bytes %j', (bytes, isTls) => {
  expect(looksLikeTls(Buffer.from(bytes))).toBe(isTls);
});

describe('any bytes at all', () => {
  const recordings = async () => [
    await record({ ...tls13(), ...asking }),
    await record({ maxVersion: 'TLSv1.2', ...asking }),
  ];

  test('cut short anywhere, what was read stays true', async () => {
    for (const { bytes, secret } of await recordings()) {
      const whole = readHandshake(bytes, secret);
      for (let length = 0; length <= bytes.length; length += 3) {
        const part = readHandshake(bytes.subarray(0, length), secret);
        if (part.chain !== undefined) expect(part.chain).toEqual(whole.chain);
        if (part.certificateRequested !== undefined) expect(part.certificateRequested).toBe(true);
      }
    }
  });

  test('changed or invented, they neither throw nor take long', async () => {
    const recorded = await recordings();
    const mutated = fc
      .tuple(fc.nat(1), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }))
      .map(([which, edits]) => {
        const { bytes, secret } = recorded[which]!;
        const copy = Buffer.from(bytes);
        for (const [at, byte] of edits) copy[at % copy.length] = byte;
        return { bytes: copy, secret };
      });
    const invented = fc
      .array(
        fc
          .tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ maxLength: 60 }))
          .map(([type, body]) => Buffer.concat([Buffer.from([type, 3, 3, 0, body.length]), body])),
      )
      .map(records => ({ bytes: Buffer.concat(records), secret: Buffer.alloc(32) as Buffer | undefined }));
    fc.assert(
      fc.property(fc.oneof(mutated, invented), ({ bytes, secret }) => {
        const startMs = performance.now();
        readHandshake(bytes, secret);
        expect(performance.now() - startMs).toBeLessThan(200);
      }),
      { numRuns: 1000 },
    );
  });

  test('a flood of the smallest records costs little', async () => {
    const { bytes } = await record(tls13());
    const hello = bytes.subarray(0, 5 + bytes.readUInt16BE(3));
    const flood = Buffer.concat([
      hello,
      ...Array(20_000).fill(Buffer.from([22, 3, 3, 0, 0, 20, 3, 3, 0, 0])),
    ]);
    const startMs = performance.now();
    readHandshake(flood, Buffer.alloc(32));
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});
