/**
 * What one core of the daemon holds: 1,000 deployments whose steps add up to 60,000 a minute (40 % DNS, 30 % TCP, 30 % TLS with
 * HTTP or SIP inside), all on loopback, with the endpoints in another process on another core. Prints lag of the schedule, memory
 * and what a scrape does to the event loop. Run it with `npm run bench:daemon -- [steps] [steps a minute]`.
 */
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { keepMemorySmall } from '../../src/commands/run.ts';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { startDaemon } from '../../src/daemon.ts';
import type { Log } from '../../src/log.ts';
import { createBudget } from '../../src/schedule/budget.ts';

const deployments = 1_000;
const [steps = 120_000, perMinute = 60_000] = process.argv.slice(2).map(Number);

// Starts itself once more: on one core, which is what counts, and in a network namespace where every port is free.
if (!process.env.MRADAR_BENCH_ALONE) {
  const command = `ip link set lo up && exec taskset -c 0 ${process.execPath} --v8-pool-size=1 ${process.argv.slice(1).join(' ')}`;
  const { status } = spawnSync('unshare', ['--map-root-user', '--net', 'sh', '-c', command], {
    stdio: 'inherit',
    env: { ...process.env, MRADAR_BENCH_ALONE: '1' },
  });
  process.exit(status ?? 1);
}

const endpoints = fork(join(import.meta.dirname, 'endpoints.ts'), {
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
execFileSync('taskset', ['-a', '-c', '-p', '1', String(endpoints.pid)], { stdio: 'ignore' });
const { root } = JSON.parse(String((await once(endpoints.stdout!, 'data'))[0]));
const folder = mkdtempSync(join(tmpdir(), 'mradar-bench-'));
const quiet = () => {};
const log: Log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  choose: quiet,
  end: async () => {},
};

/** Of each deployment six DNS steps, eight TCP steps and two TLS steps a turn, one HTTP and one SIP step. */
function config(): Config {
  const rate = perMinute / deployments / 60_000;
  const dns = 6 / (0.4 * rate);
  const port = 8 / (0.3 * rate);
  const edge = 2 / (0.3 * rate - 2 / port);
  const text = Array.from({ length: deployments }, (_, i) => {
    return `  - domains: [d${i}.bench.example]\n    messaging: false`;
  });
  const read = parseConfig(
    `resolvers: {public: ["127.0.0.1:5390"]}\nlisten: 127.0.0.1:0\nlimits: {concurrent: 512, per_host: 256}\ndeployments:\n${text.join('\n')}\n`,
    'bench.yaml',
    () => '',
  );
  const [intervalsMs, trust] = [{ dns, port, edge, seldom: 3_600_000 }, [root]];
  return {
    ...{ ...read, store: { ...read.store, file: join(folder, 'bench.db') } },
    deployments: read.deployments.map(one => ({ ...one, intervalsMs, trust })),
  };
}

const mebibytes = (bytes: number) => bytes / 1_048_576;
const rss = () => mebibytes(process.memoryUsage.rss());
keepMemorySmall();
const began = performance.now();
const daemon = await startDaemon({
  config: config(),
  log,
  budget: createBudget(Number.POSITIVE_INFINITY, 1),
});
console.log(`${deployments} deployments served after ${Math.round(performance.now() - began)} ms`);
const schedule = () => daemon.control.runState().schedule;
// The first round is spread over a minute and brings what is done once an hour: it has to be over.
while (schedule().queued > 20 || performance.now() - began < 75_000) {
  await wait(5_000);
  if (process.env.MRADAR_BENCH_VERBOSE) console.log(JSON.stringify(daemon.control.runState()));
}

const [start, cpuStart, timeStart] = [schedule(), process.cpuUsage(), performance.now()];
let rssStart = rss();
let warmed = false;
const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();
const lags99: number[] = [];
let [lagMax, rssMax, scrapes, scrapeMs, scrapeStall, scrapeBytes] = [0, 0, 0, 0, 0, 0];
while (schedule().runs - start.runs < steps) {
  await wait(5_000);
  if (process.env.MRADAR_BENCH_VERBOSE) console.log(JSON.stringify(daemon.control.runState()));
  const { lagMs } = schedule();
  lags99.push(lagMs.p99);
  lagMax = Math.max(lagMax, lagMs.max);
  rssMax = Math.max(rssMax, rss());
  if (!warmed && schedule().runs - start.runs > steps / 10) {
    warmed = true;
    rssStart = rss();
  }
  if (scrapes * 15_000 > performance.now() - timeStart) continue;
  const stall = monitorEventLoopDelay({ resolution: 5 });
  stall.enable();
  endpoints.send(`${daemon.url}metrics`);
  const [scrape] = (await once(endpoints, 'message')) as [{ readonly bytes: number; readonly ms: number }];
  scrapeBytes = scrape.bytes;
  scrapeMs = Math.max(scrapeMs, scrape.ms);
  stall.disable();
  scrapeStall = Math.max(scrapeStall, stall.max / 1e6);
  scrapes++;
}
const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const end = schedule();
const minutes = (performance.now() - timeStart) / 60_000;
const { user, system } = process.cpuUsage(cpuStart);
const runs = end.runs - start.runs;
const rssEnd = rss();
const { heapUsed, heapTotal, external } = process.memoryUsage();
const rows: readonly (readonly [string, string])[] = [
  [
    'load average',
    loadavg()
      .map(load => load.toFixed(1))
      .join(' '),
  ],
  ['steps', `${runs} in ${minutes.toFixed(1)} min: ${Math.round(runs / minutes)} a minute`],
  [
    'CPU',
    `${(((user + system) / 1e3 / (minutes * 60_000)) * 100).toFixed(0)} % of a core, ${Math.round((user + system) / runs)} us a step`,
  ],
  [
    'schedule lag',
    `p99 of the latest 8,192 runs every 5 s: ${middle(lags99).toFixed(0)} ms in the middle, ${Math.max(...lags99).toFixed(0)} ms at worst; longest ${lagMax.toFixed(0)} ms`,
  ],
  ['late, skipped', `${end.late - start.late}, ${end.skipped - start.skipped}`],
  [
    'event loop',
    `p99 ${(loop.percentile(99) / 1e6).toFixed(0)} ms, longest ${(loop.max / 1e6).toFixed(0)} ms`,
  ],
  [
    'memory',
    `${rssStart.toFixed(0)} MiB RSS at the start, ${rssEnd.toFixed(0)} at the end (${(((rssEnd - rssStart) / rssStart) * 100).toFixed(1)} %), ${rssMax.toFixed(0)} at most`,
  ],
  [
    'of it',
    `${mebibytes(heapTotal).toFixed(0)} MiB heap, ${mebibytes(heapUsed).toFixed(0)} used; ${mebibytes(external).toFixed(0)} in buffers`,
  ],
  [
    'scrapes',
    `${scrapes} of ${(scrapeBytes / 1_048_576).toFixed(1)} MiB, longest ${scrapeMs.toFixed(0)} ms; event loop during them at most ${scrapeStall.toFixed(0)} ms`,
  ],
];
for (const [name, value] of rows) console.log(`${name.padEnd(14)} ${value}`);
await daemon.stop();
endpoints.kill();
rmSync(folder, { recursive: true });
process.exit();
