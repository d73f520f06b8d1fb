import type { DnsReading } from '../probes/index.ts';
import { wordsOf } from './facts.ts';
import type { Deployment } from './model/deployment.ts';
import type { Observation } from './model/observation.ts';
import type { Round } from './model/report.ts';
import { probeStep, toRound } from './pipeline.ts';
import { type Plan, type PlannedStep, plan } from './plan/plan.ts';
import type { StepResult } from './probe/run.ts';
import type { Budget } from './schedule/budget.ts';
import type { Gate } from './schedule/gate.ts';
import type { Pulse } from './schedule/pulse.ts';
import type { Scheduler, Task } from './schedule/scheduler.ts';
import { firstDelay } from './schedule/spread.ts';

/** One planned step of one deployment, as the common schedule of all of them runs it. */
export type Job = Task & { readonly run: (begins: () => void) => Promise<void> };

export type WatchOptions = {
  readonly gate: Gate;
  readonly budget: Budget;
  readonly scheduler: Scheduler<Job>;
  readonly pulse: Pulse;
  /** The first look at everything is spread over this many milliseconds. */
  readonly firstWithinMs: number;
  /** Everything seen, once every step had its first run. */
  readonly onRound: (seen: Seen) => void;
  /** Called for what throws where nothing should: a mistake of ours. */
  readonly onBug: (step: string, bug: string) => void;
};

export type Seen = {
  readonly round: Round;
  /** Whether something says other words than before, or was looked at again on request; else only timings are newer. */
  readonly isNews: boolean;
  /** How often each step has run. */
  readonly runs: ReadonlyMap<string, number>;
};

export type Watch = {
  /** Another declaration of the same deployment: only steps that differ are scheduled anew. */
  update(deployment: Deployment): void;
  /** Looks again, once, at every host that these steps spoke to, but for what draws refusals. The latest call counts. */
  lookAgain(stepIds: readonly string[], inMs: number): void;
  /** Runs every step that fits now; resolves with their number when all have run. */
  lookNow(fits: (step: PlannedStep) => boolean): Promise<number>;
  /** What the latest run of every step that fits gave. */
  latest(fits: (step: PlannedStep) => boolean): readonly StepResult[];
  /** Our wall clock was set by so many milliseconds: what was seen keeps its age. */
  shift(ms: number): void;
  /** Aborts what runs and resolves when nothing is left of it. */
  stop(): Promise<void>;
};

/** Results that arrive together are judged together. */
const settleMs = 200;
/** So old may the times in a report be when nothing else has changed. */
const refreshMs = 30_000;

