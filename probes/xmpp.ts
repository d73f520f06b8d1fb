import type { Socket } from 'node:net';
import type { Failure, Stage } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe, type ProbeContext } from '../src/model/probe.ts';
import { connect, type TcpReading } from '../src/net/connect.ts';
import { within } from '../src/net/deadline.ts';
import { failureAt } from '../src/net/failure.ts';
import { hear } from '../src/net/hear.ts';
import { printable } from '../src/net/text.ts';
import { openTls, refusedFor, type TlsReading } from '../src/net/tls.ts';
import {
  createXmppReader,
  encodeXmppOpening,
  type XmlElement,
  type XmppEvent,
  xmlChild,
  xmppClosing,
  xmppNamespaces,
  xmppStartTls,
} from '../src/net/xmpp.ts';

export type XmppOptions = {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  /** The domain that is asked for: in the stream header, and as SNI (RFC 6120 section 13.7.2: not the SRV target). */
  readonly domain: string;
  /** PEM texts of trust anchors beside the default store. */
  readonly trust: readonly string[];
  /** `client` as on port 5222, `server` as on port 5269. */
  readonly kind: 'client' | 'server';
  /** TLS from the first byte (XEP-0368) instead of STARTTLS. */
  readonly direct: boolean;
};

/** What an XMPP server says before anybody signs in. */
export type XmppReading = Reading & {
  readonly domain: string;
  /** Attributes of the server's stream header. */
  readonly from?: string;
  readonly id?: string;
  readonly version?: string;
  /** Whether STARTTLS is on offer; absent when no features came, and with TLS from the first byte. */
  readonly starttls?: 'required' | 'offered' | 'absent';
  /** SASL mechanisms on offer in clear, before TLS. */
  readonly mechanismsInClear: readonly string[];
  /** SASL mechanisms on offer inside TLS. */
  readonly mechanisms: readonly string[];
  /** The defined condition of a stream error, RFC 6120 section 4.9.3: `host-unknown`, `policy-violation`... */
  readonly streamError?: string;
  /** Milliseconds from our stream header to the features. */
  readonly featuresMs?: number;
  /** Milliseconds from our request for TLS to the permission. */
  readonly proceedMs?: number;
  /** Milliseconds from our second stream header, inside TLS after STARTTLS, to the features. */
  readonly secureFeaturesMs?: number;
};

/** Opens an XMPP stream, goes over to TLS, reads what is on offer there, and closes the stream. */
export const xmpp = defineProbe<'xmpp', XmppOptions, { tcp: TcpReading; xmpp: XmppReading; tls: TlsReading }>(
  {
    id: 'xmpp',
    title: 'opens an XMPP stream and goes over to TLS',
    yields: ['tcp', 'xmpp', 'tls'],
    async run(options, context) {
      const { reading: tcp, socket } = await connect(options.address, options.port, context);
      if (socket === undefined) return { tcp };
      try {
        return { tcp, ...(await (options.direct ? lookInside : lookFromOutside)(socket, options, context)) };
      } finally {
        socket.destroy();
      }
    },
  },
);

/** A socket and the reader of what comes over it; a restarted stream is another one. */
type Stream = { readonly socket: Socket; readonly read: ReturnType<typeof createXmppReader> };

function openStream(socket: Socket): Stream {
  return { socket, read: createXmppReader() };
}

/** Whether the other side still listens for the end of the stream. */
function stillOpen(failure: Failure | undefined): boolean {
  return failure === undefined || ['stream-error', 'starttls-refused'].includes(failure.reason);
}

type Look = { readonly xmpp?: XmppReading; readonly tls?: TlsReading };

/** TLS first, then the stream. */
async function lookInside(socket: Socket, options: XmppOptions, context: ProbeContext): Promise<Look> {
  const session = await openTls(socket, tlsRequest(options), context);
  if (session.socket === undefined) return { tls: session.reading };
  const stream = openStream(session.socket);
  const { reading, error } = await readFeatures(stream, options, context);
  const refused = refusedFor(session.reading, error);
  if (refused) return { tls: refused };
  const { features, ...heard } = reading;
  if (stillOpen(heard.failure)) await leave(stream, context);
  return {
    tls: session.reading,
    xmpp: { ...emptyReading(options), ...heard, ...(features && { mechanisms: mechanismsIn(features) }) },
  };
}

