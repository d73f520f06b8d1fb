import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import { readCookie, type SeenCookie } from '../src/net/cookie.ts';
import { type EdgeConfig, readEdgeConfig, readSingleSignOn } from '../src/net/edge-config.ts';
import { type HttpRequest, requestOnce } from '../src/net/http.ts';
import { readUdsClusterUser, readUdsServers, readUdsVersion } from '../src/net/uds.ts';

export type EdgeLoginOptions = Omit<HttpRequest, 'headers' | 'path' | 'method' | 'secure'> & {
  /** The service-discovery domain that is signed in to. */
  readonly domain: string;
  /** The path of `get_edge_config` with its query. */
  readonly path: string;
  /** Functions, so that no plan, log or report can hold what they give. */
  readonly user: () => string;
  readonly password: () => string;
  /** URLs of pages inside that are asked for through the edge. */
  readonly pages: readonly string[];
};

/** What the edge answers the test user. Neither the name, the password nor the token is in it. */
export type LoginReading = Reading & {
  readonly domain: string;
  /** Whether clients are told to use single sign-on; absent when the answer does not say so. */
  readonly sso?: { readonly status: number; readonly enabled?: boolean };
  /** The password was not sent: whoever answers has no certificate that shows it to be this host. */
  readonly withheld?: true;
  /** The answer to `get_edge_config` with credentials: 401 when they are refused. */
  readonly status?: number;
  readonly statusText?: string;
  /** `CE_C ECS` when Expressway-C answered. */
  readonly server?: string;
  /** Absent when the answer could not be read. */
  readonly config?: EdgeConfig;
  /** The `X-Auth` cookie without its value; absent when none was set. */
  readonly cookie?: SeenCookie;
  /** User Data Services through the edge; absent when no server was named, or nobody was signed in. */
  readonly uds?: {
    /** The server inside that was asked. */
    readonly name: string;
    readonly status?: number;
    readonly version?: string;
    readonly servers?: readonly string[];
    /** What is known of the test user, and of nobody else. */
    readonly home?: { readonly found: boolean; readonly homeCluster?: string };
    readonly failure?: Failure;
  };
  /** The pages that were asked for through the edge; absent when nobody was signed in, or none was to be asked for. */
  readonly pages?: readonly { readonly url: string; readonly status?: number; readonly failure?: Failure }[];
};

/** Signs in to the edge once with the test user, reads what clients are told, and asks UDS through it. */
export const edgeLogin = defineProbe<'edge-login', EdgeLoginOptions, { login: LoginReading }>({
  id: 'edge-login',
  title: 'signs in to the edge with the test user',
  yields: ['login'],
  async run(options, context) {
    const { domain, user, password, path } = options;
    const identity = user();
    const get = (at: string, headers: Readonly<Record<string, string>> = {}) => {
      const { address, port, serverName, trust } = options;
      const request = { address, port, serverName, trust, secure: true, method: 'GET', path: at } as const;
      const secrets = Object.keys(headers).length > 0 ? ({ onlyToTrusted: true } as const) : {};
      return requestOnce(
        { ...request, headers: { Accept: 'text/xml', ...headers }, ...secrets },
        context,
      ).then(answered);
    };

    const email = identity.includes('@') ? identity : `${identity}@${domain}`;
    const sso = await get(`${prefix(domain)}/get_edge_sso?email=${encodeURIComponent(email)}`);
    const enabled = sso.status === 200 ? readSingleSignOn(sso.body) : undefined;
    const known: LoginReading = {
      domain,
      ...(sso.status !== undefined && {
        sso: { status: sso.status, ...(enabled !== undefined && { enabled }) },
      }),
    };
    if (sso.status === undefined)
      return { login: { ...known, ...(sso.failure && { failure: sso.failure }) } };

    const basic = Buffer.from(`${identity}:${password()}`).toString('base64');
    const { status, statusText, server, body, cookies, failure, withheld } = await get(path, {
      Authorization: `Basic ${basic}`,
    });
    const set = cookies.map(readCookie).find(one => one?.name === 'X-Auth');
    const config = status === 200 ? readEdgeConfig(body) : undefined;
    const login: LoginReading = {
      ...known,
      ...(withheld && { withheld }),
      ...(status !== undefined && { status }),
      ...(statusText !== undefined && { statusText }),
      ...(server !== undefined && { server }),
      ...(config !== undefined && { config }),
      ...(set !== undefined && { cookie: set.seen }),
      ...(failure !== undefined && { failure }),
    };
    if (status !== 200 || set === undefined) return { login };
    const signedIn = { Cookie: `X-Auth=${set.value}` };
    const pages: NonNullable<LoginReading['pages']>[number][] = [];
    for (const url of options.pages) {
      const { status, failure } = await get(throughEdge(domain, url), signedIn);
      pages.push({ url, ...(status !== undefined && { status }), ...(failure !== undefined && { failure }) });
    }
    const shown: LoginReading = { ...login, ...(pages.length > 0 && { pages }) };
    const [target] = [...(config?.uds ?? []), ...(config ? insideUds(config) : [])];
    if (target === undefined) return { login: shown };

    const inside = prefix(`${domain}/https/${target.name}/${target.port ?? 8443}`);
    const version = await get(`${inside}/cucm-uds/version`, signedIn);
    const servers = await get(`${inside}/cucm-uds/servers`, signedIn);
    const home = await get(
      `${inside}/cucm-uds/clusterUser?username=${encodeURIComponent(identity)}`,
      signedIn,
    );
    const list = servers.status === 200 ? readUdsServers(servers.body) : undefined;
    const found = home.status === 200 ? readUdsClusterUser(home.body) : undefined;
    const told = version.status === 200 ? readUdsVersion(version.body)?.version : undefined;
    return {
      login: {
        ...shown,
        uds: {
          name: target.name,
          ...(version.status !== undefined && { status: version.status }),
          ...(told !== undefined && { version: told }),
          ...(list !== undefined && { servers: list }),
          ...(found !== undefined && { home: found }),
          ...(version.failure !== undefined && { failure: version.failure }),
        },
      },
    };
  },
});

/** The first segment of a path by which the edge knows where it leads. */
function prefix(text: string): string {
  return `/${Buffer.from(text).toString('base64url')}`;
}

/** The path by which the edge leads to a page inside. */
function throughEdge(domain: string, url: string): string {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const at = port || (scheme === 'https' ? '443' : '80');
  return `${prefix(`${domain}/${scheme}/${hostname}/${at}`)}${pathname}${search}`;
}

function insideUds({ inside }: EdgeConfig) {
  return inside.filter(({ name }) => name === '_cisco-uds').flatMap(({ servers }) => servers);
}

type Answered = {
  readonly status?: number;
  readonly statusText?: string;
  readonly server?: string;
  readonly body: string;
  readonly cookies: readonly string[];
  readonly withheld?: true;
  readonly failure?: Failure;
};

function answered({ tcp, tls, http, cookies, withheld }: Awaited<ReturnType<typeof requestOnce>>): Answered {
  const failure = tcp.failure ?? tls?.failure ?? http?.failure;
  const server = http?.headers?.server;
  return {
    body: http?.body ?? '',
    cookies,
    ...(withheld && { withheld }),
    ...(http?.status !== undefined && { status: http.status }),
    ...(http?.statusText !== undefined && { statusText: http.statusText }),
    ...(server !== undefined && { server }),
    ...(failure !== undefined && { failure }),
  };
}
