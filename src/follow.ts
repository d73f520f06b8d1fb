import type { Confirmation } from './config/config.ts';
import { createDamper } from './damp.ts';
import type { Library } from './explain/library.ts';
import { looksIn, saysTheSame } from './facts.ts';
import type { Log } from './log.ts';
import type { Deployment } from './model/deployment.ts';
import type { Cause } from './model/finding.ts';
import { type Change, changesBetween, type Incident, type Look } from './model/incident.ts';
import type { Report, Round } from './model/report.ts';
import { conclude, judge } from './pipeline.ts';
import type { Outcome, Store } from './store/store.ts';
import { type Seen, type Watch, type WatchOptions, watch } from './watch.ts';

export type FollowOptions = Omit<WatchOptions, 'onRound' | 'onBug'> & {
  readonly library: Library;
  readonly store: Store;
  readonly log: Log;
  readonly confirm: Confirmation;
  readonly isMaintained: () => boolean;
  /** Told of every new report, after it was stored. */
  readonly onReport: (report: Report) => void;
};

/** One deployment from the look to the record: watched, judged when something is new, settled, stored and logged. */
export type Follow = Pick<Watch, 'shift' | 'stop' | 'lookNow' | 'latest'> & {
  update(deployment: Deployment, confirm: Confirmation): void;
};

/** What is looked at more often than its interval says. */
type Attention = {
  readonly key: string;
  readonly steps: readonly string[];
  readonly attempt: number;
  /** When the next such look is due, monotonic milliseconds. */
  readonly atMs: number;
};

/** Also without news judged this often: certificates expire by the clock alone. */
const judgeAgainMs = 600_000;

/** Begins to follow one deployment. */
export function follow(deployment: Deployment, options: FollowOptions): Follow {
  const { store, log, library, onReport, isMaintained } = options;
  const { name } = deployment;
  let { confirm } = options;
  const known = store.incidents({ deployment: name, states: ['suspected', 'open'], limit: 1_000 }).items;
  const damper = createDamper(confirm, known);
  let isFirst = known.length === 0 && store.report(name) === undefined;
  let looks: ReadonlyMap<string, Look> = new Map();
  let judgedMs = Number.NEGATIVE_INFINITY;
  let attention: Attention = { key: '', steps: [], attempt: 0, atMs: 0 };

  const watching = watch(deployment, {
    ...options,
    onRound: take,
    onBug: (step, bug) => log.error('a probe failed inside', { part: 'probe', step, error: bug }),
  });

  function take(seen: Seen) {
    try {
      const before = store.report(name)?.report;
      const isStale = performance.now() - judgedMs > judgeAgainMs;
      if (!seen.isNews && !isStale && before && attention.key === '') {
        const { judgements, diagnosis } = before;
        store.refresh({ ...seen.round, judgements, diagnosis });
      } else judgeAnew(seen, before);
    } catch (error) {
      log.error('a round could not be taken', { part: 'daemon', deployment: name, error: stackOf(error) });
    }
  }

  function judgeAnew({ round, runs }: Seen, before: Report | undefined) {
    judgedMs = performance.now();
    const said = judge(round);
    const settled = damper.settle(round, said, { runs, first: isFirst, maintenance: isMaintained() });
    isFirst = false;
    const now = conclude(round, settled.judgements, library);
    const seenNow = looksIn({ observations: round.observations, judgements: said });
    const kept = worthKeeping(looks, seenNow);
    const lastGood = (subject: string) => {
      const earlier = looks.get(subject);
      return earlier && earlier.codes.length === 0 ? earlier : store.subject(subject)?.good;
    };
    const changesOf = (subject: string): readonly Change[] => {
      const [good, look] = [lastGood(subject), seenNow.get(subject)];
      return good && look ? changesBetween(good.facts, look.facts) : [];
    };
    const incidents = settled.moved(now.diagnosis, changesOf);
    const { suspected, states } = settled;
    store.put(now, { incidents, looks: kept, suspected, states } satisfies Outcome);
    looks = seenNow;
    logChanges(log, before, now);
    logSuspicions(log, incidents);
    onReport(now);
    attend(settled.unsettled, settled.holdMs, round);
  }

  /** What has just changed is looked at again soon, then less and less soon, until its own interval is as good. */
  function attend(unsettled: readonly string[], holdMs: number | undefined, round: Round) {
    const [nowMs, key] = [performance.now(), unsettled.join()];
    const isSame = key === attention.key;
    if (isSame && nowMs < attention.atMs) return;
    const steps = unsettled.length > 0 ? unsettled : attention.steps;
    const attempt = isSame ? attention.attempt + 1 : 0;
    const longestMs = Math.max(
      0,
      ...round.steps.flatMap(one => (steps.includes(one.id) ? one.intervalMs : [])),
    );
    const inMs = Math.min(confirm.recheckMs * 2 ** Math.min(attempt, 20), holdMs || Number.POSITIVE_INFINITY);
    attention = { key, steps: inMs < longestMs ? steps : [], attempt, atMs: nowMs + inMs };
    // Apart, so that an outage of many is not looked at in one moment.
    if (attention.steps.length > 0) watching.lookAgain(steps, inMs * (1 + Math.random() * 0.1));
  }

  return {
    shift(ms) {
      damper.shift(ms);
      watching.shift(ms);
    },
    stop: watching.stop,
    lookNow: watching.lookNow,
    latest: watching.latest,
    update(other, confirmation) {
      confirm = confirmation;
      damper.confirm(confirmation);
      watching.update(other);
    },
  };
}

