import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Entry } from '../../src/publish/html.ts';
import { createServer, type ServerParts } from '../../src/publish/http.ts';
import { createMetrics } from '../../src/publish/metrics.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { checks, coverage, report, troubled } from './report.ts';

const entry: Entry = {
  id: 'CERT-007',
  title: 'The server does not send the issuing CA',
  codes: ['CERT_CHAIN_INCOMPLETE'],
  symptom: 'Phones refuse the edge.',
  cause: 'The intermediate is missing.',
  remedy: ['Add it.'],
  verify: ['Look again.'],
  sources: ['D1 "Certificate Exchange Requirements"'],
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(store: Store, change: Partial<ServerParts> = {}) {
  const errors: unknown[] = [];
  const { server, close } = createServer({
    store,
    entries: [entry],
    checks,
    coverage: () => coverage,
    version: '0.1.0',
    metrics: createMetrics({ store, version: '0.1.0' }),
    deployments: () => ['example', 'später/2'],
    nowMs: () => Date.parse('2026-03-01T10:05:00.000Z'),
    onError: error => errors.push(error),
    ...change,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => close(0));
  const { port } = server.address() as AddressInfo;
  return { server, close, errors, port, url: (path: string) => `http://127.0.0.1:${port}${path}` };
}

function stored(...reports: Parameters<Store['put']>[0][]): Store {
  const store = createStore();
  for (const each of reports) store.put(each);
  return store;
}

test.each([
  ['/', 200, 'text/html; charset=utf-8'],
  ['/?refresh=60', 200, 'text/html; charset=utf-8'],
  ['/style.css', 200, 'text/css; charset=utf-8'],
  ['/favicon.svg', 200, 'image/svg+xml'],
  ['/deployments/example', 200, 'text/html; charset=utf-8'],
  ['/deployments/sp%C3%A4ter%2F2', 503, 'application/json; charset=utf-8'],
  ['/deployments/nowhere', 404, 'application/json; charset=utf-8'],
  ['/deployments/', 404, 'application/json; charset=utf-8'],
  ['/deployments/%E0%A4%A', 404, 'application/json; charset=utf-8'],
  ['/entries', 200, 'text/html; charset=utf-8'],
  ['/entries/CERT-007', 200, 'text/html; charset=utf-8'],
  ['/entries/CERT_CHAIN_INCOMPLETE', 200, 'text/html; charset=utf-8'],
  ['/entries/__proto__', 404, 'application/json; charset=utf-8'],
  ['/metrics', 200, 'text/plain; version=0.0.4; charset=utf-8'],
  ['/-/healthy', 200, 'text/plain; charset=utf-8'],
  ['/-/ready', 503, 'text/plain; charset=utf-8'],
  ['/api/v1/report', 200, 'application/json; charset=utf-8'],
  ['/api/v1/report?deployment=example', 200, 'application/json; charset=utf-8'],
  ['/api/v1/report?deployment=nowhere', 404, 'application/json; charset=utf-8'],
  ['/api/v1/report?deployment=a&deployment=b', 400, 'application/json; charset=utf-8'],
  ['/subjects/example/domain/example.com', 200, 'text/html; charset=utf-8'],
  ['/subjects/example%2Fdomain%2Fexample.com', 200, 'text/html; charset=utf-8'],
  ['/subjects/example/domain/elsewhere.com', 404, 'application/json; charset=utf-8'],
  ['/incidents', 200, 'text/html; charset=utf-8'],
  ['/incidents?state=open&severity=critical&deployment=example', 200, 'text/html; charset=utf-8'],
  ['/checks', 200, 'text/html; charset=utf-8'],
  ['/checks/certificate/chain', 200, 'text/html; charset=utf-8'],
  ['/checks/certificate/nothing', 404, 'application/json; charset=utf-8'],
  ['/coverage', 200, 'text/html; charset=utf-8'],
  ['/live.js', 200, 'text/javascript; charset=utf-8'],
  ['/nothing', 404, 'application/json; charset=utf-8'],
])('GET %s answers %i with %s, guarded, and HEAD the same without a body', async (path, status, type) => {
  const { url } = await serve(stored(troubled()));
  for (const method of ['GET', 'HEAD']) {
    const response = await fetch(url(path), { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self';.*frame-ancestors 'none'$/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
    expect(response.headers.get('cache-control')).toMatch(/no-store|no-cache|max-age/);
    expect((await response.text()).length > 0).toBe(method === 'GET');
  }
});

test('errors come in HTML to a browser', async () => {
  const { url } = await serve(stored());
  const response = await fetch(url('/nothing'), {
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
  });
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('vary')).toBe('Accept');
  expect(await response.text()).toContain('<h1>There is no such page</h1>');
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not allowed', async method => {
  const { url } = await serve(stored());
  const response = await fetch(url('/metrics'), {
    method,
    ...(method === 'POST' && { body: 'x'.repeat(100_000) }),
  });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
  expect(await response.json()).toEqual({
    error: { status: 405, message: 'Only GET and HEAD are answered' },
  });
});

test('a body is not accepted', async () => {
  const { port } = await serve(stored());
  const sent = request({
    host: '127.0.0.1',
    port,
    path: '/',
    method: 'GET',
    headers: { 'content-length': 5 },
  });
  sent.end('12345');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(413);
  expect(response.headers.connection).toBe('close');
  response.resume();
});

test('ready only after the first round of every deployment, healthy always', async () => {
  const store = stored();
  const { url } = await serve(store, { deployments: () => ['a', 'b'] });
  const ready = async () => {
    const response = await fetch(url('/-/ready'));
    return [response.status, await response.text()];
  };
  expect(await ready()).toEqual([503, 'not ready: 2 of 2 deployments not looked at yet\n']);
  expect((await fetch(url('/-/healthy'))).status).toBe(200);
  store.put(report({}, 'a'));
  expect(await ready()).toEqual([503, 'not ready: 1 of 2 deployments not looked at yet\n']);
  store.put(report({}, 'b'));
  expect(await ready()).toEqual([200, 'ready\n']);
});

test('the API gives every report, or one, with since when each cause is there', async () => {
  const store = stored(troubled(), report({}, 'other'));
  store.put({ ...troubled(), at: '2026-03-01T10:04:00.000Z' });
  const { url } = await serve(store);
  const all = (await (await fetch(url('/api/v1/report'))).json()) as {
    reports: { report: { deployment: { name: string } } }[];
  };
  expect(all.reports.map(each => each.report.deployment.name)).toEqual(['example', 'other']);
  const one = (await (await fetch(url('/api/v1/report?deployment=example'))).json()) as {
    reports: unknown[];
  };
  expect(one.reports).toHaveLength(1);
  expect(one.reports[0]).toMatchObject({
    sinceByCause: { CERT_CHAIN_INCOMPLETE: '2026-03-01T10:00:00.000Z' },
  });
});

test('metrics come as OpenMetrics to who asks for it', async () => {
  const { url } = await serve(stored(troubled()));
  const response = await fetch(url('/metrics'), {
    headers: { accept: 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3' },
  });
  expect(response.headers.get('content-type')).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
  expect(response.headers.get('vary')).toBe('Accept');
  expect((await response.text()).endsWith('# EOF\n')).toBe(true);
});

test('an error of ours shows nothing of itself, and is told', async () => {
  const secret = new Error('password at /secret/path');
  const { url, errors } = await serve(stored(), {
    metrics: {
      exposition: async () => {
        throw Object.assign(secret, { expose: true, status: 418 });
      },
    },
  });
  const response = await fetch(url('/metrics'));
  expect(response.status).toBe(500);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await response.json()).toEqual({ error: { status: 500, message: 'Internal error' } });
  expect(errors).toEqual([secret]);
});

test('headers that never end are cut off', async () => {
  const { server, port } = await serve(stored());
  expect(server.headersTimeout).toBe(10_000);
  expect(server.requestTimeout).toBe(30_000);
  server.headersTimeout = 200;
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const drip = setInterval(() => socket.write('a'), 50);
  try {
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /);
  } finally {
    clearInterval(drip);
    socket.destroy();
  }
});

test('headers that are too large are refused', async () => {
  const { port } = await serve(stored());
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(20_000)}\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1.1 431 /);
});

test.each([
  'GET http://other.example/../../etc/passwd HTTP/1.1\r\nHost: a@b\r\nConnection: close\r\n\r\n',
  'GET //evil.example/%2e%2e/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /deployments/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /deployments/<script> HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
])('strange requests are answered with 404: %j', async bytes => {
  const { port, errors } = await serve(stored());
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(answer).not.toContain('<script>');
  expect(errors).toEqual([]);
});

test('close lets idle connections go at once', async () => {
  const { close, url } = await serve(stored());
  await (await fetch(url('/-/healthy'))).text();
  const began = performance.now();
  await close(5_000);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('close cuts at its deadline what does not end by itself', async () => {
  let asked = () => {};
  const isAsked = new Promise<void>(resolve => {
    asked = resolve;
  });
  const { close, url } = await serve(stored(), {
    metrics: {
      exposition: () => {
        asked();
        return new Promise(() => {});
      },
    },
  });
  const cut = expect(fetch(url('/metrics'))).rejects.toThrow();
  await isAsked;
  await close(100);
  await cut;
});
