import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { type EdeOption, Packet, type Resource } from 'dns2';
import { type Failure, ProberFault } from '../model/failure.ts';
import type { ProbeContext } from '../model/probe.ts';
import { connect } from './connect.ts';
import { within } from './deadline.ts';
import { errorCode, failureAt, failureFrom } from './failure.ts';
import { hasRoute } from './route.ts';
import { printable } from './text.ts';

/** Where a DNS server listens. */
export type Resolver = { readonly address: string; readonly port: number };

/** Reads `IP`, `IP:port` or `[IPv6]:port`; undefined when the text is none of them. */
export function parseResolver(text: string): Resolver | undefined {
  if (isIP(text) !== 0) return { address: text, port: 53 };
  const match = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? 53);
  const family = isIP(address);
  if (family !== (match?.[1] === undefined ? 4 : 6) || port < 1 || port > 65_535) return undefined;
  return { address, port };
}

/** The record types that are asked for. */
export type DnsType = 'SRV' | 'A' | 'AAAA' | 'PTR' | 'CNAME';

/** One question; the name as `wireName` makes it. */
export type DnsQuestion = { readonly name: string; readonly type: DnsType };

/** One resource record of the answer section; names without the final dot, letter case as sent. */
export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'PTR'; readonly target: string }
  | { readonly type: 'CNAME'; readonly target: string }
  | { readonly type: 'other'; readonly typeCode: number }
);

/** What a reply says, decoded. */
export type DnsReply = {
  /** Response code as IANA names it. */
  readonly rcode: string;
  /** The whole answer section. */
  readonly answers: readonly DnsRecord[];
  /** It names other servers instead of answering, as a server does that does not recurse. */
  readonly isReferral: boolean;
  readonly extendedError?: { readonly code: number; readonly text: string };
};

/** The message that answered, or why none did. */
export type DnsExchange = {
  readonly transport: 'udp' | 'tcp';
  /** The UDP answer was cut off, so TCP was tried. */
  readonly truncated: boolean;
  readonly reply?: DnsReply;
  readonly failure?: Failure;
  /** Milliseconds from the first query to the reply. */
  readonly rttMs?: number;
};

/**
 * Asks over UDP with EDNS and again after one and two seconds; over TCP when the answer is cut off; everything within one
 * deadline. Only a reply from the server's own address with our id and our question counts. A server that does not know EDNS
 * is asked once more without it (RFC 6891 section 7). Throws a `ProberFault` when we could not ask.
 */
export async function exchange(
  resolver: Resolver,
  question: DnsQuestion,
  context: ProbeContext,
): Promise<DnsExchange> {
  const startMs = performance.now();
  const rest = (): ProbeContext => ({
    signal: context.signal,
    timeoutMs: context.timeoutMs - (performance.now() - startMs),
  });
  let edns = true;
  let outcome = await overUdp(resolver, question, edns, rest());
  if (outcome.reply && outcome.reply.header.rcode === Packet.RCODE.FORMERR && !hasEdns(outcome.reply)) {
    edns = false;
    outcome = await overUdp(resolver, question, edns, rest());
  }
  const truncated = outcome.reply?.header.tc === 1;
  if (truncated) outcome = await overTcp(resolver, question, edns, rest());
  const { reply, failure } = outcome;
  return {
    transport: truncated ? 'tcp' : 'udp',
    truncated,
    ...(failure !== undefined && { failure }),
    ...(reply !== undefined && { reply: decode(reply), rttMs: performance.now() - startMs }),
  };
}

type Outcome = { readonly reply?: Packet; readonly failure?: Failure };

const resendAfterMs = [1000, 2000];

