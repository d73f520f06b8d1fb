import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Control, RunState } from '../../src/model/run-state.ts';
import { createServer, type ServerParts } from '../../src/publish/http.ts';
import { createMetrics } from '../../src/publish/metrics.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { checks, coverage } from './report.ts';

export const runState: RunState = {
  schedule: {
    tasks: 1,
    running: 0,
    queued: 0,
    runs: 1,
    late: 0,
    skipped: 0,
    lagMs: { p50: 0, p99: 0, max: 0 },
  },
  loopMs: { p50: 0, p99: 0, max: 0 },
  store: { bytes: 0, lost: 0 },
  reload: { successful: true, successMs: 0, problems: [] },
  maintenance: [],
};

/** What was asked of the daemon, and a daemon that does nothing but remember it. */
export function remembering(change: Partial<Control> = {}): {
  readonly asked: string[];
  readonly control: Control;
} {
  const asked: string[] = [];
  const control: Control = {
    runState: () => runState,
    async reload() {
      asked.push('reload');
      return runState.reload;
    },
    async lookNow(subject) {
      asked.push(subject);
      return true;
    },
    latest: () => [],
    ...change,
  };
  return { asked, control };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Serves a store on a free port of loopback until the test ends. */
export async function serve(store: Store = createStore(), change: Partial<ServerParts> = {}) {
  const errors: unknown[] = [];
  const { server, scheme, close } = createServer({
    ...{ store, checks, entries: [], coverage: () => coverage, version: '0.1.0', nowMs: Date.now },
    metrics: createMetrics({ store, version: '0.1.0' }),
    deployments: () => store.reports().map(({ report }) => report.deployment.name),
    onError: error => errors.push(error),
    ...change,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => close(0));
  const { port } = server.address() as AddressInfo;
  return { server, errors, port, url: (path: string) => `${scheme}://127.0.0.1:${port}${path}` };
}
