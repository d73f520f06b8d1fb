import { type IncomingMessage, request } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { Failure } from '../model/failure.ts';
import type { Reading } from '../model/observation.ts';
import type { ProbeContext } from '../model/probe.ts';
import { connect, type TcpReading } from './connect.ts';
import { within } from './deadline.ts';
import { errorCode, failureAt } from './failure.ts';
import { printable, printableLines } from './text.ts';
import { openTls, refusedFor, type TlsReading, type TlsSession, tlsFailure } from './tls.ts';

/** One request and its answer. */
export type HttpReading = Reading & {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  /** The words after the status: `connect failed`, `Next Hop Connection Failed`. */
  readonly statusText?: string;
  /** Header fields by lower-case name; repeated ones joined by `, `; `set-cookie` values are withheld. */
  readonly headers?: Readonly<Record<string, string>>;
  /** At most 64 KiB, as text. */
  readonly body?: string;
  /** Bytes of the body that arrived, also beyond the bound. */
  readonly bodyBytes?: number;
  /** Server clock minus ours in milliseconds, from the `Date` header; known to one second plus half the round trip. */
  readonly clockDifferenceMs?: number;
  readonly clockUncertaintyMs?: number;
  /** Milliseconds from the request to the end of the headers. */
  readonly responseMs?: number;
};

/** Where a request goes and what it says. */
export type HttpRequest = {
  readonly address: string;
  readonly port: number;
  /** SNI and Host header. */
  readonly serverName: string;
  /** PEM texts of trust anchors beside the default store. */
  readonly trust: readonly string[];
  /** False for plain HTTP. */
  readonly secure: boolean;
  readonly method: 'GET';
  readonly path: string;
  /** Fields beside those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Keep the request back from a server whose certificate is not trusted, or is not its own: it holds a secret. */
  readonly onlyToTrusted?: true;
};

/** What became of a request: the layers that were reached, and the cookies, whose values no reading may hold. */
export type HttpConversation = {
  readonly tcp: TcpReading;
  readonly tls?: TlsReading;
  readonly http?: HttpReading;
  readonly cookies: readonly string[];
  /** The request was kept back. */
  readonly withheld?: true;
};

/** Makes one HTTP request on a connection of its own, over TLS when asked; follows no redirect. */
export async function requestOnce(options: HttpRequest, context: ProbeContext): Promise<HttpConversation> {
  const { address, port, serverName, trust, secure } = options;
  const { reading: tcp, socket } = await connect(address, port, context);
  if (socket === undefined) return { tcp, cookies: [] };
  try {
    if (!secure) {
      const { reading, cookies } = await exchange(socket, options, context);
      return { tcp, http: reading, cookies };
    }
    const session = await openTls(socket, { serverName, trust, awaitRefusal: false }, context);
    if (session.socket === undefined) return { tcp, tls: session.reading, cookies: [] };
    if (options.onlyToTrusted && !isTrusted(session, serverName))
      return { tcp, tls: session.reading, cookies: [], withheld: true };
    const { reading, error, cookies } = await exchange(session.socket, options, context);
    const refused = refusedFor(session.reading, error);
    return refused
      ? { tcp, tls: refused, cookies: [] }
      : { tcp, tls: session.reading, http: reading, cookies };
  } finally {
    socket.destroy();
  }
}

function isTrusted({ reading, socket }: TlsSession, serverName: string): boolean {
  if (socket === undefined || reading.verification?.trusted !== true) return false;
  return checkServerIdentity(serverName, socket.getPeerCertificate()) === undefined;
}

const maxHeaderBytes = 16 * 1024;
const maxBodyKept = 64 * 1024;
const maxBodyCounted = 1024 * 1024;

type Exchange = {
  readonly reading: HttpReading;
  readonly error?: unknown;
  readonly cookies: readonly string[];
};

/** What has been seen of one answer so far. */
type Progress = {
  head?: Head;
  cookies: readonly string[];
  kept: Buffer[];
  keptBytes: number;
  bodyBytes: number;
};
type Head = Pick<
  HttpReading,
  'status' | 'statusText' | 'headers' | 'clockDifferenceMs' | 'clockUncertaintyMs'
> & {
  readonly responseMs: number;
};

