import { type Failure, ProberFault } from '../model/failure.ts';
import type { Observation, Reading } from '../model/observation.ts';
import type { NotApplicable } from '../model/probe.ts';
import type { Step } from '../model/step.ts';

/** The parts of a probe that running it needs; which probe it is does not matter here. */
export type Runnable<Options> = {
  readonly yields: readonly string[];
  run(
    options: Options,
    context: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<{ readonly [kind: string]: Reading | NotApplicable | undefined }>;
};

/** What became of a step: one observation for every layer its probe yields. */
export type StepResult = {
  readonly step: string;
  readonly at: string;
  readonly durationMs: number;
  readonly observations: readonly Observation[];
};

/** How often a step looks whether this process still gets on, in milliseconds. */
const beatMs = 100;

/** Notices when this process stood still, busy with itself: then an answer may have come and nobody took it. */
function watchStalls() {
  let last = performance.now();
  let longestMs = 0;
  const beat = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last - beatMs);
    last = now;
  };
  const timer = setInterval(beat, beatMs);
  return {
    /** Ends it and gives the longest time without a beat, in milliseconds. */
    end(): number {
      clearInterval(timer);
      beat();
      return longestMs;
    },
  };
}

function timedOut(layers: Readonly<Record<string, Reading | NotApplicable | undefined>>): boolean {
  return Object.values(layers).some(
    layer => layer && 'failure' in layer && layer.failure?.reason === 'timeout',
  );
}

/**
 * Runs one step and stamps what it gave. Never rejects: what a probe throws becomes an `errored` observation, a layer that was
 * not reached one that is `skipped` because of the layer below.
 */
export async function runStep<Options>(
  step: Step<string, Options>,
  probe: Runnable<Options>,
  signal: AbortSignal,
): Promise<StepResult> {
  const at = new Date().toISOString();
  const started = performance.now();
  const stamp = (kind: string) => ({
    step: step.id,
    subject: step.subject.id,
    kind,
    ...(step.topic ? { topic: step.topic } : {}),
    at,
  });
  if (step.blocked) {
    const { by, why } = step.blocked;
    const observations = probe.yields.map(
      kind => ({ ...stamp(kind), state: 'skipped', because: { step: by }, why }) as const,
    );
    return { step: step.id, at, durationMs: 0, observations };
  }
  const stalls = watchStalls();
  try {
    const layers = await probe.run(step.options, { signal, timeoutMs: step.timeoutMs });
    const durationMs = performance.now() - started;
    if (timedOut(layers) && stalls.end() > Math.max(500, step.timeoutMs / 4)) {
      throw new ProberFault({ stage: 'route', reason: 'overloaded' });
    }
    const observations: Observation[] = [];
    let broken: { kind: string; failure?: Failure } | undefined;
    for (const kind of probe.yields) {
      const layer = layers[kind];
      if (layer === undefined) {
        const why = broken
          ? `${broken.kind} failed: ${broken.failure?.code ?? broken.failure?.reason ?? 'no answer'}`
          : 'not reached';
        const because = { step: step.id, ...(broken ? { kind: broken.kind } : {}) };
        observations.push({ ...stamp(kind), durationMs, state: 'skipped', because, why });
      } else if ('notApplicable' in layer) {
        observations.push({ ...stamp(kind), durationMs, state: 'not-applicable', why: layer.notApplicable });
      } else {
        observations.push({ ...stamp(kind), durationMs, state: 'observed', reading: layer });
        if (layer.failure && !broken) broken = { kind, failure: layer.failure };
      }
    }
    return { step: step.id, at, durationMs, observations };
  } catch (error) {
    const durationMs = performance.now() - started;
    return {
      step: step.id,
      at,
      durationMs,
      observations: probe.yields.map(kind => withoutLook(kind, error)),
    };
  } finally {
    stalls.end();
  }

  function withoutLook(kind: string, error: unknown): Observation {
    if (!(error instanceof ProberFault)) {
      const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const reason = signal.aborted ? 'aborted' : 'internal';
      const failure: Failure = { stage: 'route', reason, blame: 'prober' };
      return { ...stamp(kind), state: 'errored', failure, ...(signal.aborted ? {} : { bug }) };
    }
    // Nobody expects IPv6 everywhere: a machine without it leaves the IPv6 addresses to others.
    const target = step.subject.kind === 'service' ? step.subject.address : undefined;
    if (error.failure.reason === 'no-route' && target?.includes(':')) {
      return { ...stamp(kind), state: 'not-applicable', why: 'this machine has no IPv6 route' };
    }
    return { ...stamp(kind), state: 'errored', failure: error.failure };
  }
}
