import { Counter, collectDefaultMetrics, Gauge, Registry, type RegistryContentType } from 'prom-client';
import type { Maintenance, RunState } from '../model/run-state.ts';
import type { Store, StoredReport } from '../store/store.ts';
import { type Add, addReport } from './measurements.ts';
import { type ReportMetric, type RunMetric, reportMetrics, runMetrics } from './metric-definitions.ts';
import { takeTurns } from './turns.ts';
import { visible } from './visible.ts';

/** What a scrape gets: pieces of text, to be sent one after the other. */
export type Exposition = { readonly contentType: string; readonly pieces: readonly string[] };
export type Metrics = {
  /** The current values, in the format that the Accept header prefers. */
  exposition(accept: string): Promise<Exposition>;
};

export type MetricSources = {
  readonly store: Store;
  readonly version: string;
  /** How the daemon itself does; absent where reports are only shown. */
  readonly runState?: () => RunState;
};

/**
 * Metrics of the reports that stand in the store, and of this process. A scrape probes nothing. Each report is written once
 * and by itself, and the probes have their turn in between. The text of a large fleet has tens of megabytes: it is never joined.
 */
export function createMetrics(sources: MetricSources): Metrics {
  const families = familiesOf(sources.store);
  const plain = processMetrics(Registry.PROMETHEUS_CONTENT_TYPE);
  // prom-client renames counters for good when it writes OpenMetrics: each format has its own registry
  const openMetrics = processMetrics(Registry.OPENMETRICS_CONTENT_TYPE);
  return {
    async exposition(accept) {
      const { contentType, textOf } = prefersOpenMetrics(accept) ? openMetrics : plain;
      const state = sources.runState?.();
      const ofReports = await families();
      const ofProcess = await textOf(runSamples(sources, state));
      return { contentType, pieces: [...ofReports, maintenanceFamily(state?.maintenance ?? []), ofProcess] };
    },
  };
}

const reportMetricNames = Object.keys(reportMetrics) as readonly ReportMetric[];
/** Not of a report: it ends by the clock. */
const maintained = 'mradar_maintenance_until_timestamp_seconds';

/** The metrics of all reports, family by family as the format wants it; what did not change is not written again. */
function familiesOf(store: Store): () => Promise<readonly string[]> {
  const written = new WeakMap<StoredReport, Samples>();
  return async () => {
    const ofReports: Samples[] = [];
    const turn = takeTurns();
    for (const stored of store.reports()) {
      const samples = written.get(stored) ?? write(add => addReport(add, stored));
      written.set(stored, samples);
      ofReports.push(samples);
      await turn();
    }
    return reportMetricNames.flatMap(name => {
      const samples = ofReports.flatMap(one => one.get(name) ?? []);
      return samples.length === 0 ? [] : [head(name), ...samples];
    });
  };
}

/** The lines of each metric that has any, as they are written, in both formats alike: there are gauges only. */
type Samples = ReadonlyMap<ReportMetric, string>;

function write(fill: (add: Add) => void): Samples {
  const lines = new Map<ReportMetric, Map<string, number>>();
  fill((name, labels, value) => {
    if (!Number.isFinite(value)) return;
    const series = seriesName(name, labels);
    const known = lines.get(name) ?? new Map<string, number>();
    lines.set(name, known);
    // of two values under the same labels (one question, two resolvers) the greater stands
    const before = known.get(series);
    if (before === undefined || before < value) known.set(series, value);
  });
  return new Map(
    [...lines].map(([name, series]) => [
      name,
      [...series].map(([labels, value]) => `${labels} ${value}\n`).join(''),
    ]),
  );
}

function seriesName(name: ReportMetric, labels: Readonly<Record<string, string>>): string {
  const written = reportMetrics[name].labels.map(label => `${label}="${escaped(labels[label]!)}"`);
  return `${name}{${written.join(',')}}`;
}

