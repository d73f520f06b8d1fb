/** Notices what happens to our own clocks. */
export type Pulse = {
  /** Whether the process stood still or its clock was set since then (monotonic): what was measured meanwhile says nothing. */
  stoodStill(sinceMs: number): boolean;
  stop(): void;
};

export type PulseOptions = {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** The process was stopped, or the machine asleep. */
  readonly onPause: (ms: number) => void;
  /** The wall clock was set, by so many milliseconds; the daylight saving of a time zone is none. */
  readonly onStep: (ms: number) => void;
};

const beatMs = 500;
/** More than a busy event loop ever takes, and less than the shortest deadline that a probe has by default. */
const stillMs = 2_000;
/** A leap second, smeared or not, is no step; neither is what NTP slews. */
const stepMs = 5_000;

/** Starts to watch the clocks. */
export function createPulse({ now, wallMs, onPause, onStep }: PulseOptions): Pulse {
  let beatAt = now();
  let wallOffset = wallMs() - beatAt;
  let stillAt = Number.NEGATIVE_INFINITY;

  function beat() {
    const at = now();
    const offset = wallMs() - at;
    const gap = at - beatAt;
    const difference = offset - wallOffset;
    beatAt = at;
    // NTP may slew by 500 ppm: followed beat by beat it never adds up to a step.
    wallOffset = offset;
    if (gap > stillMs) {
      stillAt = at;
      onPause(gap);
    }
    if (Math.abs(difference) > stepMs) {
      // A machine that slept shows it like this only: its monotonic clock slept, too.
      stillAt = at;
      onStep(difference);
    }
  }

  const timer = setInterval(beat, beatMs);
  timer.unref();
  return {
    stoodStill(sinceMs) {
      // What ends between the step and the next beat has to be noticed, too.
      const offset = wallMs() - now();
      if (now() - beatAt > stillMs || Math.abs(offset - wallOffset) > stepMs) beat();
      return stillAt >= sinceMs;
    },
    stop: () => clearInterval(timer),
  };
}
