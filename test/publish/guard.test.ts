import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import bcrypt from 'bcryptjs';
import { expect, test } from 'vitest';
import type { WebConfig } from '../../src/model/web.ts';
import { createStore } from '../../src/store/store.ts';
import { hierarchy } from '../net/certificates.ts';
import { troubled } from './report.ts';
import { remembering, serve } from './server.ts';

const subject = 'example/service/expe2.example.com/203.0.113.12/8443';
const password = 'correct horse battery staple';
const token = 'a-token-of-more-than-sixteen';
const hash = bcrypt.hashSync(password, 8);
const locked: WebConfig = { users: new Map([['alice', () => hash]]), tokens: [() => token] };
const basic = (user: string, word: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}`,
});

async function open(web?: WebConfig) {
  const store = createStore();
  store.put(troubled());
  const { asked, control } = remembering();
  const served = await serve(store, { control, ...(web ? { web: () => web } : {}) });
  return { ...served, asked };
}

/** One request with exactly these header fields; fetch would not send all of them. */
async function send(port: number, method: string, path: string, headers: Record<string, string> = {}) {
  const sent = ask({ host: '127.0.0.1', port, path, method, headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const own = { 'x-mradar-request': '1' };
const runNow = `/api/v1/run-now?subject=${subject}`;

test.each([
  ['/', {}, 401],
  ['/metrics', {}, 401],
  ['/api/v1/report', {}, 401],
  ['/events', {}, 401],
  ['/probe?target=x', {}, 401],
  ['/style.css', {}, 401],
  ['/nowhere', {}, 401],
  ['/-/healthy', {}, 200],
  ['/-/ready', {}, 200],
  ['/', basic('alice', password), 200],
  ['/', basic('alice', 'wrong'), 401],
  ['/', basic('alice', ''), 401],
  ['/', basic('bob', password), 401],
  ['/', basic('__proto__', password), 401],
  ['/', { authorization: 'Basic !!!' }, 401],
  ['/', { authorization: 'Basic' }, 401],
  ['/', { authorization: '' }, 401],
  ['/', { authorization: `Bearer ${token}` }, 200],
  ['/', { authorization: `bearer ${token}` }, 200],
  ['/', { authorization: `Bearer ${token}x` }, 401],
  ['/', { authorization: 'Bearer ' }, 401],
  ['/', { authorization: `Digest ${token}` }, 401],
  ['/', { authorization: `Basic ${hash}` }, 401],
])('with authentication GET %s with %j is answered with %i', async (path, headers, status) => {
  const { port } = await open(locked);
  const answer = await send(port, 'GET', path, headers as Record<string, string>);
  expect(answer.status).toBe(status);
  if (status === 401) {
    expect(answer.headers['www-authenticate']).toBe(
      'Basic realm="mradar", charset="UTF-8", Bearer realm="mradar"',
    );
    expect(answer.body).not.toMatch(/example|alice/);
  }
});

test('only tokens: nobody is asked for a password, and none opens', async () => {
  const { port } = await open({ users: new Map(), tokens: [() => token] });
  const answer = await send(port, 'GET', '/', basic('alice', password));
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="mradar"']);
});

test('guessing ends after ten attempts, while who knows the password still gets in', async () => {
  const { port } = await open(locked);
  expect((await send(port, 'GET', '/', basic('alice', password))).status).toBe(200);
  const statuses: (number | undefined)[] = [];
  for (let i = 0; i < 14; i++)
    statuses.push((await send(port, 'GET', '/', basic('alice', `guess ${i}`))).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429, 429, 429]);
  const refused = await send(port, 'GET', '/', basic('alice', 'another'));
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await send(port, 'GET', '/', basic('alice', password))).status).toBe(200);
  expect((await send(port, 'GET', '/', { authorization: `Bearer ${token}` })).status).toBe(200);
});

test('more requests than anybody needs are refused for a while', async () => {
  const { port } = await open();
  const statuses = await Promise.all(
    Array.from({ length: 500 }, async () => (await send(port, 'GET', '/-/healthy')).status),
  );
  expect(statuses.filter(status => status === 200).length).toBeGreaterThanOrEqual(300);
  expect(statuses).toContain(429);
});

test.each([
  ['of the page itself', { 'sec-fetch-site': 'same-origin' }, 303],
  ['of the page itself in an older browser', { origin: 'OWN' }, 303],
  ['of a program that says so', own, 303],
  ['of a program that says nothing', {}, 403],
  ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
  ['of another site that claims to be a program', { 'sec-fetch-site': 'cross-site', ...own }, 403],
  ['of another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }, 403],
  ['of another origin in an older browser', { origin: 'http://evil.example' }, 403],
  ['of a sandboxed page', { origin: 'null' }, 403],
  ['under a name that somebody leads here', { host: 'rebound.example', ...own }, 403],
  ['through a proxy on this machine', { 'x-forwarded-for': '203.0.113.7', ...own }, 403],
  ['through another proxy', { via: '1.1 proxy', ...own }, 403],
  ['through a third one', { forwarded: 'for=203.0.113.7', ...own }, 403],
] as const)('without authentication a change %s is answered with %o: %i', async (_who, headers, status) => {
  const { port, asked } = await open();
  const sent = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value === 'OWN' ? `http://127.0.0.1:${port}` : value,
    ]),
  );
  expect((await send(port, 'POST', `/subjects/${subject}`, sent)).status).toBe(status);
  expect((await send(port, 'POST', runNow, sent)).status).toBe(status === 303 ? 200 : status);
  expect((await send(port, 'POST', '/-/reload', sent)).status).toBe(status === 303 ? 200 : status);
  expect(asked).toEqual(status === 303 ? [subject, subject, 'reload'] : []);
});

