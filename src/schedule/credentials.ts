/**
 * Secrets are tried with care: the servers block who fails often. Of the steps that try the same one only one runs at a time,
 * and once it was refused no other is run; whoever looks again after the configuration changed begins with a new list.
 */
export type Credentials = {
  /**
   * Runs one that tries a secret. `isRefused` tells it from the result. When another one was refused before, `instead` is
   * called with the id of that one; the one that was refused itself gives its result of then, without running again.
   */
  through<Result>(
    credential: string,
    id: string,
    run: () => Promise<Result>,
    isRefused: (result: Result) => boolean,
    instead: (refused: string) => Promise<Result>,
  ): Promise<Result>;
};

/** Makes an empty list of refused secrets. */
export function createCredentials(): Credentials {
  const refused = new Map<string, { readonly id: string; readonly result: unknown }>();
  const last = new Map<string, Promise<unknown>>();
  return {
    through(credential, id, run, isRefused, instead) {
      const turn = (last.get(credential) ?? Promise.resolve()).then(async () => {
        const before = refused.get(credential);
        if (before?.id === id) return before.result as Awaited<ReturnType<typeof run>>;
        if (before) return instead(before.id);
        const result = await run();
        if (isRefused(result)) refused.set(credential, { id, result });
        return result;
      });
      last.set(
        credential,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
