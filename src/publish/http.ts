import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { Readable } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import Koa, { type Context } from 'koa';
import { findingStates, type Incident } from '../model/incident.ts';
import type { Control } from '../model/run-state.ts';
import type { Web, WebConfig } from '../model/web.ts';
import type { Store } from '../store/store.ts';
import { findSubject, type Operation, openApi, operations, readQuery } from './api.ts';
import type { PublishedCheck, PublishedCoverage } from './catalogue.ts';
import { toCheckPage, toChecksPage, toCoveragePage } from './checks-page.ts';
import { createGuard, type Refusal } from './guard.ts';
import {
  type Entry,
  toDeploymentPage,
  toEntriesPage,
  toEntryPage,
  toProblemPage,
  toStatusPage,
} from './html.ts';
import { type IncidentFilter, toIncidentsPage } from './incidents-page.ts';
import { stableJson } from './json.ts';
import { createLive, type Live, script } from './live.ts';
import type { Metrics } from './metrics.ts';
import { subjectHref } from './page.ts';
import { createProbes } from './probe.ts';
import { favicon, stylesheet } from './style.ts';
import { toSubjectPage } from './subject-page.ts';
import { takeTurns } from './turns.ts';

export type ServerParts = {
  readonly store: Store;
  readonly entries: readonly Entry[];
  readonly checks: readonly PublishedCheck[];
  /** Asked for at most once. */
  readonly coverage: () => PublishedCoverage;
  readonly metrics: Metrics;
  readonly version: string;
  /** Names of the deployments that are watched now: ready means that each was looked at once. */
  readonly deployments: () => readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Told of errors that are ours; the client only gets "Internal error". */
  readonly onError: (error: unknown) => void;
  /** The daemon behind the pages; absent where reports are only shown. */
  readonly control?: Control;
  /** TLS and authentication; plain HTTP for everybody who reaches it when absent. */
  readonly web?: Web;
};

export type PublishServer = {
  /** Not listening yet. */
  readonly server: Server | HttpsServer;
  readonly scheme: 'http' | 'https';
  /** Takes no new connection, lets requests under way end, and cuts what is left after `deadlineMs`. */
  readonly close: (deadlineMs: number) => Promise<void>;
};

type Answer = {
  readonly status?: number;
  readonly type: string;
  readonly body: string | Readable;
  readonly cache?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
type Route = (context: Context, name: string) => Answer | Promise<Answer>;

const unprotected: WebConfig = { users: new Map(), tokens: [] };
/** Between two looks whether there is another certificate. */
const renewEveryMs = 2_000;
const plainText = 'text/plain; charset=utf-8';
/** Answered to everybody: who restarts the process has no password. */
const openPaths: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);

/** Serves the views of the store over HTTP or HTTPS: bounded in size, time and number, no cookie, no inline script. */
export function createServer(parts: ServerParts): PublishServer {
  const { web = () => unprotected, nowMs, onError } = parts;
  const guard = createGuard(web, nowMs);
  const live = createLive(parts.store.generation);
  const routes = routesOf(parts, live);
  const app = new Koa();
  app.on('error', error => {
    if (!hasGone(error)) onError(error);
  });
  app.use(async context => {
    context.set(securityHeaders);
    const answer = await answerTo(context, routes, guard, onError);
    if (answer.headers) context.set(answer.headers);
    context.status = answer.status ?? 200;
    context.type = answer.type;
    context.set('Cache-Control', answer.cache ?? 'no-store');
    context.body = answer.body;
  });
  // the default of 30 s between two looks would let a slow client stay for 40 s
  const limits = {
    ...{ headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 },
    maxHeaderSize: 16_384,
  };
  let { tls } = web();
  const server = tls
    ? createHttpsServer({ ...limits, ...tlsOptions(tls), handshakeTimeout: 10_000 }, app.callback())
    : createHttpServer(limits, app.callback());
  server.keepAliveTimeout = 5_000;
  server.timeout = 60_000;
  server.maxConnections = 1_024;
  const renewal = setInterval(() => {
    const now = web().tls;
    if (!('setSecureContext' in server) || !now || now === tls) return;
    tls = now;
    server.setSecureContext(tlsOptions(now));
  }, renewEveryMs).unref();
  return {
    server,
    scheme: tls ? 'https' : 'http',
    async close(deadlineMs) {
      clearInterval(renewal);
      live.close();
      await close(server, deadlineMs);
    },
  };
}

