import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ProbeContext } from '../../src/model/probe.ts';

export type Target = { readonly address: string; readonly port: number };

/** A UDP server for the running test. `answer` gets each datagram and may send as many as it likes. */
export async function udpServer(
  answer: (datagram: Buffer, reply: (bytes: Uint8Array) => void, from: RemoteInfo) => void,
  address = '127.0.0.1',
): Promise<Target> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  onTestFinished(async () => {
    socket.close();
    await once(socket, 'close');
  });
  socket.on('message', (datagram, from) =>
    answer(datagram, bytes => socket.send(bytes, from.port, from.address, () => {}), from),
  );
  socket.bind(0, address);
  await once(socket, 'listening');
  return { address, port: socket.address().port };
}

/** A UDP port where nobody listens. */
export async function closedUdpPort(): Promise<Target> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return { address: '127.0.0.1', port };
}

/** A TCP server for the running test. */
export async function tcpServer(serve: (socket: Socket) => void): Promise<Target> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serve(socket);
    // Who does not read does not notice that the other side has gone.
    socket.resume();
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** A TCP port where nobody listens. */
export async function closedTcpPort(): Promise<Target> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { address: '127.0.0.1', port };
}

/** What the runner would hand to a probe. */
export function context(timeoutMs: number, signal: AbortSignal = new AbortController().signal): ProbeContext {
  return { signal, timeoutMs };
}

/** How many sockets and timers the process holds, those of vitest included. */
export function activeHandles(): number {
  return process.getActiveResourcesInfo().filter(name => /TCP|UDP|Timeout/.test(name)).length;
}
