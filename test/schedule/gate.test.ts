import { expect, test } from 'vitest';
import { createGate } from '../../src/schedule/gate.ts';

/** Work that ends when it is told to. */
function workload() {
  const open: (() => void)[] = [];
  let running = 0;
  let most = 0;
  return {
    most: () => most,
    work: () => {
      running++;
      most = Math.max(most, running);
      return new Promise<void>(resolve => {
        open.push(() => {
          running--;
          resolve();
        });
      });
    },
    endAll: async () => {
      while (open.length > 0) {
        open.shift()!();
        await new Promise(setImmediate);
      }
    },
  };
}

test('never more at once than allowed, in all and with one host', async () => {
  const gate = createGate({ concurrent: 3, perHost: 2 });
  const one = workload();
  const other = workload();
  const all = Promise.all([
    ...Array.from({ length: 5 }, () => gate.through('a', one.work)),
    ...Array.from({ length: 5 }, () => gate.through('b', other.work)),
  ]);
  await new Promise(setImmediate);
  expect([gate.running(), gate.queued()]).toEqual([3, 7]);
  while (gate.running() > 0) {
    await one.endAll();
    await other.endAll();
  }
  await all;
  expect(one.most()).toBe(2);
  expect(other.most()).toBeLessThanOrEqual(2);
});

test('a host at its limit does not hold up another', async () => {
  const gate = createGate({ concurrent: 10, perHost: 1 });
  const slow = workload();
  const first = gate.through('slow', slow.work);
  const second = gate.through('slow', slow.work);
  await expect(gate.through('quick', async () => 'done')).resolves.toBe('done');
  expect(gate.queued()).toBe(1);
  await slow.endAll();
  await Promise.all([first, second]);
});

test('work that fails gives its place back', async () => {
  const gate = createGate({ concurrent: 1, perHost: 1 });
  await expect(gate.through('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(gate.through('a', async () => 'next')).resolves.toBe('next');
});

test('hosts take turns: a long line of one does not hold up a late comer', async () => {
  const gate = createGate({ concurrent: 1, perHost: 1 });
  const order: string[] = [];
  const work = (host: string) => gate.through(host, async () => void order.push(host));
  await Promise.all([...Array.from({ length: 5 }, () => work('busy')), work('quiet')]);
  expect(order.indexOf('quiet')).toBeLessThan(3);
  expect([gate.running(), gate.queued()]).toEqual([0, 0]);
});

test('other limits hold at once for what waits, and cut nothing that runs', async () => {
  const gate = createGate({ concurrent: 1, perHost: 1 });
  let open = () => {};
  const closed = new Promise<void>(resolve => {
    open = resolve;
  });
  const all = Promise.all(Array.from({ length: 3 }, () => gate.through('a', () => closed)));
  expect([gate.running(), gate.queued()]).toEqual([1, 2]);
  gate.limit({ concurrent: 8, perHost: 8 });
  expect([gate.running(), gate.queued()]).toEqual([3, 0]);
  gate.limit({ concurrent: 1, perHost: 1 });
  expect(gate.running()).toBe(3);
  open();
  await all;
});