test('with authentication a change needs it, and the browser that has it may still not be sent by another site', async () => {
  const { port, asked } = await open(locked);
  const known = basic('alice', password);
  expect((await send(port, 'POST', '/-/reload', own)).status).toBe(401);
  expect((await send(port, 'POST', '/-/reload', known)).status).toBe(403);
  const foreign = { ...known, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await send(port, 'POST', '/-/reload', foreign)).status).toBe(403);
  expect(asked).toEqual([]);
  expect((await send(port, 'POST', '/-/reload', { ...known, ...own })).status).toBe(200);
  expect((await send(port, 'POST', '/-/reload', { authorization: `Bearer ${token}` })).status).toBe(200);
  expect((await send(port, 'POST', runNow, { ...known, host: 'mradar.example', ...own })).status).toBe(200);
  expect(asked).toEqual(['reload', 'reload', subject]);
});

test('changes are counted together: nobody makes the daemon look without end', async () => {
  const { port, asked } = await open();
  const statuses: (number | undefined)[] = [];
  for (let i = 0; i < 25; i++) statuses.push((await send(port, 'POST', '/-/reload', own)).status);
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200));
  expect(statuses.at(-1)).toBe(429);
  expect(asked.length).toBeLessThan(25);
});

test.each([
  [
    '/probe?target=x',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    403,
  ],
  [
    '/api/v1/report',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    403,
  ],
  ['/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
  ['/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
  ['/', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
])('GET %s in a page of another site, %j: %i', async (path, headers, status) => {
  const { port } = await open();
  expect((await send(port, 'GET', path, headers as Record<string, string>)).status).toBe(status);
});

test.each([
  '/subjects/elsewhere/node/x/y',
  '/subjects/',
  '/subjects/%00',
  '/-/reload/',
  '/-/healthy',
  '/',
  '/metrics',
])('POST %s changes nothing', async path => {
  const { port, asked } = await open();
  expect([404, 405]).toContain((await send(port, 'POST', path, own)).status);
  expect(asked).toEqual([]);
});

test('a form with a body, or one without end, is refused before it is read', async () => {
  const { port, asked } = await open();
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /-/reload HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Mradar-Request: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /);
  expect(asked).toEqual([]);
});

test('streams that nobody reads any more are let go, and a page that goes away is no error', async () => {
  const { port, errors, url } = await open();
  const sent = ask({ host: '127.0.0.1', port, path: '/events' });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  const [first] = (await once(response, 'data')) as [Buffer];
  expect(first.toString()).toMatch(/^retry: 5000\nevent: change\ndata: \d+\n\n$/);
  response.on('error', () => {});
  sent.destroy();
  await fetch(url('/-/healthy'));
  expect(errors).toEqual([]);
});

const certificates = () => hierarchy({ names: { ip: [[127, 0, 0, 1]], dns: ['localhost'] } });

function handshake(port: number, options: object = {}): Promise<TLSSocket> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    rejectUnauthorized: false,
    ...options,
  });
  return new Promise((resolve, reject) =>
    socket.once('secureConnect', () => resolve(socket)).once('error', reject),
  );
}

