/**
 * Secrets are tried with care: the servers block who fails often. Of the steps that try the same one only one runs at a time,
 * and once it was refused nothing tries it again.
 */
export type Credentials = {
  /**
   * Runs what tries a secret when its turn comes, or calls `instead` with the step that was refused before, and its result.
   * `isRefused` tells a refusal from the result.
   */
  through<Result>(
    credential: string,
    step: string,
    run: () => Promise<Result>,
    isRefused: (result: Result) => boolean,
    instead: (refused: string, result: Result) => Promise<Result>,
  ): Promise<Result>;
};

/** Makes an empty list of refused secrets. */
export function createCredentials(): Credentials {
  const refused = new Map<string, { readonly step: string; readonly result: unknown }>();
  const last = new Map<string, Promise<unknown>>();
  return {
    through<Result>(...[credential, step, run, isRefused, instead]: Parameters<typeof attempt<Result>>) {
      const turn = (last.get(credential) ?? Promise.resolve()).then(() =>
        attempt(credential, step, run, isRefused, instead),
      );
      const settled = turn.then(
        () => {},
        () => {},
      );
      last.set(credential, settled);
      return turn;
    },
  };

  async function attempt<Result>(
    credential: string,
    step: string,
    run: () => Promise<Result>,
    isRefused: (result: Result) => boolean,
    instead: (refused: string, result: Result) => Promise<Result>,
  ): Promise<Result> {
    const before = refused.get(credential);
    if (before) return instead(before.step, before.result as Result);
    const result = await run();
    if (isRefused(result)) refused.set(credential, { step, result });
    return result;
  }
}