async function exchange(socket: Socket, options: HttpRequest, context: ProbeContext): Promise<Exchange> {
  const progress: Progress = { cookies: [], kept: [], keptBytes: 0, bodyBytes: 0 };
  let closed = false;
  // Node says ECONNRESET for an orderly close as well; only the socket tells them apart.
  const onEnd = () => {
    closed = true;
  };
  socket.prependListener('end', onEnd);
  const startedAtMs = Date.now();
  const startMs = performance.now();
  const { method, path } = options;
  try {
    const error = await within<unknown>(
      context,
      'response',
      resolve => {
        const outgoing = request({
          createConnection: () => socket,
          method,
          path,
          headers: {
            Host: hostHeader(options),
            'User-Agent': userAgent,
            Accept: '*/*',
            Connection: 'close',
            ...options.headers,
          },
          maxHeaderSize: maxHeaderBytes,
        });
        const onHead = (message: IncomingMessage) => {
          progress.cookies = message.headers['set-cookie'] ?? [];
          progress.head = readHead(message, startedAtMs, performance.now() - startMs);
        };
        outgoing.on('error', resolve);
        outgoing.once('upgrade', message => {
          onHead(message);
          resolve(undefined);
        });
        outgoing.once('response', message => {
          onHead(message);
          message.on('error', resolve).once('end', () => resolve(undefined));
          message.on('data', (chunk: Buffer) => {
            if (progress.keptBytes < maxBodyKept) {
              progress.kept.push(chunk);
              progress.keptBytes += chunk.length;
            }
            progress.bodyBytes += chunk.length;
            if (progress.bodyBytes >= maxBodyCounted) resolve(undefined);
          });
        });
        outgoing.end();
        // Whatever it still says when it is torn down is of no interest.
        return () => outgoing.off('error', resolve).on('error', () => {});
      },
      () => failureAt('response', 'timeout'),
    );
    const failure = error === undefined ? undefined : readFailure(error, closed, progress);
    return {
      reading: { method, path, ...readBody(progress), ...(failure !== undefined && { failure }) },
      error,
      cookies: progress.cookies,
    };
  } finally {
    socket.off('end', onEnd);
    socket.destroy();
  }
}

const userAgent = 'mradar (MRA diagnostics)';

function hostHeader({ serverName, address, port, secure }: HttpRequest): string {
  const host = serverName || (isIPv6(address) ? `[${address}]` : address);
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}

function readHead(message: IncomingMessage, startedAtMs: number, responseMs: number): Head {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const name = printable(message.rawHeaders[i]!.toLowerCase(), 128);
    const value = printable(message.rawHeaders[i + 1]!, 4096);
    const before = headers.get(name);
    if (name === 'set-cookie') headers.set(name, '(withheld)');
    else headers.set(name, before === undefined ? value : `${before}, ${value}`.slice(0, 4096));
  }
  const statusText = printable(message.statusMessage ?? '');
  return {
    ...(message.statusCode !== undefined && { status: message.statusCode }),
    statusText,
    headers: Object.fromEntries(headers),
    ...readClock(headers, startedAtMs, responseMs),
    responseMs,
  };
}

/** `Date` names the second in which it was written, so the middle of that second is compared with the middle of the exchange. */
function readClock(
  headers: ReadonlyMap<string, string>,
  startedAtMs: number,
  responseMs: number,
): Pick<HttpReading, 'clockDifferenceMs' | 'clockUncertaintyMs'> {
  const theirsMs = Date.parse(headers.get('date') ?? '');
  // A cache keeps the Date of the origin.
  if (Number.isNaN(theirsMs) || Number(headers.get('age') ?? 0) > 0) return {};
  return {
    clockDifferenceMs: theirsMs + 500 - (startedAtMs + responseMs / 2),
    clockUncertaintyMs: 500 + responseMs / 2,
  };
}

function readBody({ head, kept, keptBytes, bodyBytes }: Progress): Partial<HttpReading> {
  if (head === undefined) return {};
  const bytes = Buffer.concat(kept, keptBytes).subarray(0, maxBodyKept);
  return { ...head, body: printableLines(bytes.toString('utf8'), maxBodyKept), bodyBytes };
}

function readFailure(error: unknown, closed: boolean, { head }: Progress): Failure {
  if (typeof error === 'object' && error !== null && 'stage' in error) return error as Failure;
  const code = errorCode(error);
  if (code === 'HPE_HEADER_OVERFLOW') return failureAt('response', 'oversized', { code });
  if (code === 'HPE_INVALID_EOF_STATE') return failureAt('response', 'eof', { code });
  if (code?.startsWith('HPE_')) {
    const reason = head === undefined && notHttpCodes.has(code) ? 'not-http' : 'malformed';
    return failureAt('response', reason, { code });
  }
  if (closed && code === 'ECONNRESET') return failureAt('response', 'eof');
  return tlsFailure(error, 'response');
}

/** What Node's parser says when the very first line is not a status line. */
const notHttpCodes: ReadonlySet<string> = new Set([
  'HPE_INVALID_CONSTANT',
  'HPE_INVALID_VERSION',
  'HPE_INVALID_STATUS',
  'HPE_INVALID_METHOD',
  'HPE_CR_EXPECTED',
  'HPE_LF_EXPECTED',
]);
