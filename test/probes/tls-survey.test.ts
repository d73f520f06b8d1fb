import { createSecureContext, createServer, type TlsOptions as ServerOptions } from 'node:tls';
import { expect, test } from 'vitest';
import { type SurveyReading, tlsSurvey } from '../../probes/tls-survey.ts';
import { certificateStatus } from '../../src/simulator/stapled.ts';
import { hierarchy, type Issued, issue, keyFor } from '../net/certificates.ts';
import { closedPort, context, tcpServer, tlsServer } from '../net/servers.ts';
import { weakHandshake } from '../net/weak-handshake.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();
const trust = [root.pem];
const ec = issue({ commonName: 'a.test', names: { dns: ['a.test'] }, keyPem: keyFor('ec', 'ec') });
const other = issue({ commonName: 'b.test', issuer: issuing, names: { dns: ['b.test'] } });
const pem = (...chain: readonly Issued[]) => chain.map(one => one.pem).join('');
const good: ServerOptions = { key: leaf.key, cert: pem(leaf, issuing) };
const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

async function survey(port: number, serverName = 'a.test', by = context()): Promise<SurveyReading> {
  const { survey: reading } = await tlsSurvey.run({ address, port, serverName, trust }, by);
  return reading as SurveyReading;
}

test('a good server', async () => {
  const reading = await survey(await tlsServer(good));
  expect(reading).toEqual({
    serverName: 'a.test',
    accepted: ['TLSv1.2', 'TLSv1.3'],
    refused: ['TLSv1', 'TLSv1.1'],
    rsa: {
      certificate: expect.objectContaining({ commonName: 'a.test' }),
      path: expect.objectContaining({ end: 'anchored' }),
    },
    ecdsa: 'none',
    withoutName: expect.objectContaining({ certificate: expect.objectContaining({ commonName: 'a.test' }) }),
    dhBits: 'none',
    withoutCertificate: { 'TLSv1.2': 'not-requested', 'TLSv1.3': 'not-requested' },
    stapled: 'none',
  });
});

test.each<[string, ServerOptions, Partial<SurveyReading>]>([
  ['all versions', old, { accepted: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], refused: [] }],
  [
    '1.2 only',
    { maxVersion: 'TLSv1.2' },
    { accepted: ['TLSv1.2'], refused: ['TLSv1', 'TLSv1.1', 'TLSv1.3'] },
  ],
  [
    '1.3 only',
    { minVersion: 'TLSv1.3' },
    { accepted: ['TLSv1.3'], refused: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] },
  ],
  ['1.1 at most', { ...old, maxVersion: 'TLSv1.1' }, { accepted: ['TLSv1', 'TLSv1.1'] }],
])('versions: %s', async (_what, options, expected) => {
  expect(await survey(await tlsServer({ ...good, ...options }))).toMatchObject(expected);
});

test.each<[string, ServerOptions]>([
  ['TLS 1.2 and 1.3', {}],
  ['TLS 1.3 only', { minVersion: 'TLSv1.3' }],
])('both certificates of a server with %s', async (_what, options) => {
  const port = await tlsServer({ cert: [pem(leaf, issuing), ec.pem], key: [leaf.key, ec.key], ...options });
  expect(await survey(port)).toMatchObject({
    rsa: { certificate: { key: { type: 'rsa' } }, path: { end: 'anchored' } },
    ecdsa: { certificate: { key: { type: 'ec' }, selfSigned: true }, path: { end: 'untrusted-root' } },
  });
});

test('an ECDSA certificate alone', async () => {
  const reading = await survey(await tlsServer({ cert: ec.pem, key: ec.key }));
  expect(reading).toMatchObject({ rsa: 'none', ecdsa: { certificate: { selfSigned: true } } });
});

test('another certificate for who names no server', async () => {
  const port = await tlsServer({
    ...{ cert: pem(other, issuing), key: other.key },
    SNICallback: (_name, done) => done(null, createSecureContext(good)),
  });
  expect(await survey(port)).toMatchObject({
    rsa: { certificate: { commonName: 'a.test' } },
    withoutName: { certificate: { commonName: 'b.test' } },
  });
  expect(await survey(port, '')).not.toHaveProperty('withoutName');
});

test('a Diffie-Hellman group is measured when nothing else is offered', async () => {
  expect(await survey(await tlsServer({ ...good, dhparam: 'auto' }))).toMatchObject({ dhBits: 2048 });
  const port = await tcpServer(weakHandshake(leaf, 768));
  expect(await survey(port, 'a.test', context(300))).toMatchObject({ dhBits: 768 });
});

test.each<
  [string, ServerOptions, SurveyReading['withoutCertificate'][keyof SurveyReading['withoutCertificate']]]
>([
  ['asks', { requestCert: true, rejectUnauthorized: false }, 'requested'],
  ['insists', { requestCert: true, rejectUnauthorized: true, ca: root.pem }, 'required'],
])('a server that %s for a client certificate', async (_what, options, state) => {
  const reading = await survey(await tlsServer({ ...good, ...options }));
  expect(reading.withoutCertificate).toEqual({ 'TLSv1.2': state, 'TLSv1.3': state });
  if (options.ca) expect(reading.clientAuthorities).toEqual(['CN=Test Root']);
});

test.each([
  ['good', Buffer.from(certificateStatus('good', new Date())), { status: 'good' }],
  ['revoked', Buffer.from(certificateStatus('revoked', new Date())), { status: 'revoked' }],
  ['garbage', Buffer.from('garbage'), 'unreadable'],
])('a stapled status: %s', async (_what, response, expected) => {
  const server = createServer(good);
  server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, response));
  const port = await tcpServer(socket => server.emit('connection', socket));
  const { stapled } = await survey(port);
  if (typeof expected === 'string') expect(stapled).toBe(expected);
  else expect(stapled).toMatchObject(expected);
});

test('suites without encryption only', async () => {
  const port = await tlsServer({ ...good, maxVersion: 'TLSv1.2', ciphers: 'NULL-SHA256:@SECLEVEL=0' });
  expect(await survey(port)).toMatchObject({ accepted: [], unencrypted: true });
});

test('nobody listens', async () => {
  const reading = await survey(await closedPort());
  expect(reading).toMatchObject({
    accepted: [],
    refused: [],
    failure: { stage: 'connect', reason: 'refused' },
  });
});

test('what is not TLS is neither accepted nor refused', async () => {
  const port = await tcpServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await survey(port)).toMatchObject({ accepted: [], refused: [], withoutCertificate: {} });
});

test('silence is told from a refusal', async () => {
  const port = await tcpServer(socket => socket.resume());
  expect(await survey(port, 'a.test', context(30))).toMatchObject({ accepted: [], refused: [] });
});

test('aborted, it could not look', async () => {
  const port = await tcpServer(socket => socket.resume());
  const by = { signal: AbortSignal.timeout(30), timeoutMs: 5_000 };
  await expect(survey(port, 'a.test', by)).rejects.toMatchObject({ failure: { reason: 'aborted' } });
});
