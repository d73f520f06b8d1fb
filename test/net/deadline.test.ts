import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { ProberFault } from '../../src/model/failure.ts';
import { within } from '../../src/net/deadline.ts';
import { context } from './servers.ts';

test('gives what came in time and stops listening once', async () => {
  let stopped = 0;
  const { signal } = new AbortController();
  const value = await within(
    { signal, timeoutMs: 1000 },
    'connect',
    resolve => {
      setImmediate(() => {
        resolve(7);
        resolve(8);
      });
      return () => stopped++;
    },
    () => 0,
  );
  expect(value).toBe(7);
  expect(stopped).toBe(1);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('stops listening also when the answer is there at once', async () => {
  let stopped = 0;
  const value = await within<number>(
    context(),
    'connect',
    resolve => {
      resolve(1);
      return () => stopped++;
    },
    () => 0,
  );
  expect([value, stopped]).toEqual([1, 1]);
});

test('says what it is told to when time is up', async () => {
  let stopped = 0;
  const value = await within(
    context(10),
    'tls',
    () => () => stopped++,
    () => 'late',
  );
  expect([value, stopped]).toEqual(['late', 1]);
});

test('an answer that arrived while the process was busy still counts', async () => {
  const { port1, port2 } = new MessageChannel();
  const value = await within<string>(
    context(20),
    'connect',
    resolve => {
      port1.on('message', () => resolve('in time'));
      port2.postMessage('');
      const busyUntil = performance.now() + 60;
      while (performance.now() < busyUntil);
      return () => port1.close();
    },
    () => 'late',
  );
  expect(value).toBe('in time');
});

test('an abort is a fault of the prober at the stage where it happened', async () => {
  const controller = new AbortController();
  let stopped = 0;
  const waiting = within(
    { signal: controller.signal, timeoutMs: 5000 },
    'response',
    () => () => stopped++,
    () => 'late',
  );
  controller.abort();
  await expect(waiting).rejects.toMatchObject({
    failure: { stage: 'response', reason: 'aborted', blame: 'prober' },
  });
  expect(stopped).toBe(1);
  const begun: string[] = [];
  await expect(
    within(
      { signal: controller.signal, timeoutMs: 5000 },
      'tls',
      () => {
        begun.push('tls');
        return () => {};
      },
      () => 'late',
    ),
  ).rejects.toBeInstanceOf(ProberFault);
  expect(begun).toEqual([]);
});

test('an error at the start is not swallowed', async () => {
  const failing = within(
    context(),
    'tls',
    () => {
      throw new RangeError('no');
    },
    () => 0,
  );
  await expect(failing).rejects.toBeInstanceOf(RangeError);
});
