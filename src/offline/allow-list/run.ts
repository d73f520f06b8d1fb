import { type Decision, decide, indexRules, type Setting } from './decide.ts';
import type { Rule } from './rules.ts';
import type { AllowTest } from './tests.ts';

/** One test with what the rules did. `unknown`: it depends on the default methods, which nobody told. */
export type Outcome = {
  readonly test: AllowTest;
  readonly decision: Decision;
  readonly verdict: 'pass' | 'fail' | 'unknown';
};

/** The lines of the tests that fail under each of the two ways to read the Deployment column. */
export type Contradiction = { readonly honoured: readonly number[]; readonly ignored: readonly number[] };

export type TestRun = {
  readonly outcomes: readonly Outcome[];
  /** Set when tests fail whether deployments are honoured or ignored, and not the same ones: then no reading fits them all. */
  readonly contradiction?: Contradiction;
};

/** Runs the tests against the rules. */
export function runTests(rules: readonly Rule[], tests: readonly AllowTest[], setting: Setting): TestRun {
  const outcomes = outcomesOf(rules, tests, setting);
  const honoured = failing(outcomes);
  if (honoured.length === 0) return { outcomes };
  const anywhere = <T extends { readonly deployment: string }>(one: T): T => ({ ...one, deployment: '' });
  const ignored = failing(outcomesOf(rules.map(anywhere), tests.map(anywhere), setting));
  if (ignored.length === 0 || honoured.every(line => ignored.includes(line))) return { outcomes };
  return { outcomes, contradiction: { honoured, ignored } };
}

function outcomesOf(rules: readonly Rule[], tests: readonly AllowTest[], setting: Setting): Outcome[] {
  const index = indexRules(rules, setting);
  return tests.map(test => {
    const decision = decide(index, test);
    const verdict =
      decision.result === 'depends' ? 'unknown' : decision.result === test.expected ? 'pass' : 'fail';
    return { test, decision, verdict };
  });
}

function failing(outcomes: readonly Outcome[]): number[] {
  return outcomes.flatMap(({ verdict, test }) => (verdict === 'fail' ? [test.line] : []));
}
