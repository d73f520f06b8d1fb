import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';

// Listens, says where, and never accepts anything: once the queue is full, Linux drops further SYNs without a word.
const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
