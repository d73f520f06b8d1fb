import { type Credentials, createCredentials } from './credentials.ts';

/** How many conversations may run at once: in all, and with one host. */
export type Limits = { readonly concurrent: number; readonly perHost: number };

export type Gate = {
  /** Runs the work as soon as both limits allow: first come first served for each host, and the hosts in turn. */
  through<T>(host: string, work: () => Promise<T>): Promise<T>;
  /** Other limits from now on; what runs is not cut. */
  limit(limits: Limits): void;
  /** Which secrets were refused, for everything that goes through here. */
  readonly credentials: Credentials;
  readonly running: () => number;
  readonly queued: () => number;
};

type Line = { readonly host: string; readonly waiting: (() => void)[]; running: number };

/** Makes a gate. Neither a host at its limit nor one with a long line holds up the others. */
export function createGate(first: Limits): Gate {
  const lines = new Map<string, Line>();
  /** Hosts that have somebody waiting and may take one more, in the order of their turns. */
  const turns = new Set<Line>();
  let limits = first;
  let running = 0;
  let queued = 0;

  function offer(line: Line) {
    if (line.waiting.length > 0 && line.running < limits.perHost) turns.add(line);
    else turns.delete(line);
  }

  function admit() {
    while (running < limits.concurrent) {
      const [line] = turns;
      if (!line) return;
      turns.delete(line);
      const go = line.waiting.shift()!;
      running++;
      queued--;
      line.running++;
      offer(line);
      go();
    }
  }

  function leave(line: Line) {
    running--;
    line.running--;
    if (line.running === 0 && line.waiting.length === 0) lines.delete(line.host);
    else offer(line);
    admit();
  }

  return {
    async through(host, work) {
      const line = lines.get(host) ?? { host, waiting: [], running: 0 };
      lines.set(host, line);
      await new Promise<void>(go => {
        line.waiting.push(go);
        queued++;
        if (line.waiting.length === 1) offer(line);
        admit();
      });
      try {
        return await work();
      } finally {
        leave(line);
      }
    },
    limit(other) {
      limits = other;
      for (const line of lines.values()) offer(line);
      admit();
    },
    credentials: createCredentials(),
    running: () => running,
    queued: () => queued,
  };
}
