import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe, type ProbeContext } from '../src/model/probe.ts';
import { connect, type TcpReading } from '../src/net/connect.ts';
import { converse } from '../src/net/datagram.ts';
import { failureAt, failureFrom } from '../src/net/failure.ts';
import { hear } from '../src/net/hear.ts';
import {
  createSipReader,
  encodeSipOptions,
  readSipDatagram,
  readSipProduct,
  type SipEvent,
  type SipMessage,
} from '../src/net/sip.ts';
import {
  decodeStun,
  encodeStun,
  readXorAddress,
  type StunAddress,
  stunAttribute,
  stunAttributes,
  stunMethods,
} from '../src/net/stun.ts';
import { printable } from '../src/net/text.ts';
import { openTls, refusedFor, type TlsReading } from '../src/net/tls.ts';

export type SipOptions = {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** The name for SNI; empty for none. Of meaning for `tls` only, like `trust`. */
  readonly serverName: string;
  /** PEM texts of trust anchors beside the default store. */
  readonly trust: readonly string[];
  /** Who is asked: `sip:expe1.example.com`, `sip:example.com`. */
  readonly uri: string;
  /** Also try the keep-alive of RFC 5626: a double CRLF on TCP and TLS, a STUN request on UDP. */
  readonly keepAlive: boolean;
};

/** What a SIP server said to one OPTIONS request. Any final status shows that it lives, so none is a failure. */
export type SipReading = Reading & {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Requests that were sent, repetitions included. */
  readonly requests: number;
  /** Our end of the conversation, as written into Via; another `received` or `rport` is a NAT in between. */
  readonly local: { readonly address: string; readonly port: number };
  /** The last provisional status, when one came. */
  readonly provisional?: number;
  readonly status?: number;
  readonly reasonPhrase?: string;
  /** The Server header field, or User-Agent when there is none. */
  readonly server?: string;
  /** `TANDBERG/4137`, `Cisco-CUCM`: what `server` says, when it is one of these. */
  readonly product?: string;
  /** `X15.0.3`, `15.0`. */
  readonly version?: string;
  readonly warning?: readonly string[];
  /** Seconds after which a refused client may come again, RFC 3261 section 20.33. */
  readonly retryAfterSeconds?: number;
  /** Methods that the server says it takes. */
  readonly allow?: readonly string[];
  /** Where our request came from as the server saw it, RFC 3261 section 18.2.1 and RFC 3581. */
  readonly received?: string;
  readonly rport?: number;
  /** Milliseconds from the first request to the final status. */
  readonly responseMs?: number;
  /** What became of the keep-alive; absent when it was not tried. */
  readonly keepAlive?: 'pong' | 'silent' | 'closed';
  /** Our address as the answer to the STUN request gives it. */
  readonly mapped?: StunAddress;
};

/** RFC 3261 section 17.1.2.1. */
const t1Ms = 500;
const t2Ms = 4_000;
const timerFMs = 64 * t1Ms;
/** RFC 5626 section 4.4.1. */
const pongWaitMs = 10_000;

/** Sends one OPTIONS request, over UDP with repetitions, and reads the final answer. */
export const sip = defineProbe<'sip', SipOptions, { tcp: TcpReading; tls: TlsReading; sip: SipReading }>({
  id: 'sip',
  title: 'makes one SIP OPTIONS request',
  yields: ['tcp', 'tls', 'sip'],
  async run(options, context) {
    const { address, port, transport, serverName, trust } = options;
    if (transport === 'udp') {
      const notApplicable = 'asked over UDP';
      return { tcp: { notApplicable }, tls: { notApplicable }, sip: await askOverUdp(options, context) };
    }
    const inClear = transport === 'tcp' && { tls: { notApplicable: 'asked over TCP in clear' } };
    const { reading: tcp, socket } = await connect(address, port, context);
    if (socket === undefined) return { tcp, ...inClear };
    try {
      const local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
      if (inClear)
        return { tcp, ...inClear, sip: (await askOverStream(socket, local, options, context)).reading };
      const session = await openTls(socket, { serverName, trust, awaitRefusal: false }, context);
      if (session.socket === undefined) return { tcp, tls: session.reading };
      const { reading, error } = await askOverStream(session.socket, local, options, context);
      const refused = refusedFor(session.reading, error);
      return refused ? { tcp, tls: refused } : { tcp, tls: session.reading, sip: reading };
    } finally {
      socket.destroy();
    }
  },
});

type Answer = Omit<SipReading, 'transport' | 'requests' | 'local' | 'failure'>;
type Local = SipReading['local'];

