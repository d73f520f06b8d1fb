import type { Deployment } from './deployment.ts';
import type { Diagnosis, Judgement } from './finding.ts';
import type { Observation } from './observation.ts';
import type { Topic } from './step.ts';
import type { Subject, Vantage } from './subject.ts';

/** A step as it stands in a report: without options, which may hold secrets. */
export type RoundStep = {
  readonly id: string;
  readonly probe: string;
  readonly subject: string;
  readonly topic?: Topic;
  readonly why: string;
  readonly intervalMs: number;
  /** Milliseconds after the start of the round; absent when it did not run. */
  readonly startMs?: number;
  readonly durationMs?: number;
  /** The step whose answer put this one into the plan. */
  readonly after?: string;
};

/** Everything that was looked at: what `--save` keeps and `--from` judges again. Plain JSON. */
export type Round = {
  readonly schema: 1;
  /** Version of mradar that looked. */
  readonly version: string;
  readonly deployment: Deployment;
  /** Start of the round, ISO 8601 UTC: the only clock that judgements know. */
  readonly at: string;
  readonly durationMs: number;
  /** Where it was looked from, when several rounds were joined. */
  readonly vantages?: readonly Vantage[];
  readonly subjects: readonly Subject[];
  readonly steps: readonly RoundStep[];
  readonly observations: readonly Observation[];
};

/** Everything one round found; metrics, page, API and terminal are functions of it. */
export type Report = Round & {
  readonly judgements: readonly Judgement[];
  readonly diagnosis: Diagnosis;
};
