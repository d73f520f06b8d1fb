import type { Reason } from '../model/failure.ts';
import { looksLikeTls } from './handshake.ts';

/** One value of a Via header field, RFC 3261 section 20.42. */
export type SipVia = {
  readonly transport: string;
  readonly host: string;
  readonly port?: number;
  /** By lower-case name; empty text for a parameter without a value. */
  readonly parameters: ReadonlyMap<string, string>;
};

/** One SIP message that obeys the grammar as far as a client has to understand it. */
export type SipMessage = {
  readonly start:
    | { readonly kind: 'response'; readonly status: number; readonly phrase: string }
    | { readonly kind: 'request'; readonly method: string; readonly uri: string };
  /** Values by lower-case long name in the order of the message, unfolded; compact names are expanded. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Never empty; the first is the topmost. */
  readonly vias: readonly [SipVia, ...SipVia[]];
  readonly callId: string;
  readonly sequence: { readonly number: number; readonly method: string };
  readonly body: Buffer;
};

/** Why bytes are no SIP: nothing after them can be read. */
export type SipBroken = {
  readonly kind: 'broken';
  readonly reason: Extract<Reason, 'not-sip' | 'malformed' | 'oversized' | 'plain-tls'>;
  /** `HTTP` when that is what answered. */
  readonly code?: string;
  readonly detail: string;
};

/** What came over a SIP connection, piece by piece; `broken` is the last. */
export type SipEvent =
  | { readonly kind: 'message'; readonly message: SipMessage }
  /** Framed like a message, but to be discarded (RFC 4475 section 3.1.2). */
  | { readonly kind: 'malformed'; readonly detail: string }
  /** A line end between messages: the answer to a keep-alive, RFC 5626 section 4.4.1. */
  | { readonly kind: 'line-end' }
  | SipBroken;

const maxHeadBytes = 64 * 1024;
const maxBodyBytes = 64 * 1024;
const maxHeaders = 256;
const maxJunkBytes = 4 * 1024;
const maxTotalBytes = 1024 * 1024;

const token = "[\\w\\-.!%*+`'~]+";
const statusLine = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/is;
const requestLine = new RegExp(`^(${token}) (\\S+) SIP/2\\.0$`, 'i');
/** Whatever means to be the first line of a SIP message, right or wrong. */
const anyStartLine = /^SIP\/\d+\.\d+[ \t]|[ \t]SIP\/\d+\.\d+[ \t]*$/i;
const headerLine = new RegExp(`^(${token})[ \\t]*:(.*)$`, 's');
const viaHead = new RegExp(
  `^SIP\\s*/\\s*2\\.0\\s*/\\s*(${token})\\s+(\\[[\\da-f:.]+\\]|[\\w.-]+)(?:\\s*:\\s*(\\d{1,5}))?$`,
  'i',
);
const viaParameter = new RegExp(`^(${token})(?:\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|[^\\s"]+))?$`, 's');
const sequenceValue = new RegExp(`^(\\d+)\\s+(${token})$`);
/** RFC 3261 section 8.1.1.5. */
const maxSequence = 2 ** 31 - 1;

const compactNames: Readonly<Record<string, string>> = {
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};
/** Fields that a message has exactly once. */
const singleFields = ['from', 'to', 'call-id', 'cseq'] as const;

/**
 * Reads what a SIP server sends over TCP or TLS, from chunks of any size, in bounded memory. The reader returned takes the
 * next chunk and gives the events it completes; after `broken` it ignores everything. Line ends, and up to 4 KiB of
 * anything else, are passed over before a message.
 */
