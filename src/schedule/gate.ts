/** How many conversations may run at once: in all, and with one host. */
export type Limits = { readonly concurrent: number; readonly perHost: number };

export type Gate = {
  /** Runs the work as soon as both limits allow, first come first served among those that may go. */
  through<T>(host: string, work: () => Promise<T>): Promise<T>;
  readonly running: () => number;
  readonly queued: () => number;
};

type Waiting = { readonly host: string; readonly go: () => void };

/** Makes a gate. A host at its limit never holds up the others. */
export function createGate(limits: Limits): Gate {
  const waiting: Waiting[] = [];
  const perHost = new Map<string, number>();
  let running = 0;

  function admit() {
    for (let i = 0; i < waiting.length && running < limits.concurrent; ) {
      const next = waiting[i]!;
      const count = perHost.get(next.host) ?? 0;
      if (count >= limits.perHost) {
        i++;
        continue;
      }
      waiting.splice(i, 1);
      running++;
      perHost.set(next.host, count + 1);
      next.go();
    }
  }

  function leave(host: string) {
    running--;
    const count = perHost.get(host)! - 1;
    if (count === 0) perHost.delete(host);
    else perHost.set(host, count);
    admit();
  }

  return {
    async through(host, work) {
      await new Promise<void>(go => {
        waiting.push({ host, go });
        admit();
      });
      try {
        return await work();
      } finally {
        leave(host);
      }
    },
    running: () => running,
    queued: () => waiting.length,
  };
}