async function overUdp(
  { address, port }: Resolver,
  question: DnsQuestion,
  edns: boolean,
  context: ProbeContext,
): Promise<Outcome> {
  const { id, bytes } = encodeQuery(question, edns);
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.on('error', () => {});
  let mismatched = 0;
  try {
    const outcome = await within<Outcome | { readonly error: unknown }>(
      context,
      'resolve',
      resolve => {
        const timers: NodeJS.Timeout[] = [];
        const onError = (error: unknown) => resolve({ error });
        // A connected socket hears what ICMP says, and takes no datagram from elsewhere.
        const send = () => socket.send(bytes, error => error && onError(error));
        socket.once('error', onError);
        socket.on('message', message => {
          const read = readReply(message, id, question);
          if (read === undefined) mismatched++;
          else resolve(read);
        });
        socket.once('connect', () => {
          send();
          for (const afterMs of resendAfterMs) timers.push(setTimeout(send, afterMs));
        });
        socket.connect(port, address);
        return () => {
          for (const timer of timers) clearTimeout(timer);
          socket.off('error', onError).removeAllListeners('message').removeAllListeners('connect');
        };
      },
      () => ({ failure: failureAt('resolve', mismatched > 0 ? 'mismatched' : 'timeout') }),
    );
    if (!('error' in outcome)) return outcome;
    return { failure: await systemFailure(outcome.error, address) };
  } finally {
    socket.close();
  }
}

async function systemFailure(error: unknown, address: string): Promise<Failure> {
  const failure = failureFrom(error, 'resolve');
  if (failure.reason.endsWith('-unreachable') && !(await hasRoute(address))) {
    const code = errorCode(error);
    throw new ProberFault({ stage: 'route', reason: 'no-route', ...(code !== undefined && { code }) });
  }
  return failure;
}

async function overTcp(
  { address, port }: Resolver,
  question: DnsQuestion,
  edns: boolean,
  context: ProbeContext,
): Promise<Outcome> {
  const startMs = performance.now();
  const { reading, socket } = await connect(address, port, context);
  if (socket === undefined) return reading.failure ? { failure: reading.failure } : {};
  const { id, bytes } = encodeQuery(question, edns);
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(bytes.length);
  let mismatched = 0;
  try {
    return await within<Outcome>(
      { signal: context.signal, timeoutMs: context.timeoutMs - (performance.now() - startMs) },
      'resolve',
      (resolve, reject) => {
        let held = Buffer.alloc(0);
        const onData = (chunk: Buffer) => {
          held = Buffer.concat([held, chunk]);
          while (held.length >= 2 && held.length >= 2 + held.readUInt16BE()) {
            const read = readReply(held.subarray(2, 2 + held.readUInt16BE()), id, question);
            held = held.subarray(2 + held.readUInt16BE());
            // One message was asked for: a server that sends others first is not waited for without end.
            if (read === undefined && ++mismatched < 16) continue;
            return resolve(read ?? { failure: failureAt('resolve', 'mismatched') });
          }
        };
        const onEnd = () => {
          const reason = held.length > 0 ? 'malformed' : mismatched > 0 ? 'mismatched' : 'eof';
          resolve({ failure: failureAt('resolve', reason) });
        };
        const onError = (error: unknown) => {
          try {
            resolve({ failure: failureFrom(error, 'resolve') });
          } catch (fault) {
            reject(fault);
          }
        };
        socket.on('data', onData).once('end', onEnd).once('error', onError);
        socket.write(Buffer.concat([prefix, bytes]));
        return () => socket.off('data', onData).off('end', onEnd).off('error', onError);
      },
      () => ({ failure: failureAt('resolve', mismatched > 0 ? 'mismatched' : 'timeout') }),
    );
  } finally {
    socket.destroy();
  }
}

function encodeQuery(
  { name, type }: DnsQuestion,
  edns: boolean,
): { readonly id: number; readonly bytes: Buffer } {
  const query = new Packet();
  const id = randomInt(0x10000);
  query.header = new Packet.Header({ id, rd: 1 });
  query.questions.push(new Packet.Question({ name, type: Packet.TYPE[type], class: Packet.CLASS.IN }));
  // 1232: what fits everywhere without fragments (DNS Flag Day 2020).
  if (edns) query.additionals.push(Packet.Resource.EDNS([], { udpPayloadSize: 1232 }));
  return { id, bytes: query.toBuffer() };
}

