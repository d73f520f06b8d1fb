import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { edgeLogin, type LoginReading } from '../../probes/edge-login.ts';
import { hierarchy, type Issued } from '../net/certificates.ts';
import { closedPort, context } from '../net/servers.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();
const domain = 'example.com';
const password = 'Pass:wörd "1"';
const token = '1e1111e1-dddb-49e9-ad0d-ab34526e2b00';
const basic = `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`;
const encoded = (text: string) => `/${Buffer.from(text).toString('base64url')}`;
const edge = encoded(domain);
const inside = encoded(`${domain}/https/cucm1.example.com/8443`);
const config = (uds: string) =>
  `<getEdgeConfigResponse><serviceConfig><service><name>_cisco-uds</name>${uds}</service></serviceConfig>` +
  '<edgeConfig><sipEdgeServer><server><address>a.test</address></server></sipEdgeServer></edgeConfig></getEdgeConfigResponse>';
const cucm1 = '<server><port>8443</port><address>cucm1.example.com</address></server>';

type Answer = { status: number; body?: string; headers?: Record<string, string> };
type Edge = {
  readonly port: number;
  readonly asked: { url: string; authorization?: string; cookie?: string }[];
};

/** An edge that answers by path; what the table does not have is answered 404. */
async function serve(given: Readonly<Record<string, Answer>> = {}, identity: Issued = leaf): Promise<Edge> {
  const asked: Edge['asked'] = [];
  const answers: Record<string, Answer> = { ...healthy, ...given };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { authorization, cookie } = request.headers;
    asked.push({ url: request.url!, ...(authorization && { authorization }), ...(cookie && { cookie }) });
    const { status, body = '', headers = {} } = answers[request.url!.split('?')[0]!] ?? { status: 404 };
    const isRefused = request.url!.includes('get_edge_config') && authorization !== basic;
    response.writeHead(isRefused ? 401 : status, { Server: 'CE_C ECS', ...(isRefused ? {} : headers) });
    response.end(isRefused ? '' : body);
  };
  const server = createServer({ key: identity.key, cert: identity.pem + issuing.pem }, listener);
  await once(server.listen(0, address), 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, asked };
}
const cookie = `X-Auth=${token}; Domain=.example.com; Path=/; Secure; HttpOnly`;
const healthy: Readonly<Record<string, Answer>> = {
  [`${edge}/get_edge_sso`]: {
    status: 200,
    body: '<SSOResult><Response><SingleSignOn><Status enabled="true"/></SingleSignOn></Response></SSOResult>',
  },
  [`${edge}/get_edge_config`]: { status: 200, body: config(cucm1), headers: { 'Set-Cookie': cookie } },
  [`${inside}/cucm-uds/version`]: {
    status: 200,
    body: '<versionInformation><version>15.0.1</version></versionInformation>',
  },
  [`${inside}/cucm-uds/servers`]: {
    status: 200,
    body: '<servers><server>cucm1.example.com</server></servers>',
  },
  [`${inside}/cucm-uds/clusterUser`]: {
    status: 200,
    body: '<clusterUser><result found="true"/><homeCluster>cucm1.example.com</homeCluster></clusterUser>',
  },
};

const options = {
  ...{ address, serverName: 'a.test', trust: [root.pem], domain },
  path: `${edge}/get_edge_config?service_name=_cisco-uds`,
  user: () => 'alice',
  password: () => password,
  pages: [] as readonly string[],
};
async function signIn(port: number, more: Partial<typeof options> = {}): Promise<LoginReading> {
  const { login } = await edgeLogin.run({ ...options, port, ...more }, context(500));
  return login as LoginReading;
}

test('five requests: single sign-on, the configuration, and UDS through the edge', async () => {
  const { port, asked } = await serve();
  expect(await signIn(port)).toEqual({
    domain,
    sso: { status: 200, enabled: true },
    status: 200,
    statusText: 'OK',
    server: 'CE_C ECS',
    config: {
      inside: [{ name: '_cisco-uds', servers: [{ name: 'cucm1.example.com', port: 8443 }] }],
      ...{ sip: [{ name: 'a.test' }], xmpp: [], http: [], uds: [] },
    },
    cookie: { domain: 'example.com', path: '/', secure: true, httpOnly: true },
    uds: {
      ...{ name: 'cucm1.example.com', status: 200, version: '15.0.1', servers: ['cucm1.example.com'] },
      home: { found: true, homeCluster: 'cucm1.example.com' },
    },
  });
  const session = { cookie: `X-Auth=${token}` };
  expect(asked).toEqual([
    { url: `${edge}/get_edge_sso?email=alice%40example.com` },
    { url: options.path, authorization: basic },
    { url: `${inside}/cucm-uds/version`, ...session },
    { url: `${inside}/cucm-uds/servers`, ...session },
    { url: `${inside}/cucm-uds/clusterUser?username=alice`, ...session },
  ]);
});