/** Quotes and backslashes; line ends do not get through `visible`. */
function escaped(text: string): string {
  return ordinary.test(text) ? text : visible(text).replace(/["\\]/g, '\\$&');
}

/** What nearly every label is made of. */
const ordinary = /^[\w./:-]*$/;

function head(name: ReportMetric): string {
  const { help, type } = reportMetrics[name];
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function maintenanceFamily(windows: readonly Maintenance[]): string {
  const samples = write(add => {
    for (const { deployment, until } of windows) add(maintained, { deployment }, Date.parse(until) / 1000);
  }).get(maintained);
  return samples === undefined ? '' : head(maintained) + samples;
}

/** Metrics of Node that are no counters and yet are called `_total`; their kinds are exposed beside them. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

type ProcessMetrics = {
  readonly contentType: string;
  textOf(samples: readonly RunSample[]): Promise<string>;
};

/** What Node says of itself, and what is given beside it. */
function processMetrics(contentType: RegistryContentType): ProcessMetrics {
  const typed: Registry<RegistryContentType> = new Registry();
  typed.setContentType(contentType);
  const registry = typed as Registry;
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const metrics = new Map<RunMetric, Gauge | Counter>();
  function metricOf(name: RunMetric): Gauge | Counter {
    const { type, help, labels } = runMetrics[name];
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    const metric = metrics.get(name) ?? (type === 'counter' ? new Counter(options) : new Gauge(options));
    metrics.set(name, metric);
    return metric;
  }
  return {
    contentType,
    textOf(samples) {
      for (const metric of metrics.values()) metric.reset();
      for (const { name, labels, value } of samples) {
        const metric = metricOf(name);
        if (metric instanceof Counter) metric.inc(value);
        else metric.set(labels, value);
      }
      return registry.metrics();
    },
  };
}

type RunSample = {
  readonly name: RunMetric;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

function runSamples({ store, version }: MetricSources, state: RunState | undefined): readonly RunSample[] {
  const sample = (name: RunMetric, value: number, labels: RunSample['labels'] = {}) => ({
    name,
    labels,
    value,
  });
  const incidents = (['suspected', 'open', 'closed'] as const).map(state =>
    sample('mradar_incidents', store.incidents({ states: [state], limit: 1 }).total, { state }),
  );
  const build = sample('mradar_build_info', 1, { version, node_version: process.version });
  if (state === undefined) return [build, ...incidents];
  const { schedule, loopMs, store: kept, reload, shard } = state;
  const statistics = (name: RunMetric, values: RunState['loopMs']) =>
    Object.entries(values).map(([statistic, ms]) => sample(name, ms / 1000, { statistic }));
  return [
    build,
    ...incidents,
    sample('mradar_schedule_tasks', schedule.tasks),
    sample('mradar_schedule_running', schedule.running),
    sample('mradar_schedule_queued', schedule.queued),
    sample('mradar_schedule_runs_total', schedule.runs),
    sample('mradar_schedule_late_total', schedule.late),
    sample('mradar_schedule_skipped_total', schedule.skipped),
    ...statistics('mradar_schedule_lag_seconds', schedule.lagMs),
    ...statistics('mradar_event_loop_delay_seconds', loopMs),
    sample('mradar_config_last_reload_successful', Number(reload.successful)),
    sample('mradar_config_last_reload_success_timestamp_seconds', reload.successMs / 1000),
    sample('mradar_store_size_bytes', kept.bytes),
    sample('mradar_store_writable', Number(kept.problem === undefined)),
    sample('mradar_store_lost_rounds_total', kept.lost),
    ...(shard
      ? [sample('mradar_shard_info', 1, { index: String(shard.index), count: String(shard.count) })]
      : []),
  ];
}

/** Whether OpenMetrics is wanted at least as much as the text format. */
export function prefersOpenMetrics(accept: string): boolean {
  const offers = accept.split(',').map(offer => {
    const [type = '', ...parameters] = offer.split(';').map(piece => piece.trim().toLowerCase());
    const quality = parameters.find(parameter => parameter.startsWith('q='))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
  });
  const best = (wanted: string) =>
    Math.max(0, ...offers.filter(({ type }) => type === wanted).map(({ quality }) => quality));
  const openMetrics = best('application/openmetrics-text');
  return openMetrics > 0 && openMetrics >= best('text/plain');
}
