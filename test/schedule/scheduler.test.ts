import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBudget } from '../../src/schedule/budget.ts';
import { createScheduler, type Task } from '../../src/schedule/scheduler.ts';
import { firstDelay, jittered } from '../../src/schedule/spread.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function scheduler(run: (task: Task) => Promise<void>, firstWithinMs = 1_000) {
  return createScheduler<Task>({ run, firstWithinMs, now: () => performance.now(), random: () => 0.5 });
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

test('after a pause missed runs are not made up for', async () => {
  let runs = 0;
  let now = 0;
  const one = createScheduler<Task>({
    run: async () => void runs++,
    firstWithinMs: 0,
    now: () => now,
    random: () => 0.5,
  });
  one.set(every(1_000, 'a'));
  now = 3_600_000;
  await vi.advanceTimersByTimeAsync(10);
  expect(runs).toBe(1);
  one.stop();
});

test('hurry makes a task due at once', async () => {
  let runs = 0;
  const one = scheduler(async () => void runs++, 0);
  one.set(every(60_000, 'a'));
  await vi.advanceTimersByTimeAsync(1);
  one.hurry('a');
  one.hurry('unknown');
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toBe(2);
  one.stop();
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