/** The stream in clear, STARTTLS, and the stream again inside TLS. */
async function lookFromOutside(socket: Socket, options: XmppOptions, context: ProbeContext): Promise<Look> {
  const stream = openStream(socket);
  const { features, ...heard } = (await readFeatures(stream, options, context)).reading;
  if (features === undefined) {
    if (stillOpen(heard.failure)) await leave(stream, context);
    return { xmpp: { ...emptyReading(options), ...heard } };
  }
  const offer = xmlChild(features, 'starttls', xmppNamespaces.tls);
  const open: XmppReading = {
    ...emptyReading(options),
    ...heard,
    starttls: !offer ? 'absent' : xmlChild(offer, 'required', xmppNamespaces.tls) ? 'required' : 'offered',
    mechanismsInClear: mechanismsIn(features),
  };
  if (!offer) {
    await leave(stream, context);
    return { xmpp: { ...open, failure: failureAt('starttls', 'no-starttls') } };
  }
  const permission = await askForTls(stream, context);
  if ('failure' in permission) {
    if (stillOpen(permission.failure)) await leave(stream, context);
    return { xmpp: { ...open, ...permission } };
  }
  const proceeding = { ...open, ...permission };
  const session = await openTls(socket, tlsRequest(options), context);
  if (session.socket === undefined) return { xmpp: proceeding, tls: session.reading };
  const secure = openStream(session.socket);
  const { reading: second, error } = await readFeatures(secure, options, context);
  const refused = refusedFor(session.reading, error);
  if (refused) return { xmpp: proceeding, tls: refused };
  if (stillOpen(second.failure)) await leave(secure, context);
  const { streamError, failure, features: secureFeatures, featuresMs } = second;
  return {
    tls: session.reading,
    xmpp: {
      ...proceeding,
      ...(secureFeatures && { mechanisms: mechanismsIn(secureFeatures) }),
      ...(featuresMs !== undefined && { secureFeaturesMs: featuresMs }),
      ...(streamError !== undefined && { streamError }),
      ...(failure && { failure }),
    },
  };
}

function tlsRequest({ domain, trust }: XmppOptions) {
  return { serverName: domain, trust, awaitRefusal: false };
}

function emptyReading({ domain }: XmppOptions): XmppReading {
  return { domain, mechanismsInClear: [], mechanisms: [] };
}

type Heard = Pick<XmppReading, 'from' | 'id' | 'version' | 'streamError' | 'featuresMs' | 'failure'> & {
  readonly features?: XmlElement;
};

/** Opens a stream and waits for its features. */
async function readFeatures(
  { socket, read }: Stream,
  { domain, kind }: XmppOptions,
  context: ProbeContext,
): Promise<{ readonly reading: Heard; readonly error?: unknown }> {
  const startMs = performance.now();
  let header: Pick<XmppReading, 'from' | 'id' | 'version'> = {};

  function take(event: XmppEvent): Heard | undefined {
    if (event.kind === 'open') {
      header = readHeader(event.attributes);
      return undefined;
    }
    const ended = readEnding(event, 'response');
    if (ended) return { ...header, ...ended };
    if (event.kind !== 'element' || !isStreamElement(event.element, 'features')) return undefined;
    return { ...header, features: event.element, featuresMs: performance.now() - startMs };
  }

  return hear<{ reading: Heard; error?: unknown }>(socket, context, 'response', {
    begin: () => void socket.write(encodeXmppOpening(domain, kind)),
    chunk(bytes) {
      const reading = firstOf(read(bytes), take);
      return reading && { reading };
    },
    over: (failure, error) => ({ reading: { ...header, failure }, error }),
  });
}