test('over TLS, with the versions that are allowed, and another certificate as soon as there is one', async () => {
  const [first, second] = [certificates(), certificates()];
  const configOf = ({ leaf, issuing }: typeof first): WebConfig => ({
    tls: {
      ...{
        certificate: leaf.pem + issuing.pem,
        key: () => leaf.key,
        minVersion: 'TLSv1.2',
        needsClient: false,
      },
    },
    ...{ users: new Map(), tokens: [] },
  });
  let current = configOf(first);
  const store = createStore();
  const { port } = await serve(store, { web: () => current });
  const serialNow = async () => {
    const socket = await handshake(port);
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber.replace(/^0+/, '').toLowerCase();
  };
  expect(await serialNow()).toBe(first.leaf.x509.serialNumber.replace(/^0+/, '').toLowerCase());
  await expect(
    handshake(port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' }),
  ).rejects.toThrow();
  const plain = connect(port, '127.0.0.1');
  plain.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await text(plain).catch(() => '')).not.toContain('mradar');
  current = configOf(second);
  const wanted = second.leaf.x509.serialNumber.replace(/^0+/, '').toLowerCase();
  await expect.poll(serialNow, { timeout: 10_000, interval: 200 }).toBe(wanted);
});

test('over TLS, who has no certificate of the authority stays outside', async () => {
  const { leaf, issuing, root } = certificates();
  const client = hierarchy();
  const config: WebConfig = {
    tls: {
      ...{ certificate: leaf.pem + issuing.pem, key: () => leaf.key, minVersion: 'TLSv1.3' },
      ...{ clientAuthority: root.pem, needsClient: true },
    },
    ...{ users: new Map(), tokens: [] },
  };
  const { port } = await serve(createStore(), { web: () => config });
  const answered = async (options: object) => {
    const socket = await handshake(port, options);
    socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    return text(socket).catch(() => '');
  };
  expect(await answered({})).toBe('');
  expect(await answered({ cert: client.leaf.pem, key: client.leaf.key })).toBe('');
  expect(await answered({ cert: leaf.pem + issuing.pem, key: leaf.key })).toMatch(/^HTTP\/1.1 200 /);
});

test('no page, no answer and no metric holds a secret', async () => {
  const store = createStore();
  const report = troubled();
  const secret = (text: string) => () => `TOP-SECRET-${text}`;
  store.put({
    ...report,
    deployment: {
      ...report.deployment,
      testUser: { name: secret('name'), password: secret('password'), id: secret('id') },
      clientCertificate: { certificate: 'PEM', key: secret('key'), passphrase: secret('passphrase') },
    },
  });
  const { control } = remembering();
  const web: WebConfig = { users: new Map([['alice', () => hash]]), tokens: [() => token] };
  const { port } = await serve(store, { control, web: () => web });
  const paths = [
    ...[
      '/',
      '/deployments/example',
      `/subjects/${subject}`,
      '/incidents',
      '/checks',
      '/coverage',
      '/entries',
    ],
    ...[
      '/metrics',
      '/api/v1/report',
      '/api/v1/deployments',
      '/api/v1/subjects',
      `/api/v1/subjects/${subject}`,
    ],
    ...['/api/v1/openapi.json', '/probe?target=expe1.example.com:8443&debug=true', '/nowhere', '/-/ready'],
  ];
  for (const path of paths) {
    const { body, headers } = await send(port, 'GET', path, { authorization: `Bearer ${token}` });
    const told = JSON.stringify(headers) + body;
    for (const word of ['TOP-SECRET', token, hash, password]) expect(told, path).not.toContain(word);
  }
});

test.each([
  ['localhost', 200],
  ['127.0.0.1', 200],
  ['[::1]', 200],
  ['192.0.2.7', 200],
  ['prober', 200],
  ['rebound.example', 403],
  ['rebound.example:9780', 403],
  ['127.0.0.1.rebound.example', 403],
])('as %s nobody but this machine reads without a password: %i', async (host, status) => {
  const unlocked = await open();
  expect((await send(unlocked.port, 'GET', '/api/v1/report', { host })).status).toBe(status);
  expect((await send(unlocked.port, 'GET', '/-/healthy', { host })).status).toBe(200);
  const { port } = await open(locked);
  expect((await send(port, 'GET', '/', { host, authorization: `Bearer ${token}` })).status).toBe(200);
});
