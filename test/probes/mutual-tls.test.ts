import type { TlsOptions as ServerOptions } from 'node:tls';
import { expect, test } from 'vitest';
import { type MutualTlsReading, mutualTls } from '../../probes/mutual-tls.ts';
import { hierarchy, issue, keyFor } from '../net/certificates.ts';
import { closedPort, context, tcpServer, tlsServer } from '../net/servers.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();
const stranger = issue({ commonName: 'stranger', keyPem: keyFor('stranger') });
const trust = [root.pem];
const good: ServerOptions = { key: leaf.key, cert: leaf.pem + issuing.pem };
const ours = { certificate: leaf.pem + issuing.pem, key: () => leaf.key };
const theirs = { certificate: stranger.pem, key: () => stranger.key };

async function present(port: number, identity = ours): Promise<MutualTlsReading> {
  const { mutual } = await mutualTls.run(
    { address, port, serverName: 'a.test', trust, ...identity },
    context(),
  );
  return mutual as MutualTlsReading;
}

const insisting = { requestCert: true, rejectUnauthorized: true, ca: root.pem } as const;
test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a server that insists takes the right certificate, %s',
  async version => {
    const seen = Promise.withResolvers<string>();
    const port = await tlsServer({ ...good, ...insisting, maxVersion: version }, socket =>
      seen.resolve(String(socket.getPeerCertificate().subject.CN)),
    );
    expect(await present(port)).toEqual({
      outcome: 'accepted',
      protocol: version,
      clientAuthorities: ['CN=Test Root'],
    });
    expect(await seen.promise).toBe('a.test');
  },
);

test.each(['TLSv1.2', 'TLSv1.3'] as const)('and refuses another one, %s', async version => {
  const port = await tlsServer({ ...good, ...insisting, maxVersion: version });
  expect(await present(port, theirs)).toMatchObject({
    outcome: 'refused',
    refusal: expect.any(String),
    failure: { stage: 'tls', reason: 'client-certificate-refused' },
  });
});

test('a server that only asks takes any', async () => {
  const port = await tlsServer({ ...good, requestCert: true, rejectUnauthorized: false });
  expect(await present(port, theirs)).toMatchObject({ outcome: 'accepted' });
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a server that goes once it has taken it has taken it, %s',
  async version => {
    const port = await tlsServer({ ...good, ...insisting, maxVersion: version }, socket => socket.end());
    expect(await present(port)).toMatchObject({ outcome: 'accepted' });
  },
);

test('a server that asks for none', async () => {
  expect(await present(await tlsServer(good))).toMatchObject({ outcome: 'not-requested' });
});

test.each([
  ['nobody listens', closedPort, { stage: 'connect', reason: 'refused' }],
  ['no TLS', () => tcpServer(socket => socket.end('220 hello\r\n')), { stage: 'tls', reason: 'not-tls' }],
])('%s: nothing is said about the certificate', async (_what, serve, failure) => {
  const reading = await present(await serve());
  expect(reading).toMatchObject({ failure });
  expect(reading).not.toHaveProperty('outcome');
});

test('no reading holds the key', async () => {
  const port = await tlsServer({ ...good, ...insisting });
  expect(JSON.stringify([await present(port), await present(port, theirs)])).not.toContain('KEY');
});
