/**
 * What a scrape of more than 100,000 series takes, and how long it holds up the event loop: with every report new, and with none
 * changed. Run it with `node test/bench/metrics.ts [deployments]`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Report } from '../../src/model/report.ts';
import { createMetrics } from '../../src/publish/metrics.ts';
import { createStore } from '../../src/store/store.ts';
import { largest } from '../publish/largest.ts';

const deployments = Number(process.argv[2] ?? 30);
const { report } = largest('internal');
const named = (i: number): Report => ({
  ...report,
  deployment: { ...report.deployment, name: `deployment-${i}` },
});
const store = createStore();
const metrics = createMetrics({ store, version: '0' });
const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();

for (const what of ['first', 'unchanged', 'all new', 'unchanged']) {
  if (what !== 'unchanged') for (let i = 0; i < deployments; i++) store.put(named(i));
  await wait(200);
  loop.reset();
  const began = performance.now();
  const text = (await metrics.exposition('')).pieces.join('');
  const took = performance.now() - began;
  await wait(20);
  const series = text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  console.log(`${what}: ${series} series in ${ms(took)}, longest delay of the loop ${ms(loop.max / 1e6)}`);
}
