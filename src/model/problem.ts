/** One thing that the operator can mend: where, what was found, what was expected. */
export type Problem = {
  /** `mradar.yaml:12:5`, `--timeout`, `certificate.pem`... */
  readonly place: string;
  readonly message: string;
};

/** The one error type for what the operator can mend: shown bare, without a stack. */
export class OperatorError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(problem => `${problem.place}: ${problem.message}`).join('\n'));
    this.name = 'OperatorError';
    this.problems = problems;
  }
}
