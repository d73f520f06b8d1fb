import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBudget } from '../../src/schedule/budget.ts';
import { createHeap } from '../../src/schedule/heap.ts';
import { createPulse } from '../../src/schedule/pulse.ts';
import { createScheduler, type Task } from '../../src/schedule/scheduler.ts';
import { ownedBy } from '../../src/schedule/shard.ts';
import { firstDelay, jittered } from '../../src/schedule/spread.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function scheduler(run: (task: Task) => Promise<void>, firstWithinMs = 1_000) {
  const one = createScheduler<Task>({
    run(task, begins) {
      begins();
      return run(task);
    },
    now: () => performance.now(),
    random: () => 0.5,
  });
  return { ...one, set: (tasks: readonly Task[]) => one.set('group', tasks, firstWithinMs) };
}
const every = (intervalMs: number, ...ids: string[]) => ids.map(id => ({ id, intervalMs }));

test('every task runs first within the window and then at its interval', async () => {
  const runs = new Map<string, number>();
  const one = scheduler(async ({ id }) => void runs.set(id, (runs.get(id) ?? 0) + 1));
  one.set(every(10_000, 'a', 'b', 'c'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([...runs.values()]).toEqual([1, 1, 1]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect([...runs.values()]).toEqual([4, 4, 4]);
  one.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([...runs.values()]).toEqual([4, 4, 4]);
});

test('a task that still runs is not started again, and that is counted', async () => {
  let starts = 0;
  let end = () => {};
  const one = scheduler(() => {
    starts++;
    return new Promise(resolve => {
      end = resolve;
    });
  }, 0);
  one.set(every(1_000, 'slow'));
  await vi.advanceTimersByTimeAsync(3_500);
  expect([starts, one.counts().skipped, one.counts().running]).toEqual([1, 3, 1]);
  end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(starts).toBe(2);
  one.stop();
});

test('a new plan keeps the time of what stays, begins what is new and ends what is gone', async () => {
  const runs: string[] = [];
  const one = scheduler(async ({ id }) => void runs.push(id), 0);
  one.set(every(10_000, 'stays', 'goes'));
  await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(5_000);
  one.set(every(10_000, 'stays', 'comes'));
  await vi.advanceTimersByTimeAsync(1);
  expect(runs.sort()).toEqual(['comes', 'goes', 'stays']);
  runs.length = 0;
  await vi.advanceTimersByTimeAsync(5_100);
  expect(runs).toEqual(['stays']);
  one.stop();
});

test('after a pause of the process what was missed is counted, and spread anew instead of made up for', async () => {
  let now = 0;
  const runs: number[] = [];
  const one = createScheduler<Task>({
    async run(_task, begins) {
      begins();
      runs.push(now);
    },
    now: () => now,
    random: () => 0.5,
  });
  one.set('group', every(60_000, ...Array.from({ length: 100 }, (_, i) => `task ${i}`)), 60_000);
  now = 3_600_000;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toHaveLength(0);
  expect(one.counts().skipped).toBeGreaterThan(5_000);
  for (let i = 0; i < 60; i++) {
    now += 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(runs.length).toBeGreaterThan(95);
  const most = Math.max(...[...Map.groupBy(runs, at => at).values()].map(same => same.length));
  expect(most).toBeLessThan(10);
  one.stop();
});

test('a task can be made due sooner, never later', async () => {
  let runs = 0;
  const one = scheduler(async () => void runs++, 0);
  one.set(every(60_000, 'a'));
  await vi.advanceTimersByTimeAsync(1);
  one.hurry('a', 5_000);
  one.hurry('a', 50_000);
  one.hurry('unknown', 0);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(runs).toBe(2);
  one.stop();
});

test('groups come and go by themselves', async () => {
  const runs: string[] = [];
  const one = createScheduler<Task>({
    run: async ({ id }, begins) => {
      begins();
      runs.push(id);
    },
    now: () => performance.now(),
    random: () => 0.5,
  });
  one.set('first', every(1_000, 'a'), 0);
  one.set('second', every(1_000, 'b'), 0);
  await vi.advanceTimersByTimeAsync(10);
  one.set('first', [], 0);
  await vi.advanceTimersByTimeAsync(1_010);
  expect(runs.sort()).toEqual(['a', 'b', 'b']);
  expect(one.counts().tasks).toBe(1);
  one.stop();
});

test('lag, late and queued count from due to begin, not to the end', async () => {
  let begin = () => {};
  const one = createScheduler<Task>({
    run: (_task, begins) =>
      new Promise(resolve => {
        begin = () => {
          begins();
          resolve();
        };
      }),
    now: () => performance.now(),
    random: () => 0.5,
  });
  one.set('group', every(60_000, 'a'), 0);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(one.counts()).toMatchObject({ queued: 1, running: 0, runs: 0, late: 0 });
  begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(one.counts()).toMatchObject({ queued: 0, running: 0, runs: 1, late: 1 });
  expect(one.counts().lagMs.max).toBeGreaterThan(1_400);
  one.stop();
});

test('a heap gives what is due first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), times => {
      const heap = createHeap<{ dueMs: number }>();
      for (const dueMs of times) heap.push({ dueMs });
      const out = Array.from({ length: times.length }, () => heap.pop()!.dueMs);
      expect(out).toEqual(times.toSorted((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

test('one more shard takes its share from all others, and nothing else moves', () => {
  const names = Array.from({ length: 2_000 }, (_, i) => `customer-${i}`);
  const owner = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => i + 1).filter(index => ownedBy(name, { index, count }));
  const four = names.map(name => owner(name, 4));
  const five = names.map(name => owner(name, 5));
  expect(four.every(owners => owners.length === 1)).toBe(true);
  const moved = names.filter((_, i) => four[i]![0] !== five[i]![0]);
  expect(moved.every(name => owner(name, 5)[0] === 5)).toBe(true);
  expect(moved.length / names.length).toBeCloseTo(1 / 5, 1);
  for (let index = 1; index <= 5; index++)
    expect(five.filter(([one]) => one === index).length / names.length).toBeCloseTo(1 / 5, 1);
});

describe('our own clocks', () => {
  function pulse() {
    const clock = { now: 0, wall: 1_000_000 };
    const told: string[] = [];
    const one = createPulse({
      now: () => clock.now,
      wallMs: () => clock.wall,
      onPause: ms => told.push(`pause ${ms}`),
      onStep: ms => told.push(`step ${ms}`),
    });
    const pass = async (ms: number, wall = ms) => {
      clock.now += ms;
      clock.wall += wall;
      await vi.advanceTimersByTimeAsync(500);
    };
    return { one, pass, told };
  }

  test('a process that was stopped is told, and what began before says nothing', async () => {
    const { one, pass, told } = pulse();
    await pass(500);
    expect(one.stoodStill(0)).toBe(false);
    await pass(30_000);
    expect(told).toEqual(['pause 30000']);
    expect([one.stoodStill(500), one.stoodStill(30_501)]).toEqual([true, false]);
    one.stop();
  });

  test('a wall clock that is set, or a machine that slept, is told with its difference', async () => {
    const { one, pass, told } = pulse();
    await pass(500, 3_600_500);
    await pass(500, -3_599_500);
    expect(told).toEqual(['step 3600000', 'step -3600000']);
    expect(one.stoodStill(0)).toBe(true);
    one.stop();
  });

  test('a leap second and a slewed clock are no step', async () => {
    const { one, pass, told } = pulse();
    await pass(500, 1_500);
    await pass(500, -500);
    for (let i = 0; i < 100; i++) await pass(500, 525);
    expect(told).toEqual([]);
    one.stop();
  });
});

test('first runs are spread over the window by id, the same way each time', () => {
  const delays = Array.from({ length: 1_000 }, (_, i) => firstDelay(`step ${i}`, 60_000));
  expect(delays).toEqual(Array.from({ length: 1_000 }, (_, i) => firstDelay(`step ${i}`, 60_000)));
  for (let tenth = 0; tenth < 10; tenth++) {
    const within = delays.filter(delay => Math.floor(delay / 6_000) === tenth).length;
    expect(within).toBeGreaterThan(60);
  }
});

test('an interval has up to five percent of jitter either way', () => {
  expect([jittered(60_000, () => 0), jittered(60_000, () => 0.5), jittered(60_000, () => 1)]).toEqual([
    57_000, 60_000, 63_000,
  ]);
});

test('a target gives no more refusals than its budget in any window', () => {
  const budget = createBudget(2, 600_000);
  budget.charge('198.51.100.11', 0);
  budget.charge('198.51.100.11', 1_000);
  expect(budget.allows('198.51.100.11', 599_999)).toBe(false);
  expect(budget.allows('198.51.100.12', 599_999)).toBe(true);
  expect(budget.allows('198.51.100.11', 600_000)).toBe(true);
});
