import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe, type ProbeContext } from '../src/model/probe.ts';
import { connect, type TcpReading } from '../src/net/connect.ts';
import { converse } from '../src/net/datagram.ts';
import { within } from '../src/net/deadline.ts';
import { failureAt, failureFrom } from '../src/net/failure.ts';
import {
  decodeStun,
  encodeStun,
  readAddress,
  readErrorCode,
  readXorAddress,
  type StunAddress,
  type StunMessage,
  stunAttribute,
  stunAttributes,
  stunBodyBytes,
  stunHeaderBytes,
  stunMethods,
} from '../src/net/stun.ts';
import { printable } from '../src/net/text.ts';

export type StunOptions = {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** `binding` asks for our own address (RFC 8489); `allocate` asks for a relay without credentials (RFC 8656). */
  readonly method: 'binding' | 'allocate';
};

/** What a STUN or TURN server said to one request. */
export type StunReading = Reading & {
  /** `IP:port` or `[IPv6]:port`. */
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  readonly method: 'binding' | 'allocate';
  /**
   * `success` and `error` are answers. `no-answer` is silence and no failure: servers may ignore requests without
   * credentials. `failed` has a failure.
   */
  readonly outcome: 'success' | 'error' | 'no-answer' | 'failed';
  /** Requests that were sent, repetitions included. */
  readonly requests: number;
  /** Milliseconds from the first request to the answer. */
  readonly rttMs?: number;
  /** Our address as the server sees it. */
  readonly mapped?: StunAddress;
  /** The relay that was given to us without credentials; it was given back at once. */
  readonly relayed?: StunAddress;
  /** ERROR-CODE; 401 with a realm and a nonce is how a TURN server that wants credentials answers. */
  readonly errorCode?: number;
  readonly errorPhrase?: string;
  readonly realm?: string;
  readonly hasNonce?: boolean;
  readonly software?: string;
  /** Whether the answer carried a FINGERPRINT; one that does not fit is no answer. */
  readonly fingerprint?: boolean;
};

/** RFC 8489 section 6.2.1: first wait, number of requests, and waits after the last one. */
const firstWaitMs = 500;
const maxRequests = 7;
const lastWaitFactor = 16;
/** UDP in the protocol field of REQUESTED-TRANSPORT: the only relay every TURN server offers. */
const relayOverUdp = Buffer.from([17, 0, 0, 0]);

/** Sends one STUN request, over UDP with repetitions, and reads the answer. */
export const stun = defineProbe<'stun', StunOptions, { tcp: TcpReading; stun: StunReading }>({
  id: 'stun',
  title: 'asks a STUN or TURN server',
  yields: ['tcp', 'stun'],
  async run(options, context) {
    if (options.transport === 'udp') {
      return { tcp: { notApplicable: 'asked over UDP' }, stun: await askOverUdp(options, context) };
    }
    const { reading: tcp, socket } = await connect(options.address, options.port, context);
    if (!socket) return { tcp };
    try {
      return { tcp, stun: await askOverTcp(socket, options, context) };
    } finally {
      socket.destroy();
    }
  },
});

type Request = { readonly bytes: Buffer; readonly method: number; readonly transaction: Buffer };

function requestFor({ method }: StunOptions): Request {
  const transaction = randomBytes(12);
  const attributes =
    method === 'allocate' ? [{ type: stunAttributes.requestedTransport, value: relayOverUdp }] : [];
  const request = { class: 'request', method: stunMethods[method], transaction, attributes } as const;
  return { bytes: encodeStun(request), method: request.method, transaction };
}

/** A Refresh with lifetime 0 gives an allocation back, RFC 8656 section 7. */
function release(): Buffer {
  const value = Buffer.alloc(4);
  return encodeStun({
    class: 'request',
    method: stunMethods.refresh,
    transaction: randomBytes(12),
    attributes: [{ type: stunAttributes.lifetime, value }],
  });
}

function askOverUdp(options: StunOptions, { signal, timeoutMs }: ProbeContext): Promise<StunReading> {
  const request = requestFor(options);
  const base = baseOf(options);
  let requests = 0;
  let startMs = 0;
  let ignored: Failure | undefined;
  return converse<StunReading>(options, signal, line => {
    function ask(waitMs: number) {
      requests++;
      line.send(request.bytes);
      if (requests < maxRequests) line.after(waitMs, () => ask(waitMs * 2));
      else line.after(firstWaitMs * lastWaitFactor, giveUp);
    }
    function giveUp() {
      line.end({ ...base, requests, ...withoutAnswer(ignored) });
    }
    return {
      ready() {
        startMs = performance.now();
        line.after(timeoutMs, giveUp);
        ask(firstWaitMs);
      },
      datagram(bytes) {
        const answer = readAnswer(bytes, request);
        if ('reason' in answer) {
          ignored = answer;
          return;
        }
        if (answer.relayed) line.send(release());
        line.end({ ...base, requests, rttMs: performance.now() - startMs, ...answer });
      },
      failed(error) {
        line.end({ ...base, requests, outcome: 'failed', failure: failureFrom(error, 'response') });
      },
    };
  });
}

