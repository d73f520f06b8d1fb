/** So long may timers and sockets of the probes wait, in milliseconds. */
const turnMs = 5;

/** For long work in small pieces: called after each piece, gives everybody else a turn as soon as the work has had its own. */
export function takeTurns(): () => Promise<void> | undefined {
  let sinceMs = performance.now();
  return () => {
    if (performance.now() - sinceMs < turnMs) return undefined;
    return new Promise(resolve =>
      setImmediate(() => {
        sinceMs = performance.now();
        resolve();
      }),
    );
  };
}
