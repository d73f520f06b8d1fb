import { once } from 'node:events';
import net from 'node:net';
import { type Filtered, filter } from './filtered.ts';
import type { Service } from './world.ts';

/** The TCP ports of the deployment: who listens, who refuses, who keeps silent. */
export type Doors = {
  /** Opens, closes and silences ports until they are as the services want them. */
  arrange(services: readonly Service[]): Promise<void>;
  /** Closes every port and every connection. */
  close(): Promise<void>;
};

const idleMs = 30_000;
const longestConnectionMs = 120_000;
const mostConnections = 256;

/** Doors that hand every accepted connection to `respond` with the id of the service it came to. */
export function createDoors(respond: (id: string, socket: net.Socket) => void): Doors {
  const sockets = new Set<net.Socket>();
  const listeners = new Map<string, net.Server>();
  let filtered: Filtered | undefined;

  function accept(id: string, socket: net.Socket): void {
    sockets.add(socket);
    const limit = setTimeout(() => socket.destroy(), longestConnectionMs);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(limit);
      sockets.delete(socket);
    });
    respond(id, socket);
  }

  async function listen({ id, address, port }: Service): Promise<void> {
    const server = net.createServer(socket => accept(id, socket));
    server.maxConnections = mostConnections;
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
    // A connection that could not be accepted is the client's loss only.
    server.on('error', () => undefined);
    listeners.set(id, server);
  }

  async function silence(services: readonly Service[]): Promise<void> {
    const endpoints = services.map(({ address, port }) => ({ address, port }));
    if (JSON.stringify(filtered?.endpoints ?? []) === JSON.stringify(endpoints)) return;
    await filtered?.lift();
    filtered = undefined;
    if (endpoints.length > 0) filtered = await filter(endpoints);
  }

  return {
    async arrange(services) {
      const open = services.filter(service => service.door === 'open');
      const wanted = new Set(open.map(service => service.id));
      for (const [id, server] of listeners) {
        if (wanted.has(id)) continue;
        listeners.delete(id);
        server.close();
      }
      await silence(services.filter(service => service.door === 'silent'));
      const opened = await Promise.allSettled(open.filter(({ id }) => !listeners.has(id)).map(listen));
      const failed = opened.find(result => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async close() {
      const closed = [...listeners.values()].map(server => {
        const end = once(server, 'close');
        server.close();
        return end;
      });
      listeners.clear();
      for (const socket of sockets) socket.destroy();
      await Promise.all([...closed, silence([])]);
    },
  };
}
