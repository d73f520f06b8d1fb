import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import { type HttpRequest, requestOnce } from '../src/net/http.ts';
import { readUdsServers, readUdsVersion } from '../src/net/uds.ts';

export type UdsOptions = Omit<HttpRequest, 'headers' | 'path' | 'method' | 'secure'>;

/** What Unified CM says of itself to anybody who asks over HTTPS. */
export type UdsReading = Reading & {
  /** Version of Unified CM, `15.0.1`, and of the schema of its answers. */
  readonly version?: string;
  readonly schema?: string;
  /** The nodes of the cluster by the names under which it knows them (System > Server). */
  readonly servers?: readonly string[];
  /** Status of AXL to a request without credentials: 401 when it is there. */
  readonly axlStatus?: number;
};

/** Asks Unified CM for its version, for its nodes, and whether AXL is there; without credentials. */
export const uds = defineProbe<'uds', UdsOptions, { uds: UdsReading }>({
  id: 'uds',
  title: 'asks Unified CM for its version, its nodes and AXL',
  yields: ['uds'],
  async run(options, context) {
    const get = (path: string) =>
      requestOnce({ ...options, path, method: 'GET', secure: true }, context).then(asked);
    const first = await get('/cucm-uds/version');
    if (first.status === undefined) return { uds: { ...(first.failure && { failure: first.failure }) } };
    const second = await get('/cucm-uds/servers');
    const axl = await get('/axl/');
    const servers = second.status === 200 ? readUdsServers(second.body) : undefined;
    return {
      uds: {
        ...(first.status === 200 && readUdsVersion(first.body)),
        ...(servers !== undefined && { servers }),
        ...(axl.status !== undefined && { axlStatus: axl.status }),
      },
    };
  },
});

type Asked = { readonly status?: number; readonly body: string; readonly failure?: Failure };

function asked({ tcp, tls, http }: Awaited<ReturnType<typeof requestOnce>>): Asked {
  const failure = tcp.failure ?? tls?.failure ?? http?.failure;
  return {
    body: http?.body ?? '',
    ...(http?.status !== undefined && { status: http.status }),
    ...(failure !== undefined && { failure }),
  };
}
