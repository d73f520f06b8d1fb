import type { Readings } from '../../probes/index.ts';
import type { Deployment } from '../model/deployment.ts';
import type { Evidence, Severity } from '../model/finding.ts';
import type { Observation } from '../model/observation.ts';
import type { SettingsReading } from '../model/settings.ts';
import type { Topic } from '../model/step.ts';
import type { Affected, Role, Subject, SubjectKind, SubjectOf, Vantage } from '../model/subject.ts';
import type { Version } from '../model/version.ts';

/** A reading that a check asks for: a layer, and for DNS also the question and the view it was put to. */
export type Need = Exclude<keyof AllReadings, 'dns'> | `dns:${Topic}`;
export type ReadingFor<N extends Need> = N extends keyof AllReadings ? AllReadings[N] : AllReadings['dns'];

/** What probes read, and what an export of a node's configuration says, which no probe sees. */
type AllReadings = Readings & { readonly settings: SettingsReading };

/** How near another finding must be to explain this one. */
export type Nearness = 'service' | 'address' | 'node' | 'domain' | 'deployment';

/** A finding that explains another one: its code, how near it stands, and of a service for which purpose, if that matters. */
export type Explanation = { readonly code: string; readonly within: Nearness; readonly purpose?: string };

/** What one finding code means. Codes are never reused. */
export type FindingDefinition = {
  readonly severity: Severity;
  /** The service of MRA that suffers; `of-service` takes it from the service that was judged. */
  readonly affects: Affected | 'of-service';
  /** One sentence in the present tense, who and what, no advice; `{name}` is replaced by that evidence. */
  readonly message: string;
  /** Findings that, when they stand this near, are the reason for this one. */
  readonly consequenceOf?: readonly Explanation[];
};

/** Where a requirement is written down. */
export type Source = {
  /** Key of a document in `explain/sources.json`. */
  readonly document: string;
  readonly section: string;
  /** Ids of the documented requirements that this check answers. */
  readonly requirements?: readonly string[];
  /** Versions the statement is made for, when not all. */
  readonly versions?: string;
};

/** What a check may look at beyond the readings of its own subject. */
export type RoundView = {
  readonly vantage: Vantage;
  /** Start of the round in milliseconds since 1970: the only clock. */
  readonly atMs: number;
  readonly deployment: Deployment;
  subjects<K extends SubjectKind>(kind: K): readonly SubjectOf<K>[];
  subject(id: string): Subject | undefined;
  /** The reading of one subject, when it was observed. */
  reading<N extends Need>(subjectId: string, need: N): ReadingFor<N> | undefined;
  /** Every observed reading of this kind in the deployment, with its subject. */
  readings<N extends Need>(
    need: N,
  ): readonly { readonly subject: Subject; readonly reading: ReadingFor<N> }[];
  /** The same deployment as it was seen from elsewhere, when several rounds are judged together. */
  readonly others: readonly RoundView[];
  /** Everything we could not look at, and why. */
  readonly errored: readonly Extract<Observation, { state: 'errored' }>[];
  /**
   * Declared version of a node, else of its role, else what the node says of itself (of a role the oldest); undefined when
   * nobody said.
   */
  version(role: Role, host?: string): Version | undefined;
};

export type JudgeInput<K extends SubjectKind, N extends Need, U extends Need> = {
  readonly subject: SubjectOf<K>;
  /** `needs` are all there; `uses` may be absent. */
  readonly readings: { readonly [X in N]: ReadingFor<X> } & { readonly [X in U]?: ReadingFor<X> };
  readonly round: RoundView;
};

/**
 * A finding as a check states it. `on` names another subject than the one judged (a peer), `affects` what suffers when that
 * depends on what is judged and not on the code (a host).
 */
export type Statement<Code extends string = string> = {
  readonly code: Code;
  readonly evidence: Evidence;
  readonly on?: string;
  readonly affects?: Affected;
};

export type Verdict<Code extends string = string> =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'fail'; readonly findings: readonly Statement<Code>[] }
  | { readonly verdict: 'not-applicable'; readonly why: string }
  | { readonly verdict: 'unknown'; readonly because: string };

/**
 * One documented requirement. The engine calls `judge` for every subject of the kind for which every need was observed, and
 * itself says `unknown` (skipped, errored) or leaves the subject out (nothing planned there) otherwise. `judge` is pure and
 * synchronous: no clock, no network, no files.
 */
export type Check<
  K extends SubjectKind = SubjectKind,
  N extends Need = Need,
  U extends Need = Need,
  Code extends string = string,
> = {
  /** `area/noun`, equal to the file's path. */
  readonly id: string;
  /** The sentence that holds when it passes. */
  readonly holds: string;
  readonly about: K;
  /** Roles it applies to, for subjects that have one; all when absent. */
  readonly roles?: readonly Role[];
  readonly needs: readonly N[];
  readonly uses?: readonly U[];
  readonly sources: readonly [Source, ...Source[]];
  readonly findings: Readonly<Record<Code, FindingDefinition>>;
  judge(input: JudgeInput<K, N, U>): Verdict<Code>;
};

/** Gives a check its types; a check is a plain value. */
export function defineCheck<
  K extends SubjectKind,
  const N extends Need,
  Code extends string,
  const U extends Need = never,
>(check: Check<K, N, U, Code>): Check<K, N, U, Code> {
  return check;
}

export const pass: Verdict<never> = { verdict: 'pass' };

export function fail<Code extends string>(
  ...findings: readonly [Statement<Code>, ...Statement<Code>[]]
): Verdict<Code> {
  return { verdict: 'fail', findings };
}

/** Pass when there is nothing to state. */
export function failIfAny<Code extends string>(findings: readonly Statement<Code>[]): Verdict<Code> {
  return findings.length === 0 ? pass : { verdict: 'fail', findings };
}

export function notApplicable(why: string): Verdict<never> {
  return { verdict: 'not-applicable', why };
}

/** When the readings cannot tell. Never a failure of the target. */
export function unknown(because: string): Verdict<never> {
  return { verdict: 'unknown', because };
}
