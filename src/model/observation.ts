import type { Failure } from './failure.ts';
import type { Topic } from './step.ts';

/** What any probe reads: protocol facts, and the failure that ended it, if one did. Never an opinion. */
export type Reading = { readonly failure?: Failure };

type Stamp = {
  /** Id of the step that was run. */
  readonly step: string;
  /** Id of the subject that was looked at. */
  readonly subject: string;
  /** Which layer of the conversation this is: `dns`, `tcp`, `tls`, `http`... */
  readonly kind: string;
  readonly topic?: Topic;
  /** Wall clock at the start of the step, ISO 8601 UTC. */
  readonly at: string;
  /** How long the whole step took; absent when it did not run. */
  readonly durationMs?: number;
};

/**
 * What became of one layer of one step. Each state has one author: `observed` the probe (a refused connection is an
 * observation), `skipped` the engine (because of an earlier layer or step), `errored` the runner (we could not look).
 */
export type Observation<R extends Reading = Reading> = Stamp &
  (
    | { readonly state: 'observed'; readonly reading: R }
    | { readonly state: 'not-applicable'; readonly why: string }
    | {
        readonly state: 'skipped';
        readonly because: { readonly step: string; readonly kind?: string };
        readonly why: string;
      }
    | { readonly state: 'errored'; readonly failure: Failure; readonly bug?: string }
  );
export type ObservationState = Observation['state'];