function askOverTcp(socket: Socket, options: StunOptions, context: ProbeContext): Promise<StunReading> {
  const request = requestFor(options);
  const base = { ...baseOf(options), requests: 1 };
  const startMs = performance.now();
  let pending: Buffer = Buffer.alloc(0);
  let ignored: Failure | undefined;
  /** Something came that is too short for a header. */
  const headless = () => pending.length > 0 && pending.length < stunHeaderBytes;
  const failed = (failure: Failure): StunReading => ({ ...base, outcome: 'failed', failure });

  /** The answer, once one of the whole messages in `pending` is it. */
  function read(chunk: Buffer): StunReading | undefined {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= stunHeaderBytes) {
      const body = stunBodyBytes(pending);
      if (body === undefined) return failed(failureAt('response', 'not-stun'));
      const end = stunHeaderBytes + body;
      if (pending.length < end) return undefined;
      const answer = readAnswer(pending.subarray(0, end), request);
      pending = pending.subarray(end);
      if (!('reason' in answer)) return { ...base, rttMs: performance.now() - startMs, ...answer };
      ignored = answer;
    }
    return undefined;
  }

  // A relay that an open server gives ends with this connection (RFC 8656 section 3.1).
  return within<StunReading>(
    context,
    'response',
    (resolve, reject) => {
      function guarded<A extends unknown[]>(listener: (...args: A) => StunReading | undefined) {
        return (...args: A) => {
          try {
            const outcome = listener(...args);
            if (outcome) resolve(outcome);
          } catch (error) {
            reject(error);
          }
        };
      }
      const onData = guarded(read);
      const onError = guarded((error: Error) => failed(failureFrom(error, 'response')));
      const onEnd = guarded(() => failed(ignored ?? failureAt('response', headless() ? 'not-stun' : 'eof')));
      socket.on('data', onData).on('error', onError).on('end', onEnd);
      socket.resume();
      socket.write(request.bytes);
      return () => socket.off('data', onData).off('error', onError).off('end', onEnd);
    },
    () =>
      pending.length > 0
        ? failed(failureAt('response', headless() ? 'not-stun' : 'timeout'))
        : { ...base, ...withoutAnswer(ignored) },
  );
}

function baseOf({ address, port, transport, method }: StunOptions) {
  return { server: isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`, transport, method };
}

/** Silence is no failure; answers that are none are one. */
function withoutAnswer(ignored: Failure | undefined): Pick<StunReading, 'outcome' | 'failure'> {
  return ignored ? { outcome: 'failed', failure: ignored } : { outcome: 'no-answer' };
}

type Answer = Omit<StunReading, 'server' | 'transport' | 'method' | 'requests' | 'rttMs' | 'failure'>;

/** The answer to our request, or why these bytes are none. */
function readAnswer(bytes: Buffer, request: Request): Answer | Failure {
  const message = decodeStun(bytes);
  if (message === 'not-stun' || message === 'malformed') return failureAt('response', message);
  const answers = message.class === 'success' || message.class === 'error';
  if (!answers || message.method !== request.method || !message.transaction.equals(request.transaction)) {
    return failureAt('response', 'mismatched', { detail: 'an answer to no request of ours' });
  }
  if (message.fingerprint === 'invalid') {
    return failureAt('response', 'malformed', { detail: 'FINGERPRINT does not fit' });
  }
  const text = (type: number, limit: number) => {
    const value = stunAttribute(message, type);
    return value && printable(value.toString('utf8'), limit);
  };
  const software = text(stunAttributes.software, 128);
  const realm = text(stunAttributes.realm, 128);
  const more = {
    ...(software !== undefined && { software }),
    fingerprint: message.fingerprint === 'valid',
  };
  if (message.class === 'error') {
    const error = readErrorCode(stunAttribute(message, stunAttributes.errorCode) ?? Buffer.alloc(0));
    if (!error) return failureAt('response', 'malformed', { detail: 'an error without ERROR-CODE' });
    return {
      outcome: 'error',
      errorCode: error.code,
      errorPhrase: printable(error.phrase.toString('utf8'), 128),
      ...(realm !== undefined && { realm }),
      hasNonce: stunAttribute(message, stunAttributes.nonce) !== undefined,
      ...more,
    };
  }
  const mapped = mappedAddress(message);
  const relayed = xorAddress(message, stunAttributes.xorRelayedAddress);
  if (request.method === stunMethods.binding ? !mapped : !relayed) {
    return failureAt('response', 'malformed', { detail: 'a success without the address asked for' });
  }
  return { outcome: 'success', ...(mapped && { mapped }), ...(relayed && { relayed }), ...more };
}

/** XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS as servers of RFC 3489 send it. */
function mappedAddress(message: StunMessage): StunAddress | undefined {
  const plain = stunAttribute(message, stunAttributes.mappedAddress);
  return xorAddress(message, stunAttributes.xorMappedAddress) ?? (plain && readAddress(plain));
}

function xorAddress(message: StunMessage, type: number): StunAddress | undefined {
  const value = stunAttribute(message, type);
  return value && readXorAddress(value, message.transaction);
}
