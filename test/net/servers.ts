import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import type { ProbeContext } from '../../src/model/probe.ts';

/** What a probe is given in a test. */
export function context(timeoutMs = 2000, signal = new AbortController().signal): ProbeContext {
  return { signal, timeoutMs };
}

/** Serves TCP on loopback until the test ends; gives the port. */
export async function tcpServer(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await once(server.listen(0, host), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** Serves TLS on loopback until the test ends; gives the port. */
export async function tlsServer(
  options: TlsOptions,
  onConnection: (socket: TLSSocket) => void = () => {},
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTlsServer(options, socket => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** Serves UDP on loopback until the test ends; gives the port. */
export async function udpServer(
  onMessage: (message: Buffer, from: RemoteInfo, socket: UdpSocket) => void,
  port = 0,
): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => onMessage(message, from, socket));
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(async () => {
    socket.close();
    await once(socket, 'close');
  });
  return socket.address().port;
}

/** A port where nobody listens: it was ours a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A port that answers no SYN, as behind a firewall that drops: its accept queue is full and stays so. */
export async function filteredPort(): Promise<number> {
  const worker = new Worker(new URL('./blocked-listener.js', import.meta.url));
  const [port] = (await once(worker, 'message')) as [number];
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await worker.terminate();
  });
  for (let connected = true; connected; ) {
    const socket = new Socket();
    sockets.push(socket);
    socket.on('error', () => {}).connect(port, '127.0.0.1');
    // On loopback a SYN that is answered at all is answered within a millisecond.
    connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>(resolve => setTimeout(resolve, 100, false)),
    ]);
  }
  return port;
}

/** What keeps the event loop busy, by kind; the test runner's own pipes come and go and are left out. */
export function openHandles(): Readonly<Record<string, number>> {
  const kinds = process
    .getActiveResourcesInfo()
    .filter(kind => !/Pipe|Immediate|MessagePort|FSReq/.test(kind));
  const counts = [...Map.groupBy(kinds, kind => kind)].map(([kind, all]) => [kind, all.length] as const);
  return Object.fromEntries(counts.sort());
}
