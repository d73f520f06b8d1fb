import type { HttpAnswer, HttpRequest } from './http-answer.ts';
import { udsAnswer } from './inside.ts';
import { user } from './user.ts';
import { domain, type EdgeAnswer, nameOf, type Service, type SignIn, unifiedCms } from './world.ts';

const basic = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
const token = '1e1111e1-dddb-49e9-ad0d-ab34526e2b00';

/** What 8443 of an Expressway-E answers: `Server: CE_E` by itself, `CE_C ECS` through the tunnel from Expressway-C. */
export function answerEdge(request: HttpRequest, service: Service, now: Date): HttpAnswer {
  const date = new Date(now.getTime() + service.clockAheadMs).toUTCString();
  if (service.edge === 'not-expressway') return otherServer(date);
  const [, prefix = '', ...rest] = request.path.split('/');
  const target = decodePrefix(prefix);
  if (!target) return fromEdge(404, date);
  if (target.domain !== domain) return fromEdge(403, date);
  const refusal = refusals[service.edge];
  if (refusal) return fromEdge(refusal.status, date, refusal.text);
  if (target.inside) return proxied(request, target.inside, rest, date, service.signIn);
  switch (rest[0]) {
    case 'get_edge_config':
      return request.authorization === basic ? signedIn(service, date) : unauthorized(date);
    case 'get_edge_sso':
      return fromExpresswayC(200, date, singleSignOn, [['Content-Type', 'text/xml']]);
    default:
      return fromExpresswayC(404, date);
  }
}

const refusals: Partial<Record<EdgeAnswer, { readonly status: number; readonly text?: string }>> = {
  'next-hop-failed': { status: 502, text: 'Next Hop Connection Failed' },
  'origin-refused': { status: 502, text: 'connect failed' },
  'domain-forbidden': { status: 403 },
  'rate-limited': { status: 429 },
  maintenance: { status: 503 },
};

type Target = { readonly domain: string; readonly inside?: { readonly host: string; readonly port: number } };

/** `base64url(domain)` or `base64url(domain/scheme/host/port)`. */
function decodePrefix(prefix: string): Target | undefined {
  if (!/^[\w-]+$/.test(prefix)) return undefined;
  const text = Buffer.from(prefix, 'base64url').toString('latin1');
  const parts = /^([a-z0-9.-]+)(?:\/https?\/([a-z0-9.-]+)\/(\d{1,5}))?$/i.exec(text);
  if (!parts) return undefined;
  const [, name = '', host, port] = parts;
  return { domain: name.toLowerCase(), ...(host ? { inside: { host, port: Number(port) } } : {}) };
}

/** Whoever has the right password may still meet with something else. */
function signedIn(service: Service, date: string): HttpAnswer {
  switch (service.signIn) {
    case 'refused':
      return unauthorized(date);
    case 'forbidden':
      return fromExpresswayC(403, date);
    case 'failed':
      return fromExpresswayC(500, date);
    default:
      return edgeConfig(service, date);
  }
}

/** A request through the tunnel to a server inside that is on the allow list. */
function proxied(
  request: HttpRequest,
  { host, port }: { readonly host: string; readonly port: number },
  path: readonly string[],
  date: string,
  signIn: SignIn,
): HttpAnswer {
  const listed = [...unifiedCms, 'web1', ...(signIn === 'voicemail-forbidden' ? [] : ['cuc1'])];
  const allowed = listed.some(name => nameOf(name) === host.toLowerCase());
  if (!allowed) return fromExpresswayC(403, date);
  if (request.authorization !== basic && !request.cookie.includes(`X-Auth=${token}`))
    return unauthorized(date);
  if (signIn === 'uds-fails') return fromEdge(502, date, 'connect failed');
  const isLost = signIn === 'no-home-cluster' && path.includes('clusterUser');
  const query = isLost ? new URLSearchParams() : request.query;
  const answer = udsAnswer({ ...request, query, path: `/${path.join('/')}`, host: `${host}:${port}` });
  return { ...answer, headers: [['Date', date], ...answer.headers, ['Age', '0']] };
}