/** One client transaction: what to send, and what the answers so far come to. */
type Transaction = {
  readonly request: Buffer;
  readonly provisional: number | undefined;
  /** The final answer, when this is it. */
  take(event: SipEvent): Answer | undefined;
  /** The reading when no final answer came: an answer that was not accepted says more than silence. */
  without(failure: Failure): Pick<SipReading, 'provisional'> & { readonly failure: Failure };
};

function openTransaction({ uri, transport }: SipOptions, local: Local): Transaction {
  const branch = `z9hG4bK${randomBytes(12).toString('hex')}`;
  const callId = randomBytes(16).toString('hex');
  const sequence = randomInt(1, 2 ** 31);
  const request = encodeSipOptions({
    uri,
    transport: transport === 'udp' ? 'UDP' : transport === 'tcp' ? 'TCP' : 'TLS',
    ...local,
    branch,
    callId,
    tag: randomBytes(8).toString('hex'),
    sequence,
  });
  const startMs = performance.now();
  let provisional: number | undefined;
  let ignored: Failure | undefined;

  /** Why a response is none to our request, RFC 3261 sections 8.1.3.3 and 17.1.3. */
  function mismatch(message: SipMessage): string | undefined {
    const [top, ...others] = message.vias;
    if (top.parameters.get('branch')?.toLowerCase() !== branch.toLowerCase()) return 'branch';
    if (message.sequence.number !== sequence || message.sequence.method !== 'OPTIONS') return 'CSeq';
    if (message.callId !== callId) return 'Call-ID';
    return others.length > 0 ? 'Via' : undefined;
  }

  return {
    request,
    get provisional() {
      return provisional;
    },
    take(event) {
      if (event.kind === 'line-end') return undefined;
      if (event.kind !== 'message') {
        ignored = failureOf(event);
        return undefined;
      }
      const { start } = event.message;
      // A server may have questions of its own.
      if (start.kind === 'request') return undefined;
      const wrong = mismatch(event.message);
      if (wrong !== undefined) {
        ignored = failureAt('response', 'mismatched', {
          code: wrong,
          detail: `${start.status} with a ${wrong} that is not ours`,
        });
        return undefined;
      }
      if (start.status < 200) {
        provisional = start.status;
        return undefined;
      }
      return {
        ...(provisional !== undefined && { provisional }),
        status: start.status,
        reasonPhrase: printable(start.phrase, 128),
        ...readFields(event.message),
        responseMs: performance.now() - startMs,
      };
    },
    without(failure) {
      const silent = failure.reason === 'timeout' || failure.reason === 'eof';
      return {
        ...(provisional !== undefined && { provisional }),
        failure: silent && ignored !== undefined ? ignored : failure,
      };
    },
  };
}

const maxListed = 32;

function readFields({ headers, vias }: SipMessage): Answer {
  const server = headers.get('server')?.[0] ?? headers.get('user-agent')?.[0];
  const { product, version } = (server !== undefined && readSipProduct(server)) || {};
  const warning = headers
    .get('warning')
    ?.slice(0, 8)
    .map(value => printable(value, 200));
  const allow = headers
    .get('allow')
    ?.flatMap(value => value.split(',', maxListed))
    .map(method => printable(method.trim(), 32))
    .filter(method => method !== '')
    .slice(0, maxListed);
  const retryAfter = /^\s*(\d{1,9})(?![\d.])/.exec(headers.get('retry-after')?.[0] ?? '')?.[1];
  const received = vias[0].parameters.get('received');
  const rport = Number(vias[0].parameters.get('rport') || Number.NaN);
  return {
    ...(server !== undefined && { server: printable(server, 200) }),
    ...(product !== undefined && { product: printable(product, 64) }),
    ...(version !== undefined && { version: printable(version, 64) }),
    ...(warning !== undefined && { warning }),
    ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
    ...(allow !== undefined && { allow }),
    ...(received && { received: printable(received, 64) }),
    ...(Number.isInteger(rport) && { rport }),
  };
}