/** In blocks, as fast as the client takes them; the probes have their turn in between. */
function inTurns(pieces: readonly string[]): Readable {
  async function* blocks() {
    let block = '';
    const turn = takeTurns();
    for (const piece of pieces) {
      block += piece;
      if (block.length < blockLength) continue;
      yield block;
      block = '';
      await turn();
    }
    yield block;
  }
  return Readable.from(blocks());
}

const blockLength = 65_536;

/** Whether the client went away before it had everything, which is no mistake of anybody. */
function hasGone(error: NodeJS.ErrnoException): boolean {
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(error.code ?? '');
}

function tlsOptions({
  certificate,
  key,
  minVersion,
  clientAuthority,
  needsClient,
}: NonNullable<WebConfig['tls']>) {
  return {
    ...{ cert: certificate, key: key(), minVersion },
    ...(clientAuthority === undefined
      ? {}
      : { ca: clientAuthority, requestCert: true, rejectUnauthorized: needsClient }),
  } satisfies SecureContextOptions & { requestCert?: boolean; rejectUnauthorized?: boolean };
}

const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // not `no-referrer`: browsers would say `Origin: null` with our own forms
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

async function answerTo(
  context: Context,
  routes: Routes,
  guard: ReturnType<typeof createGuard>,
  onError: (error: unknown) => void,
): Promise<Answer> {
  try {
    const refused = await guard.admit(context.req, openPaths.has(context.path));
    if (refused) return refusal(context, refused);
    const get = find(routes.get, context.path);
    const post = find(routes.post, context.path);
    if (!get && !post) return problem(context, 404, 'There is no such page');
    const isReading = context.method === 'GET' || context.method === 'HEAD';
    const found = isReading ? get : context.method === 'POST' ? post : undefined;
    if (!found) {
      const methods = [...(get ? ['GET', 'HEAD'] : []), ...(post ? ['POST'] : [])];
      context.set('Allow', methods.join(', '));
      context.set('Connection', 'close');
      return problem(
        context,
        405,
        `Only ${inWords(methods)} ${methods.length === 1 ? 'is' : 'are'} answered`,
      );
    }
    if (context.get('Transfer-Encoding') !== '' || !['', '0'].includes(context.get('Content-Length'))) {
      context.set('Connection', 'close');
      return problem(context, 413, 'No request body is accepted');
    }
    const denied = isReading ? undefined : guard.admitChange(context.req);
    if (denied) return refusal(context, denied);
    return await found.route(context, found.name);
  } catch (error) {
    onError(error);
    return problem(context, 500, 'Internal error');
  }
}

function inWords(methods: readonly string[]): string {
  return methods.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}

/** Routes by whole path, or by its beginning when that ends in a slash: then the rest is the name. */
type Table = ReadonlyMap<string, Route>;
type Routes = { readonly get: Table; readonly post: Table };

