import type { Evidence, Finding, Severity } from './finding.ts';
import type { Observation } from './observation.ts';
import type { Affected } from './subject.ts';

/**
 * suspected: seen failing, not yet confirmed by another look; nobody is told.
 * open: confirmed; it stays open until its end is confirmed, also while nobody could look.
 * closed: its end was confirmed.
 */
export const findingStates = ['suspected', 'open', 'closed'] as const;
export type FindingState = (typeof findingStates)[number];

/** What a finding is known by over time: one code on one subject. */
export function findingKey({ code, subject }: { readonly code: string; readonly subject: string }): string {
  return `${code} ${subject}`;
}

/** One finding as time sees it, from the first look that failed to the look that confirmed its end. Times are ISO 8601 UTC. */
export type Incident = {
  /** Made from deployment, code, subject and first failure: the same incident has the same id after a restart, too. */
  readonly id: string;
  readonly deployment: string;
  readonly code: string;
  readonly severity: Severity;
  readonly affects: Affected;
  readonly check: string;
  readonly subject: string;
  /** The subject that the check looked at; the finding may be about another one. */
  readonly judged: string;
  /** The finding's sentence when it was last seen. */
  readonly message: string;
  readonly evidence: Evidence;
  /** Code of the cause that explains it; its own code when it is a cause itself. */
  readonly cause: string;
  /** Id of the documented entry of that cause. */
  readonly entry?: string;
  readonly state: FindingState;
  readonly suspectedAt: string;
  /** When it was confirmed; absent when it went before. */
  readonly openedAt?: string;
  readonly closedAt?: string;
  /** The latest look that showed it. */
  readonly seenAt: string;
  /** Looks that showed it. */
  readonly sightings: number;
  /** What differed from the last good look at the subject when it opened. */
  readonly changes: readonly Change[];
};

/** Comparable facts about a subject, by name: `addresses`, `SRV records`, `certificate serial`, `chain`, `server`... */
export type Facts = Readonly<Record<string, readonly string[]>>;

/** One fact that is not what it was when the subject was last seen good. */
export type Change = {
  readonly fact: string;
  readonly before: readonly string[];
  readonly now: readonly string[];
};

/** What differs between two looks, by the facts that both know. */
export function changesBetween(before: Facts, now: Facts): readonly Change[] {
  return Object.keys(now).flatMap(fact => {
    const [was, is] = [before[fact], now[fact]!];
    if (was === undefined) return [];
    const same = was.length === is.length && was.every((value, i) => value === is[i]);
    return same ? [] : [{ fact, before: was, now: is }];
  });
}

/** One look at one subject as it is kept: what was seen, and what was wrong with it. */
export type Look = {
  readonly subject: string;
  readonly at: string;
  readonly facts: Facts;
  /** Codes of the findings on the subject; none when it was good. */
  readonly codes: readonly string[];
  readonly observations: readonly Observation[];
};

/** What is kept of one subject: its last good look and its latest failures, newest first. */
export type SubjectHistory = {
  readonly subject: string;
  readonly deployment: string;
  readonly good?: Look;
  readonly failures: readonly Look[];
  /** From the last good look to the latest failure; empty while nothing is wrong. */
  readonly changes: readonly Change[];
};

/** What stands beside a report: findings that are not confirmed yet, and every finding's state by `findingKey`. */
export type Standing = {
  readonly suspected: readonly Finding[];
  readonly states: ReadonlyMap<string, FindingState>;
};

/** One slot of a day: the worst status that stood within it, or none while nobody looked. */
export type DaySlot = {
  /** Start of the slot, ISO 8601 UTC. */
  readonly at: string;
  readonly status?: 'ok' | 'warning' | 'critical' | 'unknown';
};