type Permission =
  | { readonly proceedMs: number }
  | { readonly streamError?: string; readonly failure: Failure };

/** Asks for TLS. Nothing may come behind the permission: it would be read as if it had been said inside TLS. */
function askForTls({ socket, read }: Stream, context: ProbeContext): Promise<Permission> {
  const startMs = performance.now();

  function take(event: XmppEvent): Permission | undefined {
    const ended = readEnding(event, 'starttls');
    if (ended) return ended;
    if (event.kind !== 'element' || event.element.namespace !== xmppNamespaces.tls) return undefined;
    if (event.element.name === 'failure') return { failure: failureAt('starttls', 'starttls-refused') };
    if (event.element.name !== 'proceed') return undefined;
    return event.last
      ? { proceedMs: performance.now() - startMs }
      : { failure: failureAt('starttls', 'malformed', { detail: 'bytes behind <proceed/>' }) };
  }

  return hear<Permission>(socket, context, 'starttls', {
    begin: () => void socket.write(xmppStartTls),
    chunk: bytes => firstOf(read(bytes), take),
    over: failure => ({ failure }),
  });
}

function firstOf<T>(events: readonly XmppEvent[], take: (event: XmppEvent) => T | undefined): T | undefined {
  for (const event of events) {
    const made = take(event);
    if (made !== undefined) return made;
  }
  return undefined;
}

function isStreamElement(element: XmlElement, name: string): boolean {
  return element.name === name && element.namespace === xmppNamespaces.stream;
}

/** What ends a stream: a stream error, its end tag, or bytes that cannot be read. */
function readEnding(
  event: XmppEvent,
  stage: Stage,
): { readonly streamError?: string; readonly failure: Failure } | undefined {
  switch (event.kind) {
    case 'open':
      return undefined;
    case 'end':
      return { failure: failureAt(stage, 'eof', { detail: 'the stream was closed' }) };
    case 'broken': {
      const { reason, code, detail } = event;
      return { failure: failureAt(stage, reason, { ...(code !== undefined && { code }), detail }) };
    }
    case 'element': {
      const { element } = event;
      if (!isStreamElement(element, 'error')) return undefined;
      const defined = element.children.filter(child => child.namespace === xmppNamespaces.streamErrors);
      const condition = defined.find(child => child.name !== 'text')?.name ?? 'undefined-condition';
      const text = defined.find(child => child.name === 'text')?.text ?? element.text;
      const streamError = printable(condition, 64);
      const detail = printable(text.trim(), 200);
      const more = { code: streamError, ...(detail !== '' && { detail }) };
      return { streamError, failure: failureAt(stage, 'stream-error', more) };
    }
  }
}

function readHeader(attributes: ReadonlyMap<string, string>): Pick<XmppReading, 'from' | 'id' | 'version'> {
  const [from, id, version] = ['from', 'id', 'version'].map(name => attributes.get(name));
  return {
    ...(from !== undefined && { from: printable(from, 256) }),
    ...(id !== undefined && { id: printable(id, 128) }),
    ...(version !== undefined && { version: printable(version, 16) }),
  };
}

const maxMechanisms = 32;

function mechanismsIn(features: XmlElement): readonly string[] {
  const list = xmlChild(features, 'mechanisms', xmppNamespaces.sasl)?.children ?? [];
  return list
    .filter(({ name, namespace }) => name === 'mechanism' && namespace === xmppNamespaces.sasl)
    .slice(0, maxMechanisms)
    .map(({ text }) => printable(text.trim(), 64));
}

const farewellMs = 250;

/** Closes the stream and waits a moment for the server to do the same, so that it logs an orderly end. */
function leave({ socket }: Stream, { signal }: ProbeContext): Promise<void> {
  return within<void>(
    { signal, timeoutMs: farewellMs },
    'request',
    resolve => {
      const done = () => resolve();
      socket.once('close', done).end(xmppClosing);
      // What the server says to that is of no interest, but its end must be noticed.
      socket.resume();
      return () => socket.off('close', done);
    },
    () => {},
  );
}
