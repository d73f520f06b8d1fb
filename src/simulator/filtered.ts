import { once } from 'node:events';
import net from 'node:net';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Endpoint, Order } from './filtered-ports.ts';

/** Ports on which Linux drops every SYN, until they are lifted. */
export type Filtered = { readonly endpoints: readonly Endpoint[]; lift(): Promise<void> };

/** Connections that fill an accept queue of backlog 1: the kernel lets one more in than it was told. */
const queueSize = 2;

/**
 * Makes ports silent without a firewall: a thread listens on them and then sleeps, so nobody accepts, and once the accept
 * queue is full the kernel drops further SYNs.
 */
export async function filter(endpoints: readonly Endpoint[]): Promise<Filtered> {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const file = new URL(`./filtered-ports${extname(import.meta.filename)}`, import.meta.url);
  // Options of the process, such as --input-type, need not suit a thread that runs a file.
  const worker = new Worker(file, { execArgv: [], workerData: { endpoints, asleep } satisfies Order });
  const held: net.Socket[] = [];
  const lift = async () => {
    const ended = once(worker, 'exit');
    Atomics.store(asleep, 0, 1);
    Atomics.notify(asleep, 0);
    await ended;
    for (const socket of held) socket.destroy();
  };
  await once(worker, 'message');
  try {
    for (const { address, port } of endpoints) {
      for (let count = 0; count < queueSize; count += 1) {
        const socket = net.connect({ host: address, port, autoSelectFamily: false });
        held.push(socket);
        await once(socket, 'connect');
        socket.on('error', () => undefined);
      }
    }
  } catch (error) {
    await lift();
    throw error;
  }
  return { endpoints, lift };
}
