import type { Reading } from './observation.ts';

/** What the runner hands to a probe. */
export type ProbeContext = {
  /** Aborts the whole step; a probe leaves no socket and no timer behind when it fires. */
  readonly signal: AbortSignal;
  /** Milliseconds for one stage (one lookup, one connect, one handshake, one request). */
  readonly timeoutMs: number;
};

/** A layer of a conversation that the server cannot be asked for; not a failure. */
export type NotApplicable = { readonly notApplicable: string };

/**
 * One way of looking: one conversation on the wire, one attempt, one address. `yields` names its layers from the wire
 * upwards; `run` returns those that were reached. It says what it saw, never whether that is good; it throws only when it
 * could not look at all (`ProberFault`).
 */
export type Probe<Id extends string, Options, Layers extends { [kind: string]: Reading }> = {
  readonly id: Id;
  /** What the conversation is, for `mradar plan` and the documentation. */
  readonly title: string;
  readonly yields: readonly (keyof Layers & string)[];
  run(options: Options, context: ProbeContext): Promise<{ [K in keyof Layers]?: Layers[K] | NotApplicable }>;
};

/** Gives a probe its types; a probe is a plain value. */
export function defineProbe<Id extends string, Options, Layers extends { [kind: string]: Reading }>(
  probe: Probe<Id, Options, Layers>,
): Probe<Id, Options, Layers> {
  return probe;
}
