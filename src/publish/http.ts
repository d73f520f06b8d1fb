import { createServer as createHttpServer, type Server } from 'node:http';
import Koa, { type Context } from 'koa';
import type { Control } from '../model/run-state.ts';
import type { Store, StoredReport } from '../store/store.ts';
import {
  type Entry,
  toDeploymentPage,
  toEntriesPage,
  toEntryPage,
  toProblemPage,
  toStatusPage,
} from './html.ts';
import { stableJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { favicon, stylesheet } from './style.ts';

export type ServerParts = {
  readonly store: Store;
  readonly entries: readonly Entry[];
  readonly metrics: Metrics;
  /** Names of the deployments that are watched now: ready means that each was looked at once. */
  readonly deployments: () => readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Told of errors that are ours; the client only gets "Internal error". */
  readonly onError: (error: unknown) => void;
  /** The daemon behind the pages; absent where reports are only shown. */
  readonly control?: Control;
};

export type PublishServer = {
  /** Not listening yet. */
  readonly server: Server;
  /** Takes no new connection, lets requests under way end, and cuts what is left after `deadlineMs`. */
  readonly close: (deadlineMs: number) => Promise<void>;
};

type Answer = {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly cache?: string;
};
type Route = (context: Context, name: string) => Answer | Promise<Answer>;

/** Serves the views of the store over HTTP, reading only: GET and HEAD, no body, no cookie, no script. */
export function createServer(parts: ServerParts): PublishServer {
  const routes = routesOf(parts);
  const app = new Koa();
  app.on('error', parts.onError);
  app.use(async context => {
    context.set(securityHeaders);
    const answer = await answerTo(context, routes, parts.onError);
    context.status = answer.status ?? 200;
    context.type = answer.type;
    context.set('Cache-Control', answer.cache ?? 'no-store');
    context.body = answer.body;
  });
  const server = createHttpServer(
    // the default of 30 s between two looks would let a slow client stay for 40 s
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
    app.callback(),
  );
  server.keepAliveTimeout = 5_000;
  server.timeout = 60_000;
  server.maxConnections = 1_024;
  return { server, close: deadlineMs => close(server, deadlineMs) };
}

const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

async function answerTo(
  context: Context,
  routes: Routes,
  onError: (error: unknown) => void,
): Promise<Answer> {
  try {
    const found = find(routes, context.path);
    if (!found) return problem(context, 404, 'There is no such page');
    if (context.method !== 'GET' && context.method !== 'HEAD') {
      context.set('Allow', 'GET, HEAD');
      context.set('Connection', 'close');
      return problem(context, 405, 'Only GET and HEAD are answered');
    }
    if (context.get('Transfer-Encoding') !== '' || !['', '0'].includes(context.get('Content-Length'))) {
      context.set('Connection', 'close');
      return problem(context, 413, 'No request body is accepted');
    }
    return await found.route(context, found.name);
  } catch (error) {
    onError(error);
    return problem(context, 500, 'Internal error');
  }
}

type Routes = {
  readonly fixed: ReadonlyMap<string, Route>;
  /** By the part of the path before the name. */
  readonly named: ReadonlyMap<string, Route>;
};

function find(routes: Routes, path: string): { readonly route: Route; readonly name: string } | undefined {
  const fixed = routes.fixed.get(path);
  if (fixed) return { route: fixed, name: '' };
  const cut = path.lastIndexOf('/') + 1;
  const route = routes.named.get(path.slice(0, cut));
  const name = decode(path.slice(cut));
  return route && name ? { route, name } : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function routesOf({ store, entries, metrics, deployments, nowMs }: ServerParts): Routes {
  const missing = () => deployments().filter(name => store.report(name) === undefined);
  return {
    fixed: new Map<string, Route>([
      [
        '/',
        context => {
          const refreshSeconds = Number(context.query.refresh);
          const refreshes =
            Number.isInteger(refreshSeconds) && refreshSeconds >= 10 && refreshSeconds <= 3600;
          return page(
            toStatusPage({
              reports: store.reports(),
              missing: missing(),
              nowMs: nowMs(),
              ...(refreshes && { refreshSeconds }),
            }),
          );
        },
      ],
      ['/entries', () => page(toEntriesPage(entries))],
      ['/style.css', () => ({ type: 'text/css; charset=utf-8', body: stylesheet, cache: 'max-age=300' })],
      ['/favicon.svg', () => ({ type: 'image/svg+xml', body: favicon, cache: 'max-age=86400' })],
      [
        '/metrics',
        async context => {
          context.vary('Accept');
          const { contentType, text } = await metrics.exposition(context.get('Accept'));
          return { type: contentType, body: text };
        },
      ],
      ['/-/healthy', () => ({ type: 'text/plain; charset=utf-8', body: 'healthy\n' })],
      [
        '/-/ready',
        () => {
          const still = missing();
          if (still.length === 0) return { type: 'text/plain; charset=utf-8', body: 'ready\n' };
          const body = `not ready: ${still.length} of ${deployments().length} deployments not looked at yet\n`;
          return { status: 503, type: 'text/plain; charset=utf-8', body };
        },
      ],
      ['/api/v1/report', context => reportAnswer(context, store)],
    ]),
    named: new Map<string, Route>([
      [
        '/deployments/',
        (context, name) => {
          const stored = store.report(name);
          if (stored) return page(toDeploymentPage(stored, nowMs()));
          if (deployments().includes(name))
            return problem(context, 503, 'This deployment was not looked at yet');
          return problem(context, 404, 'There is no such deployment');
        },
      ],
      [
        '/entries/',
        (context, name) => {
          const entry = entries.find(({ id, codes }) => id === name || codes.includes(name));
          return entry ? page(toEntryPage(entry)) : problem(context, 404, 'There is no such entry');
        },
      ],
    ]),
  };
}

function reportAnswer(context: Context, store: Store): Answer {
  const wanted = context.query.deployment;
  if (Array.isArray(wanted)) return problem(context, 400, 'Name one deployment');
  if (wanted === undefined) return json({ reports: store.reports().map(toPublic) });
  const stored = store.report(wanted);
  return stored
    ? json({ reports: [toPublic(stored)] })
    : problem(context, 404, 'There is no such deployment');
}

function toPublic({ report, sinceByCause }: StoredReport): unknown {
  return { report, sinceByCause: Object.fromEntries(sinceByCause) };
}

function page(body: string): Answer {
  return { type: 'text/html; charset=utf-8', body };
}

function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json; charset=utf-8', body: stableJson(value) };
}

/** In HTML for a browser, else in JSON. */
function problem(context: Context, status: number, message: string): Answer {
  context.vary('Accept');
  if (context.accepts('json', 'html') === 'html')
    return { ...page(toProblemPage({ status, message })), status };
  return json({ error: { status, message } }, status);
}

async function close(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearTimeout(timer);
}
