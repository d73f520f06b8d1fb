import { createHeap } from './heap.ts';
import { createLag } from './lag.ts';
import { firstDelay, jittered } from './spread.ts';

/** A piece of recurring work, known by its id. What it does is none of the scheduler's business. */
export type Task = { readonly id: string; readonly intervalMs: number };

export type SchedulerOptions<T extends Task> = {
  /** Does the work and says when it really begins; must not reject. */
  readonly run: (task: T, begins: () => void) => Promise<void>;
  /** Monotonic milliseconds: a step of the wall clock neither bunches runs nor delays them. */
  readonly now: () => number;
  readonly random: () => number;
};

/** Counts grow from the start of the process. */
export type SchedulerCounts = {
  readonly tasks: number;
  /** Runs that have begun and not ended. */
  readonly running: number;
  /** Due, and waiting to begin. */
  readonly queued: number;
  readonly runs: number;
  /** Runs that began more than a second after they were due. */
  readonly late: number;
  /** Runs that were due while the task was still under way, or in a pause of the whole process, and were left out. */
  readonly skipped: number;
  /** Milliseconds between due and begin over the latest 8,192 runs. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
};

export type Scheduler<T extends Task> = {
  /**
   * Applies the difference to one group of tasks: new ones begin within `withinMs` (or their interval if that is shorter),
   * missing ones end, those that stay keep their time.
   */
  set(group: string, tasks: readonly T[], withinMs: number): void;
  /** Makes a task due at the latest after so many milliseconds, if it is known. */
  hurry(id: string, inMs: number): void;
  counts(): SchedulerCounts;
  stop(): void;
};

/** A place in the heap never moves: an entry that is due at another time gets a new one, and the old one is passed over. */
type Slot = { readonly id: string; readonly dueMs: number };
type Entry<T> = { task: T; slot: Slot; underWay: boolean };

/** Behind by more than this, the whole process was paused: what was missed is spread anew and not made up for. */
const pauseMs = 5_000;
const lateMs = 1_000;
/** So long at a time are due tasks begun; then what has begun gets on first. */
const turnMs = 5;

/** Runs tasks at their intervals: spread at the start, jittered after, never two runs of one task at once. */
export function createScheduler<T extends Task>(options: SchedulerOptions<T>): Scheduler<T> {
  const entries = new Map<string, Entry<T>>();
  const groups = new Map<string, Set<string>>();
  const heap = createHeap<Slot>();
  const lag = createLag(8_192);
  const counted = { running: 0, queued: 0, runs: 0, late: 0, skipped: 0 };
  let timer: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;
  let stopped = false;

  function slotFor(id: string, dueMs: number): Slot {
    const slot = { id, dueMs };
    heap.push(slot);
    return slot;
  }

  function entryOf(slot: Slot): Entry<T> | undefined {
    const entry = entries.get(slot.id);
    return entry?.slot === slot ? entry : undefined;
  }

  function arm() {
    if (stopped) return;
    for (let top = heap.peek(); top && !entryOf(top); top = heap.peek()) heap.pop();
    const next = heap.peek();
    if (!next || next.dueMs === armedFor) return;
    clearTimeout(timer);
    armedFor = next.dueMs;
    timer = setTimeout(tick, Math.max(0, Math.ceil(next.dueMs - options.now())));
  }

  function tick() {
    armedFor = Number.POSITIVE_INFINITY;
    const now = options.now();
    const paused = now - (heap.peek()?.dueMs ?? now) > pauseMs;
    for (let slot = heap.peek(); slot && slot.dueMs <= now; slot = heap.peek()) {
      heap.pop();
      const entry = entryOf(slot);
      if (!entry) continue;
      const { id, intervalMs } = entry.task;
      // Counted from now, not from the time it was due: missed runs are not made up for.
      const inMs = paused ? firstDelay(id, intervalMs) : jittered(intervalMs, options.random);
      entry.slot = slotFor(id, now + Math.max(1, inMs));
      if (paused) counted.skipped += Math.max(1, Math.floor((now - slot.dueMs) / intervalMs));
      else if (entry.underWay) counted.skipped++;
      else void start(entry, slot.dueMs);
      if (options.now() - now > turnMs) break;
    }
    arm();
  }

  async function start(entry: Entry<T>, dueMs: number) {
    entry.underWay = true;
    counted.queued++;
    let begun = false;
    const begins = () => {
      if (begun) return;
      begun = true;
      const lagMs = options.now() - dueMs;
      lag.add(lagMs);
      if (lagMs > lateMs) counted.late++;
      counted.runs++;
      counted.queued--;
      counted.running++;
    };
    try {
      await options.run(entry.task, begins);
    } finally {
      entry.underWay = false;
      if (begun) counted.running--;
      else counted.queued--;
    }
  }

  return {
    set(group, tasks, withinMs) {
      const wanted = new Set(tasks.map(task => task.id));
      for (const id of groups.get(group) ?? []) if (!wanted.has(id)) entries.delete(id);
      if (wanted.size > 0) groups.set(group, wanted);
      else groups.delete(group);
      const now = options.now();
      for (const task of tasks) {
        const entry = entries.get(task.id);
        if (entry) {
          entry.task = task;
          if (entry.slot.dueMs > now + task.intervalMs * 1.06)
            entry.slot = slotFor(task.id, now + firstDelay(task.id, task.intervalMs));
        } else {
          const slot = slotFor(task.id, now + firstDelay(task.id, Math.min(withinMs, task.intervalMs)));
          entries.set(task.id, { task, slot, underWay: false });
        }
      }
      arm();
    },
    hurry(id, inMs) {
      const entry = entries.get(id);
      const dueMs = options.now() + inMs;
      if (!entry || entry.slot.dueMs <= dueMs) return;
      entry.slot = slotFor(id, dueMs);
      arm();
    },
    counts: () => ({ tasks: entries.size, ...counted, lagMs: lag.percentiles() }),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
