import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import tcpPortUsed from 'tcp-port-used';
import { publishedChecks, publishedCoverage } from './catalogue.ts';
import type { Config } from './config/config.ts';
import { type Library, loadLibrary } from './explain/library.ts';
import { type Follow, follow, stackOf } from './follow.ts';
import type { Log } from './log.ts';
import { isSameDeployment } from './model/deployment.ts';
import { windowEnd } from './model/maintenance.ts';
import type { Observation } from './model/observation.ts';
import { OperatorError } from './model/problem.ts';
import type { Report } from './model/report.ts';
import type { Control, Maintenance, ReloadState, RunState } from './model/run-state.ts';
import type { Web } from './model/web.ts';
import type { PlannedStep } from './plan/plan.ts';
import type { Entry } from './publish/html.ts';
import { createServer } from './publish/http.ts';
import { createMetrics } from './publish/metrics.ts';
import type { Budget } from './schedule/budget.ts';
import { createGate } from './schedule/gate.ts';
import { createPulse } from './schedule/pulse.ts';
import { createScheduler } from './schedule/scheduler.ts';
import { ownedBy, type Shard } from './schedule/shard.ts';
import { openStore } from './store/store.ts';
import { version } from './version.ts';
import type { Job } from './watch.ts';

export type DaemonOptions = {
  readonly config: Config;
  readonly log: Log;
  /** How many refusals (401, 403, 404) may be drawn from one address. */
  readonly budget: Budget;
  /** Told of every new report, after it was stored. */
  readonly onReport?: (report: Report) => void;
  /** Reads the configuration again; what it throws changes nothing. Without it there is nothing to read again. */
  readonly readAgain?: () => Promise<Config>;
  /** TLS and authentication of what is served; plain HTTP for everybody who reaches it when absent. */
  readonly web?: Web;
  /** Which part of the deployments is ours; all of them when absent. */
  readonly shard?: Shard;
};

export type Daemon = {
  /** Where the status page is served. */
  readonly url: string;
  readonly control: Control;
  stop(): Promise<void>;
};

/** Milliseconds that requests under way may still take when the daemon stops. */
const closeWithinMs = 5_000;
/** Milliseconds that aborted steps may take to end when the daemon stops. */
const stopWithinMs = 3_000;

