import { once } from 'node:events';
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

export type Endpoint = { readonly address: string; readonly port: number };

/** What the sleeping thread is told: where to listen, and the word that it sleeps on. */
export type Order = { readonly endpoints: readonly Endpoint[]; readonly asleep: Int32Array };

const { endpoints, asleep } = workerData as Order;
for (const { address, port } of endpoints) {
  const server = net.createServer(socket => socket.destroy());
  server.listen({ host: address, port, backlog: 1 });
  await once(server, 'listening');
}
parentPort!.postMessage('listening');
Atomics.wait(asleep, 0, 0);
process.exit();
