import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Web, WebConfig } from '../model/web.ts';

/** Why a request goes no further. */
export type Refusal = {
  readonly status: 401 | 403 | 429 | 503;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Guard = {
  /** Whether the request may be answered at all: neither too many of them, nor without a name where one is needed. */
  admit(request: IncomingMessage, isOpen: boolean): Promise<Refusal | undefined>;
  /** Whether an admitted request may change something. */
  admitChange(request: IncomingMessage): Refusal | undefined;
};

/** Requests of one address: this many at once, and this many a second over time. */
const requests = { burst: 300, perSecond: 50 };
/** Wrong names or passwords of one address. */
const failures = { burst: 10, perSecond: 0.2 };
/** Looks and reloads that somebody asks for, all of them together. */
const changes = { burst: 20, perSecond: 0.5 };
/** Passwords that are tried at the same time, each in a thread of its own. */
const tryingMost = 4;
const provenMost = 1_000;
/** Spends on an unknown user the time that a known one takes. */
const nobody = '$2b$10$C6UzMDM.H6dfI/f/IKcEeO7ZBLEPjCj3aWwQFu5pCgbnT5WnGvHbe';

/** Stands before the routes: rates, authentication, and what may come from another site. */
export function createGuard(web: Web, nowMs: () => number): Guard {
  const asked = createRates(requests, nowMs);
  const failed = createRates(failures, nowMs);
  const changed = createRates(changes, nowMs);
  const key = randomBytes(32);
  const proven = new Set<string>();
  let trying = 0;

  /** Tries a password once; what has proved right is remembered by a digest that only this process can make. */
  async function isRight(proof: string, password: string, hash: string | undefined): Promise<boolean> {
    trying++;
    try {
      const fits = await isPassword(password, hash ?? nobody);
      if (!fits || hash === undefined) return false;
      if (proven.size >= provenMost) proven.clear();
      proven.add(proof);
      return true;
    } finally {
      trying--;
    }
  }

  async function authenticate(config: WebConfig, request: IncomingMessage): Promise<Refusal | undefined> {
    const given = request.headers.authorization;
    const denied: Refusal = {
      ...{ status: 401, message: 'This needs a name and a password, or a token' },
      headers: { 'WWW-Authenticate': challengesOf(config) },
    };
    if (given === undefined) return denied;
    const [scheme = '', value = ''] = given.split(/ +/, 2);
    if (scheme.toLowerCase() === 'bearer' && isToken(config, value)) return undefined;
    const [user, password] = scheme.toLowerCase() === 'basic' ? credentialsIn(value) : [];
    const hash = user === undefined ? undefined : config.users.get(user)?.();
    const proof = createHmac('sha256', key).update(`${user}\0${password}\0${hash}`).digest('hex');
    if (proven.has(proof)) return undefined;
    const source = sourceOf(request);
    const wait = failed.left(source);
    if (wait > 0) return tooMany('Too many wrong passwords', wait);
    if (password !== undefined && config.users.size > 0) {
      if (trying >= tryingMost) return { status: 503, message: 'Busy', headers: { 'Retry-After': '1' } };
      if (await isRight(proof, password, hash)) return undefined;
    }
    failed.take(source);
    return denied;
  }

  return {
    async admit(request, isOpen) {
      const wait = asked.take(sourceOf(request));
      if (wait > 0) return tooMany('Too many requests', wait);
      if (isEmbedded(request)) return { status: 403, message: foreign };
      const config = web();
      if (isOpen) return undefined;
      if (!needsName(config)) return isRebound(request) ? { status: 403, message: rebound } : undefined;
      return authenticate(config, request);
    },
    admitChange(request) {
      if (!needsName(web()) && !isLocal(request)) {
        const message =
          'Without authentication this is only allowed from this machine itself; configure it with --web-config';
        return { status: 403, message };
      }
      const message = foreignness(request);
      if (message !== undefined) return { status: 403, message };
      const wait = changed.take('');
      return wait > 0 ? tooMany('Too many looks on request', wait) : undefined;
    },
  };
}

/** Compares beside the watch, in a thread that ends with the answer. */
function isPassword(password: string, hash: string): Promise<boolean> {
  const worker = new Worker(new URL(`./compare${extname(import.meta.url)}`, import.meta.url), {
    ...{ workerData: { password, hash }, env: {}, resourceLimits: { maxOldGenerationSizeMb: 64 } },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', code => reject(new Error(`the comparison ended with ${code}`)));
  });
}

function credentialsIn(value: string): readonly string[] {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const cut = text.indexOf(':');
  return cut < 0 ? [] : [text.slice(0, cut), text.slice(cut + 1)];
}

function needsName({ users, tokens }: WebConfig): boolean {
  return users.size + tokens.length > 0;
}

function challengesOf({ users, tokens }: WebConfig): string {
  return [
    ...(users.size > 0 ? ['Basic realm="mradar", charset="UTF-8"'] : []),
    ...(tokens.length > 0 ? ['Bearer realm="mradar"'] : []),
  ].join(', ');
}

function tooMany(message: string, waitMs: number): Refusal {
  return { status: 429, message, headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) } };
}