test('pages inside are asked for through the edge, with the session and nothing else', async () => {
  const { port, asked } = await serve();
  const pages = [
    'https://cuc1.example.com/vmrest/version?full',
    'http://web1.example.com:8080/emergency.html',
  ];
  const { pages: seen } = await signIn(port, { pages });
  expect(seen).toEqual(pages.map(url => ({ url, status: 404 })));
  const at = (where: string) => `/${Buffer.from(`${domain}/${where}`).toString('base64url')}`;
  const session = { cookie: `X-Auth=${token}` };
  expect(asked.slice(2, 4)).toEqual([
    { url: `${at('https/cuc1.example.com/443')}/vmrest/version?full`, ...session },
    { url: `${at('http/web1.example.com/8080')}/emergency.html`, ...session },
  ]);
});

test('a name that is an address already is asked for as it is', async () => {
  const { port, asked } = await serve();
  await signIn(port, { user: () => 'alice@example.net' });
  expect(asked[0]!.url).toBe(`${edge}/get_edge_sso?email=alice%40example.net`);
});

test('a wrong password: one refusal, and nothing more is asked', async () => {
  const { port, asked } = await serve();
  const reading = await signIn(port, { password: () => 'wrong' });
  expect(reading).toMatchObject({ status: 401, server: 'CE_C ECS' });
  expect(Object.keys(reading).sort()).toEqual(['domain', 'server', 'sso', 'status', 'statusText']);
  expect(asked).toHaveLength(2);
});

test('a redirect is not followed', async () => {
  const elsewhere = await serve();
  const headers = { Location: `https://127.0.0.1:${elsewhere.port}${edge}/get_edge_config` };
  const { port, asked } = await serve({ [`${edge}/get_edge_config`]: { status: 302, headers } });
  expect(await signIn(port)).toMatchObject({ status: 302 });
  expect([asked.length, elsewhere.asked.length]).toEqual([2, 0]);
});

test.each<[string, Record<string, Answer>, Partial<LoginReading>, number]>([
  ['forbidden', { [`${edge}/get_edge_config`]: { status: 403 } }, { status: 403 }, 2],
  ['no configuration', { [`${edge}/get_edge_config`]: { status: 200, body: '<html/>' } }, { status: 200 }, 2],
  [
    'no cookie',
    { [`${edge}/get_edge_config`]: { status: 200, body: config(cucm1) } },
    { status: 200, config: expect.anything() },
    2,
  ],
  [
    'no UDS server',
    {
      [`${edge}/get_edge_config`]: {
        ...{ status: 200, body: config('<error>NameError</error>') },
        headers: { 'Set-Cookie': cookie },
      },
    },
    { status: 200, cookie: expect.anything() },
    2,
  ],
  [
    'UDS fails',
    Object.fromEntries(
      ['version', 'servers', 'clusterUser'].map(path => [`${inside}/cucm-uds/${path}`, { status: 502 }]),
    ),
    { uds: { name: 'cucm1.example.com', status: 502 } },
    5,
  ],
])('%s', async (_what, given, expected, requests) => {
  const { port, asked } = await serve(given);
  expect(await signIn(port)).toMatchObject(expected);
  expect(asked).toHaveLength(requests);
});

test.each([
  ['a certificate that nobody trusts', { trust: [] }],
  ['a certificate of another host', { serverName: 'b.test' }],
])('%s gets no password', async (_what, more) => {
  const { port, asked } = await serve();
  expect(await signIn(port, more)).toEqual({ domain, sso: { status: 200, enabled: true }, withheld: true });
  expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('an expired certificate gets no password', async () => {
  const expired = hierarchy({ fromDays: -9, toDays: -2 }).leaf;
  const { port, asked } = await serve({}, expired);
  expect(await signIn(port)).toMatchObject({ withheld: true });
  expect(asked).toHaveLength(1);
});

test('nobody listens', async () => {
  expect(await signIn(await closedPort())).toMatchObject({
    domain,
    failure: { stage: 'connect', reason: 'refused' },
  });
});

test('whatever is answered, neither name, password nor token is in the reading', async () => {
  const echo = `${config(cucm1)}`;
  for (const given of [
    {},
    { [`${edge}/get_edge_config`]: { status: 200, body: echo, headers: { 'Set-Cookie': cookie } } },
  ]) {
    const { port } = await serve(given);
    for (const reading of [await signIn(port), await signIn(port, { password: () => 'wr0ng' })])
      expect(JSON.stringify(reading)).not.toMatch(/alice|wörd|wr0ng|YWxpY2|1e1111e1/);
  }
});
