/**
 * config -> plan -> schedule -> probe -> judge -> explain -> store -> publish
 *
 * The sentence as code: one round, from what was declared to what is told. Start reading here.
 */
import { type ProbeId, probes } from '../probes/index.ts';
import { explainReport } from './explain/explain.ts';
import type { Library } from './explain/library.ts';
import { checks } from './judge/checks/index.ts';
import { diagnose } from './judge/diagnose.ts';
import { judgeRound } from './judge/judge.ts';
import { silence } from './judge/silence.ts';
import { groupRounds, joinRounds } from './judge/together.ts';
import type { Deployment } from './model/deployment.ts';
import type { Judgement } from './model/finding.ts';
import type { Observation } from './model/observation.ts';
import type { Report, Round, RoundStep } from './model/report.ts';
import { type Answers, type Plan, type PlannedStep, plan } from './plan/plan.ts';
import { type Runnable, runStep, type StepResult } from './probe/run.ts';
import type { Gate } from './schedule/gate.ts';
import { version } from './version.ts';

/** Runs one planned step through the gate; `begins` is called when it has its place. */
export function probeStep(
  step: PlannedStep,
  gate: Gate,
  signal: AbortSignal,
  begins: () => void = () => {},
): Promise<StepResult> {
  const probe = probes[step.probe as ProbeId] as Runnable<unknown>;
  const run = () =>
    gate.through(step.host, () => {
      begins();
      return runStep(step, probe, signal);
    });
  if (step.credential === undefined) return run();
  return gate.credentials.through(step.credential, step.id, run, drewDenial, (by, result) => {
    begins();
    if (by === step.id) return Promise.resolve(result);
    const why = 'the test user was refused and is not tried again before the configuration changes';
    return runStep({ ...step, blocked: { by, why } }, probe, signal);
  });
}

/** Whether a name and password were refused; any other answer says nothing about them. */
function drewDenial({ observations }: StepResult): boolean {
  return observations.some(
    observation =>
      observation.kind === 'login' &&
      observation.state === 'observed' &&
      (observation.reading as { readonly status?: number }).status === 401,
  );
}

/** What one round has seen so far: the plan as DNS shaped it, and the result of every step that ran. */
export type Sight = {
  readonly deployment: Deployment;
  readonly startedMs: number;
  plan: Plan;
  readonly results: Map<string, StepResult>;
};

/** The DNS answers among the results: what the next plan is made from. */
export function answersIn(results: ReadonlyMap<string, StepResult>): Answers {
  const answers = new Map();
  for (const [id, { observations }] of results)
    if (observations[0]?.kind === 'dns') answers.set(id, observations[0]);
  return answers;
}

/** Looks once: every step as soon as DNS has shown that it is needed. */
export async function look(
  deployment: Deployment,
  gate: Gate,
  signal: AbortSignal,
  onProgress: (done: number, planned: number) => void = () => {},
): Promise<Round> {
  const sight: Sight = {
    deployment,
    startedMs: Date.now(),
    plan: plan(deployment, new Map(), 'once'),
    results: new Map(),
  };
  const started = new Set<string>();
  const advance = async (): Promise<void> => {
    const fresh = sight.plan.steps.filter(step => !started.has(step.id));
    for (const step of fresh) started.add(step.id);
    onProgress(sight.results.size, started.size);
    await Promise.all(
      fresh.map(async step => {
        const result = await probeStep(step, gate, signal);
        sight.results.set(step.id, result);
        onProgress(sight.results.size, started.size);
        if (step.probe !== 'dns') return;
        sight.plan = plan(deployment, answersIn(sight.results), 'once');
        await advance();
      }),
    );
  };
  await advance();
  return toRound(sight);
}

/** Everything seen, as plain data. Of two looks at one layer of one subject the later one counts. */
export function toRound({ deployment, startedMs, plan, results }: Sight): Round {
  const latest = new Map<string, Observation>();
  const steps: RoundStep[] = [];
  for (const { id, probe, subject, topic, why, intervalMs, after } of plan.steps) {
    const result = results.get(id);
    for (const observation of result?.observations ?? []) {
      const key = `${observation.subject} ${observation.kind} ${observation.topic ?? ''}`;
      const other = latest.get(key);
      if (!other || other.at <= observation.at) latest.set(key, observation);
    }
    const ran = result && { startMs: Date.parse(result.at) - startedMs, durationMs: result.durationMs };
    steps.push({
      id,
      probe,
      subject: subject.id,
      ...(topic ? { topic } : {}),
      why,
      intervalMs,
      ...(after ? { after } : {}),
      ...ran,
    });
  }
  return {
    schema: 1,
    version,
    deployment,
    at: new Date(startedMs).toISOString(),
    durationMs: Date.now() - startedMs,
    subjects: plan.subjects,
    steps,
    observations: [...latest.values()],
  };
}

/** Judges what was seen, finds the causes, and joins each with its documented entry. */
export function report(round: Round, library: Library): Report {
  return conclude(round, judge(round), library);
}

/** The same of several rounds: those of one deployment from several places are one report. */
export function reportTogether(rounds: readonly Round[], library: Library): readonly Report[] {
  return groupRounds(rounds).map(group => {
    const judgements = group.flatMap(round =>
      judgeRound(
        round,
        checks,
        group.filter(other => other !== round),
      ),
    );
    return conclude(joinRounds(group), judgements, library);
  });
}

/** What every check says of everything that was seen. */
export function judge(round: Round): readonly Judgement[] {
  return judgeRound(round, checks);
}

/** Marks what is silenced, finds the causes of what was judged, and joins each with its documented entry. */
export function conclude(round: Round, judgements: readonly Judgement[], library: Library): Report {
  const codesOf = (id: string) => library.entries.find(entry => entry.id === id)?.codes ?? [];
  const marked = silence(round, judgements, codesOf);
  const diagnosis = diagnose(round, marked, checks);
  return explainReport(library, { ...round, judgements: marked, diagnosis });
}