function isToken({ tokens }: WebConfig, value: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = digest(value);
  // every token is compared, so that the time says nothing of where it stands
  return tokens.filter(token => timingSafeEqual(digest(token()), given)).length > 0;
}

/** Who counts as one asker: an IPv4 address, or the /64 of an IPv6 one. */
function sourceOf({ socket }: IncomingMessage): string {
  const address = plainAddress(socket.remoteAddress ?? '');
  return isIP(address) === 6 ? address.split(':').slice(0, 4).join(':') : address;
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1)$/;

/**
 * From this machine, and from nobody beyond it: not through a proxy that runs here, and not under a name that somebody else's
 * DNS leads here.
 */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  if (!loopback.test(plainAddress(socket.remoteAddress ?? ''))) return false;
  if (['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(name => headers[name] !== undefined))
    return false;
  const host = hostIn(headers);
  return host === 'localhost' || loopback.test(host);
}

function hostIn({ host = '' }: IncomingMessage['headers']): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

const rebound =
  'From this machine itself and without authentication this is only served as localhost or by address; configure it with --web-config';

/** A page from outside whose name was made to lead to this machine: the browser takes it for ours. */
function isRebound({ socket, headers }: IncomingMessage): boolean {
  const host = hostIn(headers);
  return loopback.test(plainAddress(socket.remoteAddress ?? '')) && host.includes('.') && isIP(host) === 0;
}

const foreign = 'This request comes from another site';

/** A page of another site asks in the name of its reader; a link that the reader follows is something else. */
function isEmbedded({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
}

/** Why the request may come from another site; undefined when it cannot. */
function foreignness({ headers, socket }: IncomingMessage): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? undefined : foreign;
  if (headers.origin !== undefined) {
    const scheme = 'encrypted' in socket && socket.encrypted ? 'https' : 'http';
    return headers.origin === `${scheme}://${headers.host}` ? undefined : foreign;
  }
  // neither field: no browser of today, but only what a page cannot send by itself proves it
  const isOwn = headers['x-mradar-request'] !== undefined || /^bearer /i.test(headers.authorization ?? '');
  return isOwn ? undefined : 'Send the header X-Mradar-Request: 1, or a bearer token, with it';
}

type Rate = { readonly burst: number; readonly perSecond: number };

/** Buckets by asker: `take` pays for one, `left` only looks; both give the milliseconds to wait, 0 when there is room. */
function createRates({ burst, perSecond }: Rate, nowMs: () => number) {
  const buckets = new Map<string, { level: number; atMs: number }>();
  const most = 10_000;
  const bucketOf = (source: string) => {
    const now = nowMs();
    const bucket = buckets.get(source) ?? { level: burst, atMs: now };
    bucket.level = Math.min(burst, bucket.level + (Math.max(0, now - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = now;
    buckets.delete(source);
    buckets.set(source, bucket);
    // the one that was silent longest goes
    if (buckets.size > most) buckets.delete(buckets.keys().next().value!);
    return bucket;
  };
  const waitOf = ({ level }: { readonly level: number }) =>
    level >= 1 ? 0 : ((1 - level) / perSecond) * 1000;
  return {
    take(source: string): number {
      const bucket = bucketOf(source);
      const wait = waitOf(bucket);
      if (wait === 0) bucket.level--;
      return wait;
    },
    left: (source: string): number => waitOf(bucketOf(source)),
  };
}
