import type { Observation } from './observation.ts';
import type { Problem } from './problem.ts';

/** How the schedule keeps up. Counts grow from the start of the process. */
export type ScheduleState = {
  readonly tasks: number;
  readonly running: number;
  /** Due, and waiting for a place under the limits. */
  readonly queued: number;
  readonly runs: number;
  /** Runs that began more than a second after they were due. */
  readonly late: number;
  /** Runs that were due while the same one was still running, or that a pause of the machine swallowed. */
  readonly skipped: number;
  /** Milliseconds between due and begin over the latest runs. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
};

/** Where the history is kept. */
export type StoreState = {
  /** Absent when it lives in memory only. */
  readonly file?: string;
  readonly bytes: number;
  /** Set while nothing can be written: what happened, and what to do. */
  readonly problem?: string;
  /** Rounds that could not be written, from the start of the process. */
  readonly lost: number;
};

/** What the latest reading of the configuration gave. Milliseconds are since 1970. */
export type ReloadState = {
  readonly successful: boolean;
  /** When a configuration was last taken over. */
  readonly successMs: number;
  /** What is wrong with the file that was not taken over. */
  readonly problems: readonly Problem[];
};

/** A deployment that is worked on: it is looked at, but no finding opens. */
export type Maintenance = { readonly deployment: string; readonly until: string; readonly reason: string };

/** How the daemon itself does: what pages and metrics say of us and not of a deployment. */
export type RunState = {
  readonly schedule: ScheduleState;
  /** Delay of the event loop in milliseconds since the state was last taken. */
  readonly loopMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly store: StoreState;
  readonly reload: ReloadState;
  readonly maintenance: readonly Maintenance[];
  readonly shard?: { readonly index: number; readonly count: number };
};

/** What the daemon lets its surfaces ask for. */
export type Control = {
  runState(): RunState;
  /** Reads the configuration again; an invalid one changes nothing. Never rejects. */
  reload(): Promise<ReloadState>;
  /** Looks now at one subject (and a node's addresses and services); false when nobody knows it. */
  lookNow(subject: string): Promise<boolean>;
  /** What the latest run of each of its steps gave; none when nobody knows it. */
  latest(subject: string): readonly Observation[];
};