export function createSipReader(): (chunk: Buffer) => readonly SipEvent[] {
  let pending: Buffer = Buffer.alloc(0);
  let scanned = 0;
  let junkBytes = 0;
  let totalBytes = 0;
  let begun = false;
  let frame: Frame | undefined;
  let ended = false;

  function next(): SipEvent | 'again' | 'more' {
    if (frame !== undefined) return nextBody(frame);
    return begun ? nextHead() : nextStart();
  }

  /** Passes over line ends and junk until a line that can begin a message. */
  function nextStart(): SipEvent | 'again' | 'more' {
    const foreign = foreignProtocol(pending);
    if (foreign !== undefined) return foreign;
    const blank = blankBytes(pending);
    if (blank.bytes > 0) {
      drop(blank.bytes);
      return tooMuchJunk() ?? (blank.lineEnd ? { kind: 'line-end' } : 'again');
    }
    if (pending.length === 0) return 'more';
    const end = pending.indexOf(0x0a, scanned);
    if (end < 0) {
      scanned = pending.length;
      // A status line begins with its version; a line of junk gives itself away sooner.
      if (pending.toString('latin1', 0, 4).toUpperCase() === 'SIP/') {
        return pending.length > maxHeadBytes ? longHead() : 'more';
      }
      return pending.length > maxJunkBytes ? notSip() : 'more';
    }
    const line = textOf(pending, 0, end);
    if (anyStartLine.test(line)) {
      begun = true;
      scanned = 0;
      return 'again';
    }
    drop(end + 1);
    return tooMuchJunk() ?? 'again';
  }

  function nextHead(): SipEvent | 'again' | 'more' {
    const head = headEnd(pending, scanned);
    if (head === undefined ? pending.length > maxHeadBytes : head.text > maxHeadBytes) {
      return longHead();
    }
    if (head === undefined) {
      scanned = Math.max(0, pending.length - 3);
      return 'more';
    }
    const read = readHead(pending.subarray(0, head.text).toString('utf8'));
    drop(head.bytes);
    junkBytes = 0;
    if ('reason' in read) return read;
    frame = read;
    return 'again';
  }

  function nextBody(read: Frame): SipEvent | 'more' {
    const length = read.bodyBytes ?? 0;
    if (pending.length < length) return 'more';
    const body = Buffer.from(pending.subarray(0, length));
    drop(length);
    frame = undefined;
    begun = false;
    return readMessage(read, body);
  }

  function drop(bytes: number): void {
    if (!begun) junkBytes += bytes;
    pending = pending.subarray(bytes);
    scanned = 0;
  }

  function tooMuchJunk(): SipBroken | undefined {
    return junkBytes > maxJunkBytes ? notSip() : undefined;
  }

  return chunk => {
    const events: SipEvent[] = [];
    if (ended) return events;
    totalBytes += chunk.length;
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const event =
        totalBytes > maxTotalBytes ? broken('oversized', `more than ${maxTotalBytes} bytes`) : next();
      if (event === 'more') break;
      if (event === 'again') continue;
      events.push(event);
      if (event.kind === 'broken') {
        ended = true;
        pending = Buffer.alloc(0);
        break;
      }
    }
    return events;
  };
}

/** Reads one datagram: bytes behind the body are left out, a body that is too short makes it malformed (RFC 3261 18.3). */
export function readSipDatagram(bytes: Buffer): SipEvent {
  const foreign = foreignProtocol(bytes);
  if (foreign !== undefined) return foreign;
  const { bytes: blank } = blankBytes(bytes);
  const rest = bytes.subarray(blank);
  if (rest.length === 0) return { kind: 'line-end' };
  const head = headEnd(rest, 0) ?? { text: rest.length, bytes: rest.length };
  const text = rest.subarray(0, head.text).toString('utf8');
  if (!anyStartLine.test(text.split(/\r?\n/, 1)[0]!)) return notSip();
  const read = readHead(text);
  if ('reason' in read) return { kind: 'malformed', detail: read.detail };
  const body = rest.subarray(head.bytes);
  const length = read.bodyBytes ?? body.length;
  if (body.length < length) {
    return {
      kind: 'malformed',
      detail: `a body of ${body.length} bytes where Content-Length says ${length}`,
    };
  }
  return readMessage(read, body.subarray(0, length));
}