/** What a message is to us: an answer, a broken one, or (undefined) none of ours. */
export function readReply(message: Buffer, id: number, question: DnsQuestion): Outcome | undefined {
  if (message.length < 3 || message.readUInt16BE() !== id || (message[2]! & 0x80) === 0) return undefined;
  let reply: Packet;
  try {
    reply = Packet.parse(message);
  } catch {
    return { failure: failureAt('resolve', 'malformed') };
  }
  const [asked] = reply.questions;
  if (asked !== undefined) {
    const isOurs = sameName(asked.name, question.name) && asked.type === Packet.TYPE[question.type];
    if (!isOurs || asked.class !== Packet.CLASS.IN) return undefined;
  }
  // What is cut off is asked again over TCP, so its loose ends do not matter.
  if (reply.header.tc !== 1 && reply.errors.length > 0) return { failure: failureAt('resolve', 'malformed') };
  // Servers may leave the question out of an error, but not out of an answer.
  if (asked === undefined && !bareErrors.has(reply.header.rcode)) {
    return { failure: failureAt('resolve', 'malformed') };
  }
  return { reply };
}

const bareErrors: ReadonlySet<number> = new Set([
  Packet.RCODE.FORMERR,
  Packet.RCODE.SERVFAIL,
  Packet.RCODE.NOTIMP,
  Packet.RCODE.REFUSED,
]);

/** Domain names compare without regard to letter case. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The name as it goes on the wire: A-labels, no final dot. Throws a RangeError for what is no domain name. */
export function wireName(name: string): string {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (bare === '') return bare;
  // Plain names pass as they are: what resolves must not depend on the rules of host names.
  const ascii = /^[\x21-\x7e]+$/.test(bare) ? bare : domainToASCII(bare);
  const labels = ascii.split('.');
  if (ascii.length > 253 || labels.some(label => label.length === 0 || label.length > 63)) {
    throw new RangeError(`not a domain name: ${name}`);
  }
  return ascii;
}

/** A name from the wire as zone files show it: bytes that do not print as `\DDD` (RFC 1035 section 5.1). */
export function shownName(name: string): string {
  return name.replace(/[^\x21-\x7e]|[\\"();@$]/g, character => {
    const code = character.charCodeAt(0);
    return code > 0x20 && code < 0x7f ? `\\${character}` : `\\${String(code).padStart(3, '0')}`;
  });
}

function hasEdns(packet: Packet): boolean {
  return packet.additionals.some(record => record.type === Packet.TYPE.EDNS);
}

function decode(packet: Packet): DnsReply {
  const { rcode, aa } = packet.header;
  const authority = (type: number) => packet.authorities.some(record => record.type === type);
  const extendedError = extendedErrorIn(packet);
  return {
    rcode: rcodeNames.get(rcode) ?? `RCODE${rcode}`,
    answers: packet.answers.map(readRecord),
    isReferral:
      aa === 0 && packet.answers.length === 0 && authority(Packet.TYPE.NS) && !authority(Packet.TYPE.SOA),
    ...(extendedError !== undefined && { extendedError }),
  };
}

/** BADSIG shares its number with BADVERS and means something to signed messages only. */
const rcodeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(Packet.RCODE)
    .filter(([name]) => name !== 'BADSIG')
    .map(([name, code]) => [code, name]),
);

function readRecord(resource: Resource): DnsRecord {
  const common = { name: shownName(resource.name), ttl: resource.ttl };
  switch (resource.type) {
    case Packet.TYPE.A:
      return { ...common, type: 'A', address: resource.address ?? '' };
    case Packet.TYPE.AAAA:
      return { ...common, type: 'AAAA', address: resource.address ?? '' };
    case Packet.TYPE.SRV:
      return {
        ...common,
        type: 'SRV',
        priority: resource.priority ?? 0,
        weight: resource.weight ?? 0,
        port: resource.port ?? 0,
        target: shownName(resource.target ?? ''),
      };
    case Packet.TYPE.PTR:
      return { ...common, type: 'PTR', target: shownName(resource.domain ?? '') };
    case Packet.TYPE.CNAME:
      return { ...common, type: 'CNAME', target: shownName(resource.domain ?? '') };
    default:
      return { ...common, type: 'other', typeCode: resource.type };
  }
}

function extendedErrorIn(reply: Packet): DnsReply['extendedError'] {
  for (const { type, rdata } of reply.additionals) {
    if (type !== Packet.TYPE.EDNS) continue;
    for (const option of rdata ?? []) {
      if (option.ednsCode !== Packet.EDNS_OPTION_CODE.EDE) continue;
      const { infoCode, extraText } = option as EdeOption;
      return { code: infoCode, text: printable(extraText, 256) };
    }
  }
  return undefined;
}
