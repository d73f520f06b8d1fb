import type { Severity } from '../model/finding.ts';

/** What the pages tell of one check: the requirement that it looks after. */
export type PublishedCheck = {
  /** `area/noun`. */
  readonly id: string;
  /** The sentence that holds when it passes. */
  readonly holds: string;
  /** Kind of subject that it looks at. */
  readonly about: string;
  /** Roles it applies to; all when empty. */
  readonly roles: readonly string[];
  /** Readings that it cannot do without. */
  readonly needs: readonly string[];
  /** Document and section, as one line each. */
  readonly sources: readonly string[];
  /** Ids of the documented requirements that it answers. */
  readonly requirements: readonly string[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: Severity;
    readonly affects: string;
    /** The sentence with `{name}` where evidence goes. */
    readonly message: string;
  }[];
};

/** How a requirement is answered, and how many are in each way. */
export type PublishedCoverage = {
  readonly totals: Readonly<Record<string, number>>;
  readonly areas: readonly {
    readonly area: string;
    readonly title: string;
    readonly totals: Readonly<Record<string, number>>;
    readonly requirements: readonly {
      readonly id: string;
      readonly holds: string;
      readonly versions?: string;
      /** check, declaration, signature, question, none or open. */
      readonly way: string;
      /** Ids of the checks that answer it. */
      readonly checks: readonly string[];
      /** The answer in one clause. */
      readonly answer: string;
    }[];
  }[];
};