/** Watches one deployment: every step at its interval, planned anew whenever DNS says something new. */
export function watch(
  declared: Deployment,
  { gate, budget, scheduler, pulse, firstWithinMs, onRound, onBug }: WatchOptions,
): Watch {
  const aborter = new AbortController();
  const running = new Map<string, Promise<void>>();
  const results = new Map<string, StepResult>();
  const words = new Map<string, string>();
  const runs = new Map<string, number>();
  const answers = new Map<string, Observation<DnsReading>>();
  let deployment = declared;
  let planned: Plan = plan(deployment, answers, 'watch');
  let steps = byId(planned);
  let startedMs = Date.now();
  let isNews = false;
  let settle: NodeJS.Timeout | undefined;
  let refresh: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  let looking = 0;
  schedule();

  function schedule() {
    const jobs = planned.steps.map(({ id, intervalMs }) => ({
      ...{ id, intervalMs },
      run: (begins: () => void) => runOne(id, begins),
    }));
    scheduler.set(deployment.name, jobs, firstWithinMs);
  }

  /** Never twice at once: who asks for a step that runs gets that run. */
  function runOne(id: string, begins: () => void = () => {}): Promise<void> {
    const current = running.get(id);
    if (current) return current;
    const step = steps.get(id);
    if (!step) return Promise.resolve();
    const work = takeStep(step, begins).finally(() => running.delete(id));
    running.set(id, work);
    return work;
  }

  async function takeStep(step: PlannedStep, begins: () => void) {
    const { id } = step;
    if (step.budget !== undefined && !budget.allows(step.budget, performance.now())) {
      begins();
      if (!runs.has(id)) runs.set(id, 0);
      return;
    }
    let begunMs = 0;
    const result = await probeStep(step, gate, aborter.signal, () => {
      begunMs = performance.now();
      begins();
    });
    if (step.budget !== undefined && drewRefusal(result)) budget.charge(step.budget, performance.now());
    // What was asked for differently meanwhile says nothing any more; deadlines that passed while we slept neither.
    if (aborter.signal.aborted || steps.get(id) !== step) return;
    if (pulse.stoodStill(begunMs))
      return scheduler.hurry(id, Math.random() * Math.min(step.intervalMs, 10_000));
    take(step, result);
  }

  function take(step: PlannedStep, result: StepResult) {
    const { id } = step;
    for (const observation of result.observations)
      if (observation.state === 'errored' && observation.bug) onBug(id, observation.bug);
    const now = wordsOf(result);
    const differs = words.get(id) !== now;
    words.set(id, now);
    runs.set(id, (runs.get(id) ?? 0) + 1);
    results.set(id, result);
    if (step.probe === 'dns' && learn(step, result.observations[0] as Observation<DnsReading>) && differs)
      replan();
    if (differs) publishSoon();
    else refresh ??= setTimeout(publish, refreshMs);
  }

  /**
   * Keeps what DNS last said of a name: a resolver that is gone takes no address away. What a question tells of the resolver
   * itself is true for now only: when it is gone the next one takes its place.
   */
  function learn({ id, subject }: PlannedStep, answer: Observation<DnsReading>): boolean {
    if (subject.kind === 'resolver' || isConclusive(answer) || !isConclusive(answers.get(id))) {
      answers.set(id, answer);
      return true;
    }
    return false;
  }

  /** Applies the difference: new names and addresses come, those that vanished go, what is asked otherwise is asked at once. */
  function replan() {
    const before = steps;
    planned = plan(deployment, answers, 'watch');
    steps = byId(planned);
    const changed: string[] = [];
    for (const [id, step] of before) {
      const next = steps.get(id);
      if (next && asksTheSame(step, next)) steps.set(id, step);
      else forget(id);
      if (next && !asksTheSame(step, next)) changed.push(id);
    }
    schedule();
    for (const id of changed) scheduler.hurry(id, firstDelay(id, firstWithinMs));
  }

  function forget(id: string) {
    for (const map of [results, words, runs, answers]) map.delete(id);
  }

  function publishSoon() {
    isNews = true;
    settle ??= setTimeout(publish, settleMs);
  }

  function publish() {
    clearTimeout(settle);
    settle = undefined;
    // A change is told once its host was looked at as a whole: readings a minute apart would contradict each other.
    if (looking > 0) return;
    clearTimeout(refresh);
    refresh = undefined;
    if (aborter.signal.aborted || !planned.steps.every(step => runs.has(step.id))) return;
    const round = toRound({ deployment, startedMs: latest(), plan: planned, results });
    const news = isNews;
    isNews = false;
    onRound({ round, isNews: news, runs });
  }

  /** A watch has no one start: its report is as new as its newest result. */
  function latest() {
    let at = '';
    for (const result of results.values()) if (result.at > at) at = result.at;
    return Math.max(startedMs, at === '' ? 0 : Date.parse(at));
  }

  async function lookNow(fits: (step: PlannedStep) => boolean) {
    looking++;
    const chosen = planned.steps.filter(fits);
    try {
      await Promise.all(chosen.map(step => runOne(step.id)));
    } finally {
      looking--;
    }
    if (!aborter.signal.aborted) publishSoon();
    return chosen.length;
  }

  return {
    update(other) {
      deployment = other;
      replan();
      publishSoon();
    },
    lookAgain(stepIds, inMs) {
      clearTimeout(again);
      again = setTimeout(() => {
        const hosts = new Set(stepIds.flatMap(id => steps.get(id)?.host ?? []));
        void lookNow(step => hosts.has(step.host) && step.budget === undefined);
      }, inMs);
    },
    lookNow,
    latest: fits => planned.steps.filter(fits).flatMap(({ id }) => results.get(id) ?? []),
    shift(ms) {
      startedMs += ms;
      for (const [id, result] of results) results.set(id, shifted(result, ms));
      publishSoon();
    },
    async stop() {
      scheduler.set(deployment.name, [], 0);
      for (const timer of [settle, refresh, again]) clearTimeout(timer);
      aborter.abort();
      await Promise.allSettled(running.values());
    },
  };
}

function byId({ steps }: Plan): Map<string, PlannedStep> {
  return new Map(steps.map(step => [step.id, step]));
}

/** Whether two steps of one id put the same question to the same place. */
function asksTheSame(a: PlannedStep, b: PlannedStep): boolean {
  const question = ({ probe, options, timeoutMs, host, budget, credential, blocked }: PlannedStep) =>
    JSON.stringify([probe, options, timeoutMs, host, budget, credential, blocked]);
  return question(a) === question(b);
}

/** Whether the answer says something about the name, and not about the resolver or the path to it. */
function isConclusive(answer: Observation<DnsReading> | undefined): boolean {
  return answer?.state === 'observed' && ['answer', 'nodata', 'nxdomain'].includes(answer.reading.outcome);
}

function shifted(result: StepResult, ms: number): StepResult {
  const later = (at: string) => new Date(Date.parse(at) + ms).toISOString();
  const observations = result.observations.map(one => ({ ...one, at: later(one.at) }));
  return { ...result, at: later(result.at), observations };
}

/** Statuses that the target's intrusion protection counts. */
function drewRefusal(result: StepResult): boolean {
  return result.observations.some(observation => {
    if (observation.state !== 'observed' || !['http', 'sip'].includes(observation.kind)) return false;
    const { status } = observation.reading as { readonly status?: number };
    return status === 401 || status === 403 || status === 404 || status === 407;
  });
}
