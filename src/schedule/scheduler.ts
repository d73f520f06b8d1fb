import { firstDelay, jittered } from './spread.ts';

/** A piece of recurring work, known by its id. What it does is none of the scheduler's business. */
export type Task = { readonly id: string; readonly intervalMs: number };

export type SchedulerOptions<T extends Task> = {
  /** Does the work; must not reject. */
  readonly run: (task: T) => Promise<void>;
  /** The first run of every task falls within this many milliseconds, or its interval if that is shorter. */
  readonly firstWithinMs: number;
  /** Monotonic milliseconds: a step of the wall clock neither bunches runs nor delays them. */
  readonly now: () => number;
  readonly random: () => number;
};

export type SchedulerCounts = {
  readonly tasks: number;
  readonly running: number;
  /** Runs that were due while the task was still running, and were left out. */
  readonly skipped: number;
  /** Milliseconds between due and start, of the latest run. */
  readonly lagMs: number;
};

export type Scheduler<T extends Task> = {
  /** Applies the difference: new tasks begin, missing ones end, those that stay keep their time. */
  set(tasks: readonly T[]): void;
  /** Makes a task due at once, if it is known and not running. */
  hurry(id: string): void;
  counts(): SchedulerCounts;
  stop(): void;
};

type Entry<T> = { task: T; dueMs: number; running: boolean };

/** Runs tasks at their intervals: spread at the start, jittered after, never two runs of one task at once. */
export function createScheduler<T extends Task>(options: SchedulerOptions<T>): Scheduler<T> {
  const entries = new Map<string, Entry<T>>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = 0;
  let skipped = 0;
  let lagMs = 0;

  function arm() {
    clearTimeout(timer);
    if (stopped || entries.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of entries.values()) next = Math.min(next, entry.dueMs);
    timer = setTimeout(tick, Math.max(0, next - options.now()));
  }

  function tick() {
    const now = options.now();
    for (const entry of entries.values()) {
      if (entry.dueMs > now) continue;
      lagMs = now - entry.dueMs;
      // Counted from now, not from the time it was due: after a pause missed runs are not made up for.
      entry.dueMs = now + jittered(entry.task.intervalMs, options.random);
      if (entry.running) skipped++;
      else void start(entry);
    }
    arm();
  }

  async function start(entry: Entry<T>) {
    entry.running = true;
    running++;
    try {
      await options.run(entry.task);
    } finally {
      entry.running = false;
      running--;
    }
  }

  return {
    set(tasks) {
      const wanted = new Map(tasks.map(task => [task.id, task]));
      for (const id of entries.keys()) if (!wanted.has(id)) entries.delete(id);
      const now = options.now();
      for (const [id, task] of wanted) {
        const entry = entries.get(id);
        if (entry) {
          entry.dueMs = Math.min(entry.dueMs, now + task.intervalMs);
          entry.task = task;
        } else {
          const within = Math.min(options.firstWithinMs, task.intervalMs);
          entries.set(id, { task, dueMs: now + firstDelay(id, within), running: false });
        }
      }
      arm();
    },
    hurry(id) {
      const entry = entries.get(id);
      if (!entry) return;
      entry.dueMs = options.now();
      arm();
    },
    counts: () => ({ tasks: entries.size, running, skipped, lagMs }),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
