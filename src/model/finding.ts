import type { Affected } from './subject.ts';

/**
 * critical: a service of MRA fails for somebody now, or is bound to fail at the next sign-in.
 * warning: it works, but not for everybody, not for long, or it exposes what should be hidden.
 * info: worth knowing when something else is wrong; nobody needs to act.
 */
export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** A value named in a finding's sentence. */
export type Evidence = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** That somebody knows of a finding: it is told, and counts for nothing until the end date. */
export type Silenced = {
  readonly reason: string;
  /** ISO 8601 UTC; from then on the finding counts again. */
  readonly until: string;
};

/** Where only a person can look, and what has to be seen there. */
export type OperatorQuestion = { readonly where: string; readonly expect: string };

/** One requirement not met by one subject: a stable code with data; the sentence is rendered late from a template. */
export type Finding = {
  readonly code: string;
  readonly severity: Severity;
  readonly affects: Affected;
  readonly check: string;
  readonly subject: string;
  readonly evidence: Evidence;
  /** The sentence: one, present tense, who and what, no advice. */
  readonly message: string;
  /** Ids of the steps whose observations show it. */
  readonly steps: readonly string[];
  readonly silenced?: Silenced;
};

/** What one check says of one subject. Unknown is neither pass nor fail, everywhere. */
export type Judgement = { readonly check: string; readonly subject: string } & (
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'fail'; readonly findings: readonly Finding[] }
  | { readonly verdict: 'not-applicable'; readonly why: string }
  | { readonly verdict: 'unknown'; readonly because: string; readonly blame?: 'upstream' | 'prober' }
);
export type VerdictName = Judgement['verdict'];

/** One cause: the findings that share it, and the findings that are only there because of it. */
export type Cause = {
  readonly code: string;
  readonly severity: Severity;
  readonly affects: Affected;
  /** The sentence that heads it; of several subjects it says how many of how many. */
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly consequences: readonly Finding[];
  /** Present when all of its findings are silenced. */
  readonly silenced?: Silenced;
  /** The documented entry; present once explained. */
  readonly entry?: CauseEntry;
};

/** What a reader needs of an entry at once; the rest is a click or `mradar explain` away. */
export type CauseEntry = {
  readonly id: string;
  readonly title: string;
  readonly remedy: readonly string[];
  readonly verify: readonly string[];
  readonly source: string;
  /** What only a person can tell that would narrow it down. */
  readonly questions?: readonly OperatorQuestion[];
};

/** The fewest causes that explain everything seen, worst and most upstream first. */
export type Diagnosis = {
  readonly status: 'ok' | 'warning' | 'critical' | 'unknown';
  readonly headline: string;
  readonly causes: readonly Cause[];
};