/** Product and version as Expressway and Unified CM write them into Server or User-Agent. */
export function readSipProduct(
  server: string,
): { readonly product: string; readonly version: string } | undefined {
  const [, build, release] = /TANDBERG\/(\S+) \((X[0-9.]+[^)]*)\)/.exec(server) ?? [];
  if (build !== undefined && release !== undefined) return { product: `TANDBERG/${build}`, version: release };
  const version = /Cisco-CUCM(\d[\w.]*)/.exec(server)?.[1];
  return version === undefined ? undefined : { product: 'Cisco-CUCM', version };
}

/** An OPTIONS request, RFC 3261 section 11, by which a server is asked without consequences. */
export type SipOptionsRequest = {
  readonly uri: string;
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  /** Our own address as it goes into Via. */
  readonly address: string;
  readonly port: number;
  /** Unique for every request, with the cookie of RFC 3261 section 8.1.1.7. */
  readonly branch: string;
  readonly callId: string;
  readonly tag: string;
  readonly sequence: number;
};

/** Writes the request; `rport` asks for an answer to where it came from (RFC 3581). */
export function encodeSipOptions(request: SipOptionsRequest): Buffer {
  const { uri, transport, branch, callId, tag, sequence } = request;
  if (!/^sips?:[\x21-\x3b\x3d\x3f-\x7e]+$/i.test(uri)) throw new RangeError(`not a SIP URI: ${uri}`);
  // A zone index means nothing to others.
  const literal = request.address.split('%', 1)[0]!;
  const host = literal.includes(':') ? `[${literal}]` : literal;
  const lines = [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${host}:${request.port};branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: <sip:mradar@${host}>;tag=${tag}`,
    `To: <${uri}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} OPTIONS`,
    'Accept: application/sdp',
    'User-Agent: mradar (MRA diagnostics)',
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
}

/** What the head says; the message is whole when the body is there. */
type Frame = {
  readonly startLine: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Content-Length; absent when there is none. */
  readonly bodyBytes?: number;
};

function readHead(text: string): Frame | SipBroken {
  const [startLine, ...rest] = text.split(/\r?\n/);
  const lines: string[] = [];
  for (const line of rest) {
    if (!/^[ \t]/.test(line)) lines.push(line);
    else if (lines.length > 0) lines.push(`${lines.pop()} ${line.trim()}`);
    if (lines.length > maxHeaders) return broken('oversized', `more than ${maxHeaders} header fields`);
  }
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, written, value] = headerLine.exec(line) ?? [];
    // What is not needed may be wrong, RFC 3261 section 8.2.2.
    if (written === undefined || value === undefined) continue;
    const lower = written.toLowerCase();
    const name = Object.hasOwn(compactNames, lower) ? compactNames[lower]! : lower;
    const values = headers.get(name);
    if (values) values.push(value.trim());
    else headers.set(name, [value.trim()]);
  }
  const bodyBytes = readLength(headers.get('content-length'));
  if (typeof bodyBytes === 'object') return bodyBytes;
  return {
    startLine: startLine!,
    headers,
    ...(bodyBytes !== undefined && { bodyBytes }),
  };
}

function readLength(values: readonly string[] | undefined): number | undefined | SipBroken {
  if (values === undefined) return undefined;
  if (values.length > 1) return broken('malformed', 'more than one Content-Length');
  if (!/^\d+$/.test(values[0]!)) return broken('malformed', `Content-Length: ${values[0]}`);
  const length = Number(values[0]);
  return length > maxBodyBytes ? broken('oversized', `a body of ${length} bytes`) : length;
}

/** Checks what a client has to understand; everything else is left as it is. */
function readMessage({ startLine, headers }: Frame, body: Buffer): SipEvent {
  const malformed = (detail: string): SipEvent => ({ kind: 'malformed', detail });
  const start = readStart(startLine);
  if (start === undefined) return malformed(`first line: ${startLine}`);
  for (const name of singleFields) {
    const count = headers.get(name)?.length ?? 0;
    if (count !== 1) return malformed(count === 0 ? `no ${name}` : `more than one ${name}`);
  }
  const [, number, method] = sequenceValue.exec(headers.get('cseq')![0]!) ?? [];
  if (number === undefined || method === undefined || Number(number) > maxSequence) {
    return malformed(`cseq: ${headers.get('cseq')![0]}`);
  }
  if (start.kind === 'request' && start.method !== method) {
    return malformed(`a request ${start.method} with CSeq ${method}`);
  }
  const vias = readVias(headers.get('via') ?? []);
  if (vias === undefined) return malformed(`via: ${headers.get('via')?.join(', ') ?? ''}`);
  const callId = headers.get('call-id')![0]!;
  return {
    kind: 'message',
    message: { start, headers, vias, callId, sequence: { number: Number(number), method }, body },
  };
}

function readStart(line: string): SipMessage['start'] | undefined {
  const [, status, phrase] = statusLine.exec(line) ?? [];
  if (status !== undefined) return { kind: 'response', status: Number(status), phrase: phrase?.trim() ?? '' };
  const [, method, uri] = requestLine.exec(line) ?? [];
  return method === undefined || uri === undefined ? undefined : { kind: 'request', method, uri };
}

function readVias(lines: readonly string[]): SipMessage['vias'] | undefined {
  const vias: SipVia[] = [];
  for (const text of lines.flatMap(line => splitOutsideQuotes(line, ','))) {
    const via = readVia(text);
    if (via === undefined) return undefined;
    vias.push(via);
  }
  const [top, ...others] = vias;
  return top && [top, ...others];
}

function readVia(text: string): SipVia | undefined {
  const [head, ...written] = splitOutsideQuotes(text, ';');
  const [, transport, host, port] = viaHead.exec(head!) ?? [];
  if (transport === undefined || host === undefined) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of written) {
    const [, name, value = ''] = viaParameter.exec(parameter) ?? [];
    if (name === undefined) return undefined;
    parameters.set(name.toLowerCase(), value);
  }
  return { transport, host, ...(port !== undefined && { port: Number(port) }), parameters };
}

/** Trimmed parts between separators; one inside a quoted string is none. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/** TLS and HTTP give themselves away by their first bytes. */
function foreignProtocol(bytes: Buffer): SipBroken | undefined {
  if (bytes.length >= 3 && looksLikeTls(bytes)) {
    return broken('plain-tls', bytes[0] === 21 ? 'a TLS alert' : 'a TLS record');
  }
  return bytes.subarray(0, 6).toString('latin1') === 'HTTP/1'
    ? { ...notSip(), code: 'HTTP', detail: 'an HTTP answer' }
    : undefined;
}

/** CR, LF, NUL and blanks at the beginning; between messages they are keep-alives. */
function blankBytes(bytes: Buffer): { readonly bytes: number; readonly lineEnd: boolean } {
  let at = 0;
  let lineEnd = false;
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0x0a) lineEnd = true;
    else if (byte !== 0x0d && byte !== 0x20 && byte !== 0x09 && byte !== 0x00) break;
  }
  return { bytes: at, lineEnd };
}

/** Where the empty line is that ends a head; a bare LF is taken for a line end as well. */
function headEnd(bytes: Buffer, from: number): { readonly text: number; readonly bytes: number } | undefined {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    const text = bytes[at - 1] === 0x0d ? at - 1 : at;
    if (bytes[at + 1] === 0x0a) return { text, bytes: at + 2 };
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return { text, bytes: at + 3 };
  }
  return undefined;
}

function textOf(bytes: Buffer, from: number, end: number): string {
  return bytes.toString('utf8', from, bytes[end - 1] === 0x0d ? end - 1 : end);
}

function broken(reason: SipBroken['reason'], detail: string): SipBroken {
  return { kind: 'broken', reason, detail };
}

function longHead(): SipBroken {
  return broken('oversized', `a head of more than ${maxHeadBytes} bytes`);
}

function notSip(): SipBroken {
  return broken('not-sip', 'no line that begins a SIP message');
}
