import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { edgeLogin, type LoginReading } from '../../probes/edge-login.ts';
import type { CertificateRecipe } from '../../src/simulator/certificates.ts';
import { accepted, prefixOf, signedIn, udsAnswer, user } from './deployment-site.ts';
import { type Authority, domain, issue, labAt, openAuthority } from './edge.ts';
import { type Nginx, type NginxSite, startNginx } from './nginx.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { expe1: address } = labAt(17);
const serverName = `expe1.${domain}`;
const path = `${prefixOf(domain)}/get_edge_config?service_name=_cisco-uds&service_name=_cuplogin`;
const inner = prefixOf(`${domain}/https/cucm1.${domain}/8443`);

let authority: Authority;
let nginx: Nginx;

/** An edge that answers who signs in with `answer`, and UDS behind it. */
async function edge(
  answer = signedIn('expe1.lab.test'),
  change: Partial<CertificateRecipe> = {},
): Promise<NginxSite> {
  const uds = udsAnswer().replaceAll('location = /cucm-uds', `location = ${inner}/cucm-uds`);
  return {
    http: `server {
  listen ${address}:8443 ssl;
  ssl_certificate edge.pem;
  ssl_certificate_key edge.pem;
  more_set_headers 'Server: CE_C ECS';
  location = ${prefixOf(domain)}/get_edge_config {
    if ($http_authorization != "${accepted.authorization}") { return 401; }
    ${answer}
  }
  location = ${prefixOf(domain)}/get_edge_sso {
    default_type text/xml;
    return 200 '<SSOResult version="1.0"><Response><SingleSignOn><Status enabled="true"/></SingleSignOn></Response></SSOResult>';
  }
  ${uds}
}`,
    stream: '',
    certificates: { edge: await issue(authority, 'expe1', change) },
  };
}

beforeAll(async () => {
  authority = await openAuthority();
  nginx = await startNginx(await edge());
});
afterAll(async () => {
  await nginx?.stop();
  await authority?.close();
});

async function look(password: string = user.password): Promise<LoginReading> {
  const target = { address, port: 8443, serverName, trust: [authority.office.trust] };
  const who = { domain, path, pages: [], user: () => user.name, password: () => password };
  return (await edgeLogin.run({ ...target, ...who }, context())).login as LoginReading;
}

/** What curl gets for one path: exit status, HTTP status, header fields and body. */
async function curl(at: string, ...args: readonly string[]) {
  const { status: exit, out } = await run('curl', [
    ...['-s', '-i', '--cacert', authority.trustFile, '--resolve', `${serverName}:8443:${address}`],
    ...[...args, `https://${serverName}:8443${at}`],
  ]);
  const [head = '', body = ''] = out.split('\r\n\r\n', 2);
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim();
  return { exit, status: Number(head.split(' ')[1]), body, field };
}
const as = (password: string) => ['--user', `${user.name}:${password}`];

describe('nginx as an edge', () => {
  test('whoever signs in is told what curl is told', async () => {
    const reading = await look();
    const sso = await curl(`${prefixOf(domain)}/get_edge_sso?email=alice@lab.test`);
    expect(reading.sso).toEqual({ status: sso.status, enabled: sso.body.includes('enabled="true"') });
    const config = await curl(path, ...as(user.password));
    expect(reading).toMatchObject({ status: config.status, server: config.field('Server') });
    const names = [...config.body.matchAll(/<address>(.*?)<\/address>/g)].map(([, name]) => name);
    const told = reading.config!;
    expect(
      [
        ...told.inside.flatMap(({ servers }) => servers),
        ...[...told.sip, ...told.xmpp, ...told.http, ...told.uds],
      ].map(({ name }) => name),
    ).toEqual(names);
    const cookie = config.field('Set-Cookie')!;
    const domainOf = /Domain=[.]?([^;]+)/.exec(cookie)![1];
    expect(reading.cookie).toEqual({
      domain: domainOf,
      path: '/',
      secure: cookie.includes('Secure'),
      httpOnly: cookie.includes('HttpOnly'),
    });
    const signed = ['--cookie', cookie.split(';')[0]!];
    const version = await curl(`${inner}/cucm-uds/version`, ...signed);
    const servers = await curl(`${inner}/cucm-uds/servers`, ...signed);
    expect(reading.uds).toMatchObject({
      name: 'cucm1.lab.test',
      status: version.status,
      version: /<version>(.*?)</.exec(version.body)![1],
      servers: [...servers.body.matchAll(/<server>(.*?)</g)].map(([, name]) => name),
      home: { found: true, homeCluster: 'cucm1.lab.test' },
    });
    expect(JSON.stringify(reading)).not.toMatch(/alice|1e1111e1/);
  });

  test('a wrong password', async () => {
    const reading = await look('wrong');
    expect(reading.status).toBe((await curl(path, ...as('wrong'))).status);
    expect(reading).toMatchObject({ status: 401 });
    expect(reading.config).toBeUndefined();
  });

  test.each([403, 429, 500, 502, 503])('an edge that answers %i', async status => {
    await nginx.load(await edge(`return ${status};`));
    const reading = await look();
    expect((await curl(path, ...as(user.password))).status).toBe(status);
    expect(reading.status).toBe(status);
    expect(reading.uds).toBeUndefined();
  });

  test.each([
    ['is expired', { fromDay: -400 }],
    ['is of an unknown authority', { issuer: 'unknown' }],
    ['is self-signed', { issuer: 'self' }],
    ['names another host', { names: ['mail.lab.test', domain] }],
  ] satisfies [string, Partial<CertificateRecipe>][])(
    'a certificate that %s: curl says no, and the password is not sent',
    async (_, change) => {
      await nginx.load(await edge(undefined, change));
      expect((await curl(path, ...as(user.password))).exit).toBe(60);
      const reading = await look();
      expect(reading).toMatchObject({ withheld: true });
      expect(reading.status).toBeUndefined();
    },
  );
});
