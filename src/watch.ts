import type { Deployment } from './model/deployment.ts';
import type { Round } from './model/report.ts';
import { answersIn, probeStep, type Sight, toRound } from './pipeline.ts';
import { type PlannedStep, plan } from './plan/plan.ts';
import type { StepResult } from './probe/run.ts';
import type { Budget } from './schedule/budget.ts';
import type { Gate } from './schedule/gate.ts';
import { createScheduler, type SchedulerCounts } from './schedule/scheduler.ts';

export type WatchOptions = {
  readonly gate: Gate;
  readonly budget: Budget;
  /** The first look at everything is spread over this many milliseconds. */
  readonly firstWithinMs: number;
  /** Called with everything seen once every step had its first run, and after that whenever something new was seen. */
  readonly onRound: (round: Round) => void;
  /** Called for what throws where nothing should: a mistake of ours. */
  readonly onBug: (step: string, bug: string) => void;
};

export type Watch = {
  readonly deployment: Deployment;
  /** Looks again at once at every host that these steps spoke to, but for what draws refusals; then gives everything seen. */
  lookAgain(stepIds: readonly string[]): Promise<Round>;
  counts(): SchedulerCounts;
  /** Aborts what runs and resolves when nothing is left of it. */
  stop(): Promise<void>;
};

/** Results that arrive together are judged together. */
const settleMs = 200;

/** Watches one deployment: every step at its interval, planned anew whenever DNS says something new. */
export function watch(
  deployment: Deployment,
  { gate, budget, firstWithinMs, onRound, onBug }: WatchOptions,
): Watch {
  const aborter = new AbortController();
  const running = new Map<string, Promise<void>>();
  const sight: Sight = {
    deployment,
    startedMs: Date.now(),
    plan: plan(deployment, new Map(), 'watch'),
    results: new Map(),
  };
  const tried = new Set<string>();
  let settle: NodeJS.Timeout | undefined;

  const scheduler = createScheduler<PlannedStep>({
    firstWithinMs,
    now: () => performance.now(),
    random: Math.random,
    run: runOne,
  });
  scheduler.set(sight.plan.steps);

  /** Never twice at once: who asks for a step that runs gets that run. */
  function runOne(step: PlannedStep): Promise<void> {
    const current = running.get(step.id);
    if (current) return current;
    const work = takeStep(step).finally(() => running.delete(step.id));
    running.set(step.id, work);
    return work;
  }

  async function takeStep(step: PlannedStep) {
    const now = performance.now();
    const allowed = step.budget === undefined || budget.allows(step.budget, now);
    const result = allowed ? await probeStep(step, gate, aborter.signal) : undefined;
    if (aborter.signal.aborted) return;
    tried.add(step.id);
    if (!result) return;
    if (step.budget !== undefined && drewRefusal(result)) budget.charge(step.budget, now);
    for (const observation of result.observations) {
      if (observation.state === 'errored' && observation.bug) onBug(step.id, observation.bug);
    }
    sight.results.set(step.id, result);
    if (step.probe === 'dns') replan();
    settle ??= setTimeout(publish, settleMs);
  }

  /** Applies the difference that DNS answers make: new names and addresses come, those that vanished go. */
  function replan() {
    sight.plan = plan(deployment, answersIn(sight.results), 'watch');
    const planned = new Set(sight.plan.steps.map(step => step.id));
    for (const id of tried) {
      if (planned.has(id)) continue;
      tried.delete(id);
      sight.results.delete(id);
    }
    scheduler.set(sight.plan.steps);
  }

  function publish() {
    settle = undefined;
    if (sight.plan.steps.every(step => tried.has(step.id)))
      onRound(toRound({ ...sight, startedMs: latest() }));
  }

  /** A watch has no one start: its report is as new as its newest result. */
  function latest() {
    let at = sight.startedMs;
    for (const result of sight.results.values()) at = Math.max(at, Date.parse(result.at));
    return at;
  }

  return {
    deployment,
    async lookAgain(stepIds) {
      const hosts = new Set(sight.plan.steps.flatMap(step => (stepIds.includes(step.id) ? [step.host] : [])));
      const again = sight.plan.steps.filter(step => hosts.has(step.host) && step.budget === undefined);
      await Promise.all(again.map(runOne));
      return toRound({ ...sight, startedMs: latest() });
    },
    counts: () => scheduler.counts(),
    async stop() {
      scheduler.stop();
      clearTimeout(settle);
      aborter.abort();
      await Promise.allSettled(running.values());
    },
  };
}

/** Statuses that the target's intrusion protection counts. */
function drewRefusal(result: StepResult): boolean {
  return result.observations.some(observation => {
    if (observation.state !== 'observed' || observation.kind !== 'http') return false;
    const { status } = observation.reading as { readonly status?: number };
    return status === 401 || status === 403 || status === 404;
  });
}