function edgeConfig(service: Service, date: string): HttpAnswer {
  const expires = new Date(Date.parse(date) + 28_800_000).toUTCString();
  return fromExpresswayC(200, date, edgeConfigBody(service), [
    ['Content-Type', 'text/xml'],
    [
      'Set-Cookie',
      `X-Auth=${token}; Expires=${expires}; Domain=.${service.signIn === 'other-cookie-domain' ? `inside.${domain}` : domain}; Path=/; Secure; HttpOnly`,
    ],
  ]);
}

function unauthorized(date: string): HttpAnswer {
  return fromExpresswayC(401, date, '', [['WWW-Authenticate', 'Basic realm="Cisco-Edge"']]);
}

function fromExpresswayC(
  status: number,
  date: string,
  body = '',
  headers: HttpAnswer['headers'] = [],
): HttpAnswer {
  return {
    status,
    headers: [
      ...headers,
      ['Server', 'CE_C ECS'],
      ['Date', date],
      ['Age', '0'],
      ['Transfer-Encoding', 'chunked'],
    ],
    body,
  };
}

function fromEdge(status: number, date: string, statusText?: string): HttpAnswer {
  return {
    status,
    ...(statusText === undefined ? {} : { statusText }),
    headers: [
      ['Date', date],
      ['Connection', 'close'],
      ['Server', 'CE_E'],
      ['Content-Length', '0'],
    ],
    body: '',
  };
}

function otherServer(date: string): HttpAnswer {
  const body = '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>\n';
  return {
    status: 404,
    headers: [
      ['Server', 'nginx'],
      ['Date', date],
      ['Content-Type', 'text/html'],
      ['Content-Length', String(body.length)],
      ['Connection', 'close'],
    ],
    body,
  };
}

const singleSignOn = `<?xml version='1.0' encoding='UTF-8'?>
<SSOResult version="1.0"><Response><SingleSignOn><Status enabled="false"/></SingleSignOn></Response></SSOResult>
`;

function edgeConfigBody({ host, signIn }: Service): string {
  const servers = unifiedCms
    .map(
      name =>
        `<server><priority>10</priority><weight>10</weight><port>8443</port><address>${nameOf(name)}</address></server>`,
    )
    .join('');
  const uds = signIn === 'no-uds' ? '<error>NameError</error>' : servers;
  const home = signIn === 'no-uds' ? '' : nameOf('cucm1');
  const name = nameOf(signIn === 'other-name' ? 'edge-internal' : host);
  const edge = (port: number) => `<server><address>${name}</address><tlsPort>${port}</tlsPort></server>`;
  return `<?xml version='1.0' encoding='UTF-8'?>
<getEdgeConfigResponse version="1.0">
 <serviceConfig>
  <service><name>_cisco-phone-tftp</name><error>NameError</error></service>
  <service><name>_cuplogin</name><error>NameError</error></service>
  <service><name>_cisco-uds</name>${uds}</service>
  <service><name>tftpServer</name>${unifiedCms.map(name => `<address>${nameOf(name)}</address>`).join('')}</service>
 </serviceConfig>
 <edgeConfig>
  <sipEdgeServer>${edge(5061)}</sipEdgeServer>
  <sipRequest><route>&lt;sip:${nameOf('expc1')}:5061;transport=tls;zone-id=3;directed;lr&gt;</route></sipRequest>
  <xmppEdgeServer>${edge(5222)}</xmppEdgeServer>
  <httpEdgeServer>${edge(8443)}</httpEdgeServer>
  <turnEdgeServer/>
  <userUdsServer><server><address>${home}</address><tlsPort>8443</tlsPort></server></userUdsServer>
 </edgeConfig>
</getEdgeConfigResponse>
`;
}