/** A first look, one that is good after it was not or otherwise good, and one that fails otherwise than before. */
function worthKeeping(before: ReadonlyMap<string, Look>, now: ReadonlyMap<string, Look>): readonly Look[] {
  return [...now.values()].flatMap(look => {
    const earlier = before.get(look.subject);
    if (earlier && saysTheSame(earlier, look)) return [];
    // The last good look is worth keeping at the moment in which it becomes the last one.
    return earlier && earlier.codes.length === 0 && look.codes.length > 0 ? [earlier, look] : [look];
  });
}

/** One line when a cause appears and one when it goes; nothing for a probe that says what it said before. */
function logChanges(log: Log, before: Report | undefined, now: Report) {
  const about = { part: 'findings', deployment: now.deployment.name } as const;
  const causesOf = (report: Report | undefined) =>
    (report?.diagnosis.causes ?? []).filter(cause => cause.severity !== 'info' && !cause.silenced);
  const [old, current] = [causesOf(before), causesOf(now)];
  for (const cause of current) {
    if (old.some(other => isSameCause(cause, other))) continue;
    const level = cause.severity === 'critical' ? 'error' : 'warn';
    log[level](cause.title, { ...about, code: cause.code, entry: cause.entry?.id ?? '' });
  }
  for (const cause of old) {
    if (current.some(other => isSameCause(cause, other))) continue;
    log.info('gone', { ...about, code: cause.code, cause: cause.title });
  }
  if (before?.diagnosis.status !== now.diagnosis.status)
    log.info(now.diagnosis.headline, { ...about, status: now.diagnosis.status });
}

/** A cause stays itself when a peer joins it or leaves it. */
function isSameCause(a: Cause, b: Cause): boolean {
  return (
    a.code === b.code && a.findings.some(one => b.findings.some(({ subject }) => subject === one.subject))
  );
}

function logSuspicions(log: Log, incidents: readonly Incident[]) {
  for (const { state, deployment, code, subject, openedAt, message } of incidents) {
    if (state === 'suspected') log.debug(message, { part: 'findings', deployment, state, code, subject });
    else if (state === 'closed' && openedAt === undefined)
      log.debug('suspected for nothing', { part: 'findings', deployment, state, code, subject });
  }
}

/** What our own mistakes leave in the log. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