/** Watches every deployment of the configuration and serves what it finds. Throws OperatorError when it cannot listen. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { log, budget, shard, onReport = () => {}, readAgain } = options;
  const library = loadLibrary();
  const now = () => performance.now();
  let config = ours(options.config, shard);
  let last: ReloadState = { successful: true, successMs: Date.now(), problems: [] };
  let reloading: Promise<ReloadState> | undefined;

  const loop = monitorEventLoopDelay({ resolution: 10 });
  const gate = createGate(config.limits);
  const scheduler = createScheduler<Job>({ run: (job, begins) => job.run(begins), now, random: Math.random });
  const follows = new Map<string, Follow>();
  const control: Control = { runState, reload, lookNow, latest };
  const store = openStore({
    ...config.store,
    onProblem: (message, fields) => log.error(message, { part: 'store', ...fields }),
    onRecovery: message => log.info(message, { part: 'store' }),
  });
  const { server, scheme, close } = createServer({
    ...{ store, control, version },
    checks: publishedChecks(library),
    coverage: publishedCoverage,
    ...(options.web ? { web: options.web } : {}),
    entries: library.entries.map(entry => toPublished(entry, library)),
    metrics: createMetrics({ store, version, runState }),
    deployments: () => config.deployments.map(deployment => deployment.name),
    nowMs: Date.now,
    onError: error => log.error('a request failed inside', { part: 'http', error: stackOf(error) }),
  });
  const url = await listen(server, scheme, config.listen).catch(error => {
    store.close();
    throw error;
  });
  log.info('watching', { part: 'daemon', deployments: config.deployments.length, url });
  if (!options.web && !isLoopback(config.listen.host))
    log.warn('everybody who reaches this address may read what is served; see --web-config', {
      ...{ part: 'http', url },
    });
  loop.enable();
  const pulse = createPulse({
    ...{ now, wallMs: () => Date.now() },
    onPause: ms =>
      log.warn('the process stood still; what was under way is looked at again', {
        part: 'daemon',
        ms: Math.round(ms),
      }),
    onStep(ms) {
      log.warn('the clock of this machine was set', { part: 'daemon', ms: Math.round(ms) });
      for (const one of follows.values()) one.shift(ms);
    },
  });
  store.keepOnly(config.deployments.map(({ name }) => name));
  apply(config);

  function apply(next: Config) {
    const wanted = new Map(next.deployments.map(deployment => [deployment.name, deployment]));
    const before = new Map(config.deployments.map(deployment => [deployment.name, deployment]));
    const counts = { added: 0, changed: 0, removed: 0 };
    for (const [name, one] of follows) {
      if (wanted.has(name)) continue;
      counts.removed++;
      follows.delete(name);
      void one.stop();
    }
    const isSame = JSON.stringify(config.confirm) === JSON.stringify(next.confirm);
    config = next;
    gate.limit(next.limits);
    log.choose(next.log);
    const firstWithinMs = Math.min(60_000, 500 + 50 * wanted.size);
    for (const [name, deployment] of wanted) {
      const one = follows.get(name);
      if (!one) {
        counts.added++;
        follows.set(
          name,
          follow(deployment, {
            ...{ gate, budget, scheduler, pulse, firstWithinMs, library, store, log, onReport },
            confirm: next.confirm,
            isMaintained: () => maintenanceOf(name) !== undefined,
          }),
        );
      } else if (!isSame || !isSameDeployment(before.get(name) ?? deployment, deployment)) {
        counts.changed++;
        one.update(deployment, next.confirm);
      }
    }
    return counts;
  }

  function maintenanceOf(name: string): Maintenance | undefined {
    const nowMs = Date.now();
    for (const window of config.maintenance.get(name) ?? []) {
      const endMs = windowEnd(window, nowMs);
      if (endMs !== undefined)
        return { deployment: name, until: new Date(endMs).toISOString(), reason: window.reason };
    }
    return undefined;
  }

  function runState(): RunState {
    const ms = (value: number) => (Number.isFinite(value) ? value / 1e6 : 0);
    const loopMs = { p50: ms(loop.percentile(50)), p99: ms(loop.percentile(99)), max: ms(loop.max) };
    return {
      ...{ schedule: scheduler.counts(), loopMs, store: store.state(), reload: last },
      maintenance: [...config.maintenance.keys()].flatMap(name => maintenanceOf(name) ?? []),
      ...(shard ? { shard } : {}),
    };
  }

  function reload(): Promise<ReloadState> {
    reloading ??= readOnce().finally(() => {
      reloading = undefined;
    });
    return reloading;
  }

  async function readOnce(): Promise<ReloadState> {
    try {
      const next = ours((await readAgain?.()) ?? config, shard);
      if (JSON.stringify([next.listen, next.store]) !== JSON.stringify([config.listen, config.store]))
        log.warn('`listen` and `store` are taken over at the next start only', { part: 'config' });
      const counts = apply(next);
      store.keepOnly(next.deployments.map(({ name }) => name));
      last = { successful: true, successMs: Date.now(), problems: [] };
      log.info('configuration read again', {
        part: 'config',
        deployments: next.deployments.length,
        ...counts,
      });
    } catch (error) {
      const problems =
        error instanceof OperatorError
          ? error.problems
          : [{ place: 'configuration', message: stackOf(error) }];
      last = { ...last, successful: false, problems };
      for (const { place, message } of problems)
        log.error('the configuration stays as it was', { part: 'config', place, problem: message });
    }
    return last;
  }

  async function lookNow(subject: string): Promise<boolean> {
    const one = follows.get(subject.split('/')[0]!);
    if (!one) return false;
    const fits = (step: PlannedStep) => fitsSubject(step, subject);
    return (await one.lookNow(fits)) > 0;
  }

  function latest(subject: string): readonly Observation[] {
    const one = follows.get(subject.split('/')[0]!);
    const fits = (step: PlannedStep) => fitsSubject(step, subject);
    return one?.latest(fits).flatMap(({ observations }) => observations) ?? [];
  }

  let stopping: Promise<void> | undefined;
  return {
    ...{ url, control },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };

  async function stop() {
    scheduler.stop();
    pulse.stop();
    const steps = Promise.all([...follows.values()].map(one => one.stop()));
    await Promise.all([within(steps, stopWithinMs), close(closeWithinMs)]);
    loop.disable();
    store.close();
  }
}

function ours(config: Config, shard: Shard | undefined): Config {
  if (!shard) return config;
  return { ...config, deployments: config.deployments.filter(({ name }) => ownedBy(name, shard)) };
}

/** The subject's own steps; a node's are those of its addresses and ports, too, a deployment's all. */
function fitsSubject({ subject }: PlannedStep, id: string): boolean {
  if (subject.id === id || id === subject.deployment) return true;
  return (
    'host' in subject && id === `${subject.deployment}/node/${subject.role}/${subject.host.toLowerCase()}`
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Waits no longer than that: a step that does not end must not keep the process. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(resolve => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

async function listen(
  server: ReturnType<typeof createServer>['server'],
  scheme: string,
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
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${actual}/`;
}

/** Pages cite the source; the library keeps it as document and section. */
function toPublished(entry: Library['entries'][number], { documents }: Library): Entry {
  const cite = ({ document, section }: (typeof entry.sources)[number]) =>
    `${documents[document]?.title ?? document}, "${section}"`;
  return { ...entry, sources: entry.sources.map(cite) };
}