function askOverUdp(options: SipOptions, { signal, timeoutMs }: ProbeContext): Promise<SipReading> {
  return converse<SipReading>(options, signal, line => {
    let transaction: Transaction;
    let local: Local = { address: '', port: 0 };
    let requests = 0;
    let answer: Answer | undefined;
    const keepAlive = stunKeepAlive();

    const end = (outcome: Partial<SipReading>) => line.end({ transport: 'udp', requests, local, ...outcome });
    function ask(waitMs: number) {
      if (answer) return;
      requests++;
      line.send(transaction.request);
      line.after(waitMs, () =>
        ask(transaction.provisional === undefined ? Math.min(waitMs * 2, t2Ms) : t2Ms),
      );
    }
    function ping(waitMs: number) {
      line.send(keepAlive.request);
      line.after(waitMs, () => ping(waitMs * 2));
    }
    return {
      ready() {
        local = line.local();
        transaction = openTransaction(options, local);
        line.after(Math.min(timeoutMs, timerFMs), () => {
          if (!answer) end(transaction.without(failureAt('response', 'timeout')));
        });
        ask(t1Ms);
      },
      datagram(bytes) {
        if (answer) {
          const mapped = keepAlive.read(bytes);
          if (mapped) end({ ...answer, keepAlive: 'pong', ...mapped });
          return;
        }
        // Whatever it is, it is no reason to stop listening: the answer may be in the next one.
        answer = transaction.take(readSipDatagram(bytes));
        if (!answer) return;
        if (!options.keepAlive) {
          end(answer);
          return;
        }
        const given = answer;
        line.after(Math.min(timeoutMs, pongWaitMs), () => end({ ...given, keepAlive: 'silent' }));
        ping(t1Ms);
      },
      failed(error) {
        if (answer) end({ ...answer, keepAlive: 'closed' });
        else end({ failure: failureFrom(error, 'response') });
      },
    };
  });
}

type Exchange = { readonly reading: SipReading; readonly error?: unknown };

async function askOverStream(
  socket: Socket,
  local: Local,
  options: SipOptions,
  context: ProbeContext,
): Promise<Exchange> {
  const { transport } = options;
  const transaction = openTransaction(options, local);
  const read = createSipReader();
  const base = { transport, requests: 1, local };
  /** The first bytes that are more than line ends, for saying what it was that spoke. */
  let opening = '';
  let understood = false;

  const exchange = await hear<Exchange>(socket, context, 'response', {
    begin: () => void socket.write(transaction.request),
    chunk(bytes) {
      if (opening.length < openingLength) {
        opening = `${opening}${bytes.toString('latin1', 0, openingLength)}`.trimStart();
      }
      for (const event of read(bytes)) {
        if (event.kind === 'broken')
          return { reading: { ...base, ...transaction.without(failureOf(event)) } };
        understood ||= event.kind !== 'line-end';
        const answer = transaction.take(event);
        if (answer) return { reading: { ...base, ...answer } };
      }
      return undefined;
    },
    over(failure, error) {
      const foreign = !understood && !/^(?:S|SI|SIP|SIP\/.*|)$/is.test(opening);
      const detail = `began with "${printable(opening, openingLength)}"`;
      const seen = foreign ? failureAt('response', 'not-sip', { detail }) : failure;
      return { reading: { ...base, ...transaction.without(seen) }, error };
    },
  });
  if (!options.keepAlive || exchange.reading.failure) return exchange;
  const waitMs = Math.min(context.timeoutMs, pongWaitMs);
  const keepAlive = await hear<NonNullable<SipReading['keepAlive']>>(
    socket,
    { signal: context.signal, timeoutMs: waitMs },
    'response',
    {
      begin: () => void socket.write('\r\n\r\n'),
      chunk: bytes => (read(bytes).some(event => event.kind === 'line-end') ? 'pong' : undefined),
      over: failure => (failure.reason === 'timeout' ? 'silent' : 'closed'),
    },
  );
  return { reading: { ...exchange.reading, keepAlive } };
}

const openingLength = 60;

function failureOf(event: Extract<SipEvent, { kind: 'broken' | 'malformed' }>): Failure {
  const more = { detail: printable(event.detail, 200) };
  if (event.kind === 'malformed') return failureAt('response', 'malformed', more);
  return failureAt('response', event.reason, {
    ...(event.code !== undefined && { code: event.code }),
    ...more,
  });
}

/** A STUN request among SIP messages, RFC 5626 section 4.4.2: its first byte tells it apart. */
function stunKeepAlive(): {
  readonly request: Buffer;
  read(bytes: Buffer): Pick<SipReading, 'mapped'> | undefined;
} {
  const transaction = randomBytes(12);
  return {
    request: encodeStun({ class: 'request', method: stunMethods.binding, transaction, attributes: [] }),
    read(bytes) {
      const message = decodeStun(bytes);
      if (typeof message === 'string' || !message.transaction.equals(transaction)) return undefined;
      const value = stunAttribute(message, stunAttributes.xorMappedAddress);
      const mapped = value && readXorAddress(value, transaction);
      return mapped ? { mapped } : {};
    },
  };
}
