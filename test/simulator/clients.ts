import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { Packet } from 'dns2';
import type { Simulator } from '../../src/simulator/simulator.ts';

/** Whether Unity Connection could take port 443, which is closed to ordinary users on some machines. */
export function hasVoicemail(simulator: Simulator): boolean {
  return simulator.yaml('internal', 'trust.pem').includes('unity_connection');
}

export type Endpoint = { readonly host: string; readonly port: number };

const patienceMs = 3_000;

/** What connecting comes to within a bounded time. */
export async function doorAt({ host, port }: Endpoint, waitMs = 400): Promise<'open' | 'refused' | 'silent'> {
  const socket = net.connect({ host, port, autoSelectFamily: false });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(waitMs) });
    return 'open';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'refused' : 'silent';
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

/** Text that comes until it matches, or until the other side ends. */
export async function readUntil(socket: net.Socket, pattern: RegExp): Promise<string> {
  let text = '';
  const timer = setTimeout(
    () => socket.destroy(new Error(`nothing like ${pattern} in: ${text}`)),
    patienceMs,
  );
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += (chunk as Buffer).toString('latin1');
      if (pattern.test(text)) break;
    }
    return text;
  } finally {
    clearTimeout(timer);
  }
}

export async function openPlain({ host, port }: Endpoint): Promise<net.Socket> {
  const socket = net.connect({ host, port, autoSelectFamily: false });
  await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) });
  return socket;
}

/** A finished handshake; the chain is looked at by the caller. */
export async function openTls(
  { host, port }: Endpoint,
  options: tls.ConnectionOptions = {},
  waitMs = patienceMs,
): Promise<tls.TLSSocket> {
  const socket = tls.connect({ host, port, rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(waitMs) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** One request on one connection, answered to the end. */
export async function ask(socket: net.Socket, request: string): Promise<string> {
  socket.write(request);
  const answer = await readUntil(socket, /^$a/);
  socket.destroy();
  return answer;
}

export function get(path: string, headers: readonly string[] = []): string {
  return [`GET ${path} HTTP/1.1`, 'Host: test', 'Connection: close', ...headers, '', ''].join('\r\n');
}

/** One DNS question over UDP; undefined when nothing comes. */
export async function query(
  { host, port }: Endpoint,
  name: string,
  type: 'A' | 'AAAA' | 'SRV' | 'PTR',
  waitMs = 1_000,
): Promise<Packet | undefined> {
  const socket = dgram.createSocket('udp4');
  try {
    socket.send(question(name, type), port, host);
    const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(waitMs) });
    return Packet.parse(answer as Buffer);
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

export async function queryTcp(endpoint: Endpoint, name: string, type: 'SRV'): Promise<Packet> {
  const socket = await openPlain(endpoint);
  const message = question(name, type);
  socket.write(Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]));
  const text = await readUntil(socket, /^[\s\S]{14,}/);
  socket.destroy();
  return Packet.parse(Buffer.from(text, 'latin1').subarray(2));
}

function question(name: string, type: 'A' | 'AAAA' | 'SRV' | 'PTR'): Buffer {
  const packet = new Packet();
  Object.assign(packet.header, new Packet.Header({ id: 4711, rd: 1 }));
  packet.questions = [new Packet.Question(name, Packet.TYPE[type], Packet.CLASS.IN)];
  packet.additionals = [Packet.Resource.EDNS([], { udpPayloadSize: 1232 })];
  return packet.toBuffer();
}

/** `rcode: target:port target:port` of an answer, for one-line comparisons. */
export function summary(packet: Packet | undefined): string {
  if (!packet) return 'silence';
  const names = Object.entries(Packet.RCODE).find(([, code]) => code === packet.header.rcode);
  const records = packet.answers.map(record => {
    const { address, domain, target, port } = record as unknown as Record<string, string | number>;
    return address ?? domain ?? `${target}:${port}`;
  });
  return `${names![0]}${packet.header.tc ? ' truncated' : ''}: ${records.join(' ')}`.trim();
}
