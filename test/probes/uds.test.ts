import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type UdsReading, uds } from '../../probes/uds.ts';
import { hierarchy } from '../net/certificates.ts';
import { closedPort, context, tcpServer } from '../net/servers.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer({ key: leaf.key, cert: leaf.pem + issuing.pem }, listener);
  await once(server.listen(0, address), 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}
async function ask(port: number): Promise<UdsReading> {
  const { uds: reading } = await uds.run(
    { address, port, serverName: 'a.test', trust: [root.pem] },
    context(300),
  );
  return reading as UdsReading;
}
const answers =
  (given: Readonly<Record<string, string | number>>): RequestListener =>
  (request, response) => {
    const answer = given[request.url!] ?? 404;
    response.writeHead(typeof answer === 'number' ? answer : 200);
    response.end(typeof answer === 'string' ? answer : '');
  };
const version = '<versionInformation version="15.0.0"><version>15.0.1</version></versionInformation>';
const servers = '<servers><server>a.test</server></servers>';

test('version, nodes and AXL, without credentials', async () => {
  const asked: unknown[] = [];
  const answer = answers({ '/cucm-uds/version': version, '/cucm-uds/servers': servers, '/axl/': 401 });
  const port = await serve((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization]);
    answer(request, response);
  });
  expect(await ask(port)).toEqual({
    version: '15.0.1',
    schema: '15.0.0',
    servers: ['a.test'],
    axlStatus: 401,
  });
  expect(asked).toEqual([
    ['GET', '/cucm-uds/version', undefined],
    ['GET', '/cucm-uds/servers', undefined],
    ['GET', '/axl/', undefined],
  ]);
});

test.each<[string, Record<string, string | number>, UdsReading]>([
  ['nothing of it', {}, { axlStatus: 404 }],
  [
    'pages instead',
    { '/cucm-uds/version': '<html/>', '/cucm-uds/servers': 'x', '/axl/': 200 },
    { axlStatus: 200 },
  ],
  ['no nodes', { '/cucm-uds/version': version }, { version: '15.0.1', schema: '15.0.0', axlStatus: 404 }],
])('%s', async (_what, given, expected) => {
  expect(await ask(await serve(answers(given)))).toEqual(expected);
});

test.each([
  ['nobody listens', closedPort, { stage: 'connect', reason: 'refused' }],
  ['no TLS', () => tcpServer(socket => socket.end('220 hello\r\n')), { stage: 'tls', reason: 'not-tls' }],
  ['no answer', () => serve(() => {}), { stage: 'response', reason: 'timeout' }],
])('%s', async (_what, start, failure) => {
  expect(await ask(await start())).toMatchObject({ failure });
});
