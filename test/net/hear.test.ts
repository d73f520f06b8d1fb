import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { connect } from '../../src/net/connect.ts';
import { hear } from '../../src/net/hear.ts';
import { context, tcpServer } from './servers.ts';

async function open(serve: (socket: Socket) => void): Promise<Socket> {
  const port = await tcpServer(serve);
  const { socket } = await connect('127.0.0.1', port, context());
  return socket!;
}

/** What the next bytes are, or why there are none. */
function next(socket: Socket, say?: string): Promise<string> {
  return hear<string>(socket, context(500), 'response', {
    begin: () => void (say !== undefined && socket.write(say)),
    chunk: bytes => bytes.toString(),
    over: ({ reason }) => reason,
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
}

test('what comes between two waits is there for the second, and so is the end', async () => {
  let theirs: Socket | undefined;
  const socket = await open(accepted => {
    theirs = accepted;
    accepted.once('data', () => accepted.write('first'));
  });
  expect(await next(socket, 'go')).toBe('first');
  theirs!.write('second');
  await turns(500);
  expect(await next(socket)).toBe('second');
  theirs!.end();
  await turns(500);
  expect(await next(socket)).toBe('eof');
  expect(await next(socket)).toBe('eof');
  socket.destroy();
});

test('what broke between two waits is known to the second', async () => {
  let theirs: Socket | undefined;
  const socket = await open(accepted => {
    theirs = accepted;
    accepted.once('data', () => accepted.write('first'));
  });
  expect(await next(socket, 'go')).toBe('first');
  const broken = once(socket, 'error');
  theirs!.resetAndDestroy();
  socket.write('anybody there?');
  await broken.catch(() => {});
  await turns(50);
  expect(await next(socket)).toBe('reset');
  socket.destroy();
});

test('what a listener throws ends the wait', async () => {
  const socket = await open(accepted => accepted.write('bytes'));
  const outcome = hear<string>(socket, context(), 'response', {
    chunk() {
      throw new TypeError('a bug');
    },
    over: ({ reason }) => reason,
  });
  await expect(outcome).rejects.toThrow(TypeError);
  expect(socket.listenerCount('data')).toBe(0);
  socket.destroy();
});