function find(table: Table, path: string): { readonly route: Route; readonly name: string } | undefined {
  const fixed = table.get(path);
  if (fixed) return path.endsWith('/') && path !== '/' ? undefined : { route: fixed, name: '' };
  for (const [prefix, route] of table) {
    if (prefix === '/' || !prefix.endsWith('/') || !path.startsWith(prefix)) continue;
    const name = decode(path.slice(prefix.length));
    return name ? { route, name } : undefined;
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function routesOf(parts: ServerParts, live: Live): Routes {
  const api = apiRoutes(parts);
  return {
    get: new Map([...pageRoutes(parts), ...machineRoutes(parts, live), ...api.get]),
    post: new Map([...changeRoutes(parts), ...api.post]),
  };
}

function pageRoutes(parts: ServerParts): readonly (readonly [string, Route])[] {
  const { store, entries, checks, deployments, nowMs, control } = parts;
  const coverage = once(() => toCoveragePage(parts.coverage()));
  return [
    [
      '/',
      context => {
        const refreshSeconds = Number(context.query.refresh);
        const refreshes = Number.isInteger(refreshSeconds) && refreshSeconds >= 10 && refreshSeconds <= 3600;
        return page(
          toStatusPage({
            ...{ reports: store.reports(), missing: missingIn(parts), nowMs: nowMs() },
            isWhole: context.query.all === 'true',
            dayOf: name => store.day(name, nowMs()),
            ...(control && { runState: control.runState() }),
            ...(refreshes && { refreshSeconds }),
          }),
        );
      },
    ],
    [
      '/deployments/',
      (context, name) => {
        const stored = store.report(name);
        if (stored) return page(toDeploymentPage(stored, nowMs(), store.day(name, nowMs())));
        if (deployments().includes(name))
          return problem(context, 503, 'This deployment was not looked at yet');
        return problem(context, 404, 'There is no such deployment');
      },
    ],
    [
      '/subjects/',
      (context, id) => {
        const found = findSubject(store, id);
        if (!found) return problem(context, 404, 'There is no such subject');
        const history = store.subject(id);
        const incidents = store.incidents({ subject: id, limit: 50 }).items;
        return page(
          toSubjectPage({
            ...{ ...found, incidents, nowMs: nowMs(), canLook: control !== undefined },
            ...(history && { history }),
          }),
        );
      },
    ],
    ['/incidents', context => incidentsAnswer(context, parts)],
    ['/checks', () => page(toChecksPage(checks, store.reports()))],
    [
      '/checks/',
      (context, id) => {
        const check = checks.find(one => one.id === id);
        if (!check) return problem(context, 404, 'There is no such check');
        const codes = new Set(check.findings.map(({ code }) => code));
        const about = entries.filter(entry => entry.codes.some(code => codes.has(code)));
        return page(toCheckPage({ check, reports: store.reports(), entries: about }));
      },
    ],
    ['/coverage', () => page(coverage())],
    ['/entries', () => page(toEntriesPage(entries))],
    [
      '/entries/',
      (context, name) => {
        const entry = entries.find(({ id, codes }) => id === name || codes.includes(name));
        return entry ? page(toEntryPage(entry)) : problem(context, 404, 'There is no such entry');
      },
    ],
  ];
}

function incidentsAnswer(context: Context, { store, deployments, nowMs }: ServerParts): Answer {
  const one = (name: string) => {
    const value = context.query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const names = ['deployment', 'state', 'severity', 'code', 'subject'] as const;
  const filter = Object.fromEntries(
    names.flatMap(name => (one(name) === undefined ? [] : [[name, one(name)]])),
  ) as IncidentFilter;
  const { state, severity, ...rest } = filter;
  const states = findingStates.filter(known => state === undefined || state === known);
  const severities = (['critical', 'warning', 'info'] as const).filter(
    known => severity === undefined || severity === known,
  );
  const after = one('after');
  const query = { ...rest, severities, limit: 100 };
  const isFirst = after === undefined;
  // what is not over yet is shown whole on the first page, however long ago it began
  const current = isFirst
    ? store.incidents({ ...query, states: states.filter(known => known !== 'closed'), limit: 500 })
    : nothing;
  const past = store.incidents({
    ...{ ...query, states: states.filter(known => known === 'closed') },
    ...(after === undefined ? {} : { after }),
  });
  const found = { items: [...current.items, ...past.items], total: current.total + past.total };
  const whole = { ...found, ...(past.next === undefined ? {} : { next: past.next }) };
  return page(toIncidentsPage({ page: whole, filter, deployments: deployments(), nowMs: nowMs() }));
}

const nothing: { readonly items: readonly Incident[]; readonly total: number } = { items: [], total: 0 };

function machineRoutes(parts: ServerParts, live: Live): readonly (readonly [string, Route])[] {
  const { store, metrics, deployments, control, nowMs } = parts;
  const probe = control && createProbes({ store, control, nowMs });
  return [
    ['/style.css', () => ({ type: 'text/css; charset=utf-8', body: stylesheet, cache: 'max-age=300' })],
    ['/live.js', () => ({ type: 'text/javascript; charset=utf-8', body: script, cache: 'max-age=300' })],
    ['/favicon.svg', () => ({ type: 'image/svg+xml', body: favicon, cache: 'max-age=86400' })],
    [
      '/events',
      context => {
        if (context.method === 'HEAD') return { type: 'text/event-stream', body: '' };
        const body = live.open();
        return body
          ? { type: 'text/event-stream', body, headers: { 'X-Accel-Buffering': 'no' } }
          : problem(context, 503, 'Too many pages are open');
      },
    ],
    [
      '/metrics',
      async context => {
        context.vary('Accept');
        const { contentType, pieces } = await metrics.exposition(context.get('Accept'));
        return { type: contentType, body: inTurns(pieces) };
      },
    ],
    [
      '/probe',
      async context => {
        const { target, module, debug } = context.query;
        if (!probe || Array.isArray(target) || Array.isArray(module))
          return problem(context, 400, 'Name one target, and at most one module');
        const { status, text } = await probe({
          ...(target === undefined ? {} : { target }),
          ...(module === undefined ? {} : { module }),
          ...{ isDebug: debug === 'true', withinMs: patienceOf(context) },
        });
        return { status, type: plainText, body: text };
      },
    ],
    ['/-/healthy', () => ({ type: plainText, body: 'healthy\n' })],
    [
      '/-/ready',
      () => {
        const still = missingIn(parts);
        if (still.length === 0) return { type: plainText, body: 'ready\n' };
        const body = `not ready: ${still.length} of ${deployments().length} deployments not looked at yet\n`;
        return { status: 503, type: plainText, body };
      },
    ],
  ];
}

/** A scraper says how long it waits; half a second is left for the way back. */
function patienceOf(context: Context): number {
  const seconds = Number(context.get('X-Prometheus-Scrape-Timeout-Seconds'));
  const patience = seconds > 0 ? seconds * 1000 : 10_000;
  return Math.min(55_000, Math.max(patience - 500, patience / 2));
}

function changeRoutes(parts: ServerParts): readonly (readonly [string, Route])[] {
  const { store, control } = parts;
  if (!control) return [];
  const look = lookWith(parts);
  return [
    [
      '/subjects/',
      async (context, id) => {
        if (!findSubject(store, id)) return problem(context, 404, 'There is no such subject');
        await look(id);
        return { ...page(''), status: 303, headers: { Location: subjectHref(id) } };
      },
    ],
    [
      '/-/reload',
      async context => {
        const { successful, problems } = await control.reload();
        if (successful) return { type: plainText, body: 'reloaded\n' };
        const said = problems.map(({ place, message }) => `${place}: ${message}`).join('\n');
        return problem(context, 500, `The configuration stays as it was: ${said}`);
      },
    ],
  ];
}

/** Looks at a subject now, and waits, not for long, until what was seen stands in the store; false when nobody knows it. */
function lookWith({ store, control }: ServerParts): (id: string) => Promise<boolean> {
  return async id => {
    const before = store.generation();
    if (!(await control?.lookNow(id))) return false;
    for (let i = 0; i < 20 && store.generation() === before; i++)
      await new Promise(resolve => setTimeout(resolve, 50));
    return true;
  };
}

function apiRoutes(parts: ServerParts): { readonly get: Table; readonly post: Table } {
  const { store, version } = parts;
  // generations begin anew with each process, so an ETag of the one before must not fit
  const process = randomBytes(6).toString('base64url');
  const coverage = once(parts.coverage);
  const look = lookWith(parts);
  const document = once(() => stableJson(openApi(version)));
  const tagged = (context: Context, make: () => Answer | Promise<Answer>): Answer | Promise<Answer> => {
    const tag = `"${process}-${store.generation()}"`;
    context.set('ETag', tag);
    const known = context.get('If-None-Match').split(/\s*,\s*/);
    if (known.some(one => one.replace(/^W\//, '') === tag))
      return { status: 304, type: 'application/json; charset=utf-8', body: '', cache: 'private, no-cache' };
    return make();
  };
  const routeOf =
    ({ query, run, method }: Operation): Route =>
    async (context, id) => {
      const values = readQuery(query, context.query);
      if (typeof values === 'string') return problem(context, 400, values);
      const make = async () => {
        const found = await run({ ...parts, coverage, look }, values, id);
        if (found !== undefined) return json(found);
        context.remove('ETag');
        return problem(context, 404, 'There is no such thing');
      };
      return method === 'get' ? tagged(context, make) : make();
    };
  const table = (method: Operation['method']) =>
    operations
      .filter(one => one.method === method && (method === 'get' || parts.control !== undefined))
      .map(one => [one.path.replace('{id}', ''), routeOf(one)] as const);
  return {
    get: new Map([
      ...table('get'),
      [
        '/api/v1/openapi.json',
        context =>
          tagged(context, () => ({
            ...{ type: 'application/json; charset=utf-8', body: document(), cache: 'private, no-cache' },
          })),
      ],
    ]),
    post: new Map(table('post')),
  };
}

function missingIn({ store, deployments }: ServerParts): readonly string[] {
  return deployments().filter(name => store.report(name) === undefined);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function page(body: string): Answer {
  return { type: 'text/html; charset=utf-8', body };
}

function json(value: unknown, status = 200): Answer {
  return {
    status,
    type: 'application/json; charset=utf-8',
    body: stableJson(value),
    cache: 'private, no-cache',
  };
}

function refusal(context: Context, { status, message, headers }: Refusal): Answer {
  if (headers) context.set(headers);
  return problem(context, status, message);
}

/** In HTML for a browser, else in JSON. */
function problem(context: Context, status: number, message: string): Answer {
  context.vary('Accept');
  if (context.accepts('json', 'html') === 'html')
    return { ...page(toProblemPage({ status, message })), status };
  return { ...json({ error: { status, message } }, status), cache: 'no-store' };
}

async function close(server: Server | HttpsServer, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearTimeout(timer);
}
