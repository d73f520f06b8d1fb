import type { AddressInfo } from 'node:net';
import tcpPortUsed from 'tcp-port-used';
import type { Config } from './config/config.ts';
import { type Library, loadLibrary } from './explain/library.ts';
import type { Log } from './log.ts';
import type { Finding } from './model/finding.ts';
import { OperatorError } from './model/problem.ts';
import type { Report } from './model/report.ts';
import { report } from './pipeline.ts';
import type { Entry } from './publish/html.ts';
import { createServer } from './publish/http.ts';
import { createMetrics } from './publish/metrics.ts';
import type { Budget } from './schedule/budget.ts';
import { createGate } from './schedule/gate.ts';
import { createStore } from './store/store.ts';
import { version } from './version.ts';
import { watch } from './watch.ts';

export type DaemonOptions = {
  readonly config: Config;
  readonly log: Log;
  /** How many refusals (401, 403, 404) may be drawn from one address. */
  readonly budget: Budget;
  /** Told of every new report, after it was stored. */
  readonly onReport?: (report: Report) => void;
};

export type Daemon = {
  /** Where the status page is served. */
  readonly url: string;
  stop(): Promise<void>;
};

/** Milliseconds that requests under way may still take when the daemon stops. */
const closeWithinMs = 5_000;

/** Watches every deployment of the configuration and serves what it finds. Throws OperatorError when it cannot listen. */
export async function startDaemon({ config, log, budget, onReport }: DaemonOptions): Promise<Daemon> {
  const library = loadLibrary();
  const store = createStore();
  const { server, close } = createServer({
    store,
    entries: library.entries.map(entry => toPublished(entry, library)),
    metrics: createMetrics({ store, version }),
    deployments: () => config.deployments.map(deployment => deployment.name),
    nowMs: Date.now,
    onError: error => log.error('a request failed inside', { error: stackOf(error) }),
  });
  const url = await listen(server, config.listen);
  log.info('watching', { deployments: config.deployments.length, url });

  const gate = createGate(config.limits);
  const firstWithinMs = Math.min(60_000, 500 + 50 * config.deployments.length);
  const put = (now: Report) => {
    const before = store.report(now.deployment.name)?.report;
    store.put(now);
    logChanges(log, before, now);
    onReport?.(now);
  };
  const watches = config.deployments.map(deployment => {
    let confirming = false;
    const watching = watch(deployment, {
      gate,
      budget,
      firstWithinMs,
      async onRound(round) {
        if (confirming) return;
        const now = report(round, library);
        const fresh = newFindings(store.report(deployment.name)?.report, now);
        if (fresh.length === 0) return put(now);
        // A change is told once its host was looked at as a whole: readings a minute apart would contradict each other.
        confirming = true;
        const again = await watching.lookAgain(fresh.flatMap(finding => finding.steps));
        confirming = false;
        put(report(again, library));
      },
      onBug: (step, bug) => log.error('a probe failed inside', { step, error: bug }),
    });
    return watching;
  });
  return {
    url,
    async stop() {
      await Promise.all(watches.map(one => one.stop()));
      await close(closeWithinMs);
    },
  };
}

async function listen(
  server: ReturnType<typeof createServer>['server'],
  { host, port }: Config['listen'],
): Promise<string> {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (port !== 0 && (await tcpPortUsed.check(port, host).catch(() => false))) {
    throw new OperatorError([
      { place, message: 'Another program listens there; choose another with --listen.' },
    ]);
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new OperatorError([{ place, message: `It cannot be listened at: ${error.code ?? error.message}.` }]),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}/`;
}

/** What the report before did not know; of a first report everything is taken as it is. */
function newFindings(before: Report | undefined, now: Report): readonly Finding[] {
  if (!before) return [];
  const all = (of: Report) =>
    of.diagnosis.causes.flatMap(cause => [...cause.findings, ...cause.consequences]);
  const known = new Set(all(before).map(finding => `${finding.code} ${finding.subject}`));
  return all(now).filter(finding => !known.has(`${finding.code} ${finding.subject}`));
}

/** One line when a cause appears and one when it goes; nothing for a probe that says what it said before. */
function logChanges(log: Log, before: Report | undefined, now: Report) {
  const deployment = now.deployment.name;
  const known = new Map(before?.diagnosis.causes.map(cause => [cause.title, cause]));
  for (const cause of now.diagnosis.causes) {
    if (cause.severity === 'info' || known.delete(cause.title)) continue;
    const level = cause.severity === 'critical' ? 'error' : 'warn';
    log[level](cause.title, { deployment, code: cause.code, entry: cause.entry?.id ?? '' });
  }
  for (const cause of known.values()) {
    if (cause.severity !== 'info') log.info('gone', { deployment, code: cause.code, cause: cause.title });
  }
  if (before?.diagnosis.status !== now.diagnosis.status) {
    log.info(now.diagnosis.headline, { deployment, status: now.diagnosis.status });
  }
}

function toPublished(entry: Library['entries'][number], { documents }: Library): Entry {
  const cite = ({ document, section }: (typeof entry.sources)[number]) =>
    `${documents[document]?.title ?? document}, "${section}"`;
  return { ...entry, sources: entry.sources.map(cite) };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
