import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunState } from '../../src/model/run-state.ts';
import { reportMetrics, runMetrics, seriesBudget } from '../../src/publish/metric-definitions.ts';
import { createMetrics, prefersOpenMetrics } from '../../src/publish/metrics.ts';
import { createStore } from '../../src/store/store.ts';
import { largest } from './largest.ts';
import { toCatalogue } from './metric-catalogue.ts';
import { conversed, finding, hostile, hostileReport, observation, report, troubled } from './report.ts';

type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const openMetrics = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';

function metricsOf(...reports: Parameters<ReturnType<typeof createStore>['put']>[0][]) {
  const store = createStore();
  for (const each of reports) store.put(each);
  return { store, metrics: createMetrics({ store, version: '1.2.3' }) };
}

async function scrape(...reports: Parameters<typeof metricsOf>): Promise<readonly Sample[]> {
  const text = (await metricsOf(...reports).metrics.exposition('')).pieces.join('');
  return parse(text);
}

/** The text format, strictly: anything that is neither a comment nor a sample throws. */
function parse(text: string): readonly Sample[] {
  expect(text.endsWith('\n')).toBe(true);
  const typed = new Set<string>();
  return text.split('\n').flatMap(line => {
    if (line === '' || line === '# EOF') return [];
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/.exec(line);
    if (comment) {
      if (comment[1] === 'TYPE' && typed.has(comment[2]!)) throw new Error(`typed twice: ${comment[2]}`);
      if (comment[1] === 'TYPE') typed.add(comment[2]!);
      return [];
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line);
    if (!sample) throw new Error(`neither comment nor sample: ${line}`);
    const value = sample[3] === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample[3]);
    if (Number.isNaN(value) && !/^nan$/i.test(sample[3]!)) throw new Error(`no number: ${line}`);
    const labels = [...(sample[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, name, raw]) =>
        [name, raw!.replace(/\\(.)/g, (_all, mark: string) => (mark === 'n' ? '\n' : mark))] as const,
    );
    return [{ name: sample[1]!, labels: Object.fromEntries(labels) as Record<string, string>, value }];
  });
}

function find(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  return samples.filter(
    sample =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
}

test('a troubled deployment is told in numbers', async () => {
  const samples = await scrape(troubled());
  const value = (name: string, labels = {}) => find(samples, name, labels).map(sample => sample.value);
  expect(value('mradar_build_info', { version: '1.2.3' })).toEqual([1]);
  expect(value('mradar_deployment_status', { deployment: 'example', vantage: 'external' })).toEqual([2]);
  expect(value('mradar_findings', { code: 'TLS_CLOSED', severity: 'critical' })).toEqual([1]);
  expect(value('mradar_finding', { check: 'certificate/chain' })).toEqual([1]);
  expect(value('mradar_finding', { code: 'TLS_CLOSED', cause: 'CERT_CHAIN_INCOMPLETE' })).toEqual([1]);
  expect(value('mradar_cause_since_timestamp_seconds')).toEqual([Date.parse('2026-03-01T10:00:00Z') / 1000]);
  expect(value('mradar_judgements', { verdict: 'pass' })).toEqual([3]);
  expect(value('mradar_judgements', { verdict: 'unknown' })).toEqual([1]);
  expect(value('mradar_steps', { state: 'errored' })).toEqual([1]);
  expect(
    value('mradar_port_open', { host: 'expe1.example.com', port: '8443', purpose: 'edge-https' }),
  ).toEqual([1]);
  expect(value('mradar_port_open', { host: 'expe2.example.com' })).toEqual([0]);
  expect(value('mradar_stage_duration_seconds', { stage: 'connect' })).toEqual([0.0125]);
  expect(value('mradar_stage_duration_seconds', { stage: 'dns' })).toEqual([0.023]);
  expect(value('mradar_dns_records', { topic: 'public:srv/collab-edge' })).toEqual([2]);
  expect(value('mradar_certificate_not_after_timestamp_seconds', { position: '0' })).toEqual([
    Date.parse('2027-01-01T00:00:00Z') / 1000,
  ]);
  expect(value('mradar_http_status')).toEqual([401]);
  expect(value('mradar_clock_difference_seconds')).toEqual([-0.4]);
});

test('every metric has help, base units, and no label that Prometheus or its users set themselves', async () => {
  const all = Object.entries({ ...reportMetrics, ...runMetrics });
  const seen = [troubled(), ...(['external', 'internal'] as const).map(vantage => largest(vantage).report)];
  const text = (await metricsOf(...seen).metrics.exposition('')).pieces.join('');
  for (const [name, { type, help, labels, example }] of all) {
    expect(example).toContain(name);
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    for (const reserved of ['job', 'instance', 'le', 'quantile', 'service', 'namespace', 'pod', 'alertname'])
      expect(labels).not.toContain(reserved);
    expect(name).not.toMatch(/_(ms|milliseconds|days|percent|count|sum)$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (name.endsWith('_timestamp')) throw new Error(`${name} lacks its unit`);
  }
  // a window of maintenance is no part of a report
  const absent = Object.keys(reportMetrics).filter(name => !text.includes(`# TYPE ${name} gauge\n${name}{`));
  expect(absent).toEqual(['mradar_maintenance_until_timestamp_seconds']);
});

test('the catalogue of metrics is what the code exposes', () => {
  expect(
    readFileSync('docs/metrics.md', 'utf8'),
    'a metric has changed; if that is meant, run: node test/publish/write-metric-catalogue.ts',
  ).toBe(toCatalogue());
});

test.each(['external', 'dmz', 'internal'] as const)(
  'the largest deployment that the documents describe stays within its budget of series, from %s',
  async vantage => {
    const { report: everything, steps } = largest(vantage);
    const lines = (await metricsOf(everything).metrics.exposition('')).pieces.join('').split('\n');
    const series = lines.filter(line => line.includes(`deployment="${everything.deployment.name}"`)).length;
    expect(steps).toBeGreaterThan(100);
    expect(series).toBeLessThanOrEqual(seriesBudget.fixed + seriesBudget.perStep * steps);
    expect(series).toBeLessThanOrEqual(seriesBudget.largest);
    // so that the budget is not stated larger than it has to be
    expect(series).toBeGreaterThan((seriesBudget.perStep * steps) / 3);
  },
);

test('what is only suspected is told apart from what is confirmed', async () => {
  const { store, metrics } = metricsOf();
  const suspect = finding('example/domain/example.com', { code: 'DNS_CUPLOGIN_EXPOSED' });
  const states = new Map([[`${suspect.code} ${suspect.subject}`, 'suspected' as const]]);
  store.put(report(), { incidents: [], looks: [], suspected: [suspect], states });
  const samples = parse((await metrics.exposition('')).pieces.join(''));
  const labels = { code: 'DNS_CUPLOGIN_EXPOSED', state: 'suspected' };
  expect(find(samples, 'mradar_findings', labels).map(({ value }) => value)).toEqual([1]);
  expect(find(samples, 'mradar_finding', labels)).toHaveLength(1);
  expect(find(samples, 'mradar_service_status', { affects: 'sign-in' })[0]?.value).toBe(0);
});

test('what suffers is told for every service, whatever causes it', async () => {
  const samples = await scrape(troubled());
  const statuses = find(samples, 'mradar_service_status').map(({ labels, value }) => [labels.affects, value]);
  expect(Object.fromEntries(statuses)).toEqual({
    ...{ 'sign-in': 2, calls: 2, messaging: 0, voicemail: 0, exposure: 0, operations: 0 },
  });
  expect(find(samples, 'mradar_cause')).toMatchObject([
    { labels: { code: 'CERT_CHAIN_INCOMPLETE', affects: 'sign-in', entry: 'CERT-007' }, value: 2 },
  ]);
});

test('where a conversation stopped has its stage, its reason and who has to act', async () => {
  const failures = find(await scrape(troubled()), 'mradar_failure').map(({ labels }) => labels);
  expect(failures).toMatchObject([
    { layer: 'tcp', stage: 'connect', reason: 'refused', blame: 'target' },
    { layer: 'tcp', stage: 'connect', reason: 'no-descriptors', blame: 'prober' },
  ]);
});

const running: RunState = {
  schedule: {
    ...{ tasks: 7, running: 1, queued: 2, runs: 900, late: 3, skipped: 4 },
    lagMs: { p50: 1, p99: 20, max: 300 },
  },
  loopMs: { p50: 0.5, p99: 2, max: 40 },
  store: { bytes: 4_096, problem: 'the disk is full', lost: 5 },
  reload: { successful: false, successMs: 1_700_000_000_500, problems: [] },
  maintenance: [{ deployment: 'example', until: '2026-03-01T12:00:00.000Z', reason: 'upgrade' }],
  shard: { index: 2, count: 8 },
};

test('the watcher tells how it does itself, in both formats', async () => {
  const store = createStore();
  store.put(report());
  const metrics = createMetrics({ store, version: '1.2.3', runState: () => running });
  for (const accept of ['', openMetrics, '']) {
    const samples = parse((await metrics.exposition(accept)).pieces.join(''));
    const value = (name: string, labels = {}) => find(samples, name, labels).map(sample => sample.value);
    expect(value('mradar_schedule_tasks')).toEqual([7]);
    expect(value('mradar_schedule_runs_total')).toEqual([900]);
    expect(value('mradar_schedule_late_total')).toEqual([3]);
    expect(value('mradar_schedule_skipped_total')).toEqual([4]);
    expect(value('mradar_schedule_lag_seconds', { statistic: 'p99' })).toEqual([0.02]);
    expect(value('mradar_event_loop_delay_seconds', { statistic: 'max' })).toEqual([0.04]);
    expect(value('mradar_store_writable')).toEqual([0]);
    expect(value('mradar_store_size_bytes')).toEqual([4_096]);
    expect(value('mradar_store_lost_rounds_total')).toEqual([5]);
    expect(value('mradar_config_last_reload_successful')).toEqual([0]);
    expect(value('mradar_config_last_reload_success_timestamp_seconds')).toEqual([1_700_000_000.5]);
    expect(value('mradar_shard_info', { index: '2', count: '8' })).toEqual([1]);
    expect(value('mradar_maintenance_until_timestamp_seconds', { deployment: 'example' })).toEqual([
      Date.parse('2026-03-01T12:00:00Z') / 1000,
    ]);
    expect(value('mradar_incidents', { state: 'open' })).toEqual([0]);
  }
});

test('certificates beyond the sixth of a chain are not shown', async () => {
  const { subjects } = conversed();
  const certificate = { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' };
  const chain = Array.from({ length: 100 }, () => certificate);
  const observations = [observation('s', subjects[0]!.id, 'tls', { chain })];
  const samples = await scrape(report({ subjects, observations }));
  expect(find(samples, 'mradar_certificate_not_after_timestamp_seconds')).toHaveLength(6);
});

test('what SIP, XMPP, SSH, NTP and TURN servers said is told in numbers', async () => {
  const value = async (name: string, change = {}) =>
    find(await scrape(conversed(change)), name).map(sample => sample.value);
  expect(await value('mradar_sip_status')).toEqual([401]);
  expect(await value('mradar_sip_status', { sip: { status: undefined } })).toEqual([]);
  expect(await value('mradar_xmpp_starttls')).toEqual([2]);
  expect(await value('mradar_xmpp_starttls', { xmpp: { starttls: 'offered' } })).toEqual([1]);
  expect(await value('mradar_xmpp_starttls', { xmpp: { starttls: 'absent' } })).toEqual([0]);
  expect(await value('mradar_xmpp_starttls', { xmpp: { starttls: undefined } })).toEqual([]);
  expect(await value('mradar_xmpp_mechanisms')).toEqual([1]);
  expect(await value('mradar_xmpp_mechanisms', { xmpp: { secureFeaturesMs: undefined } })).toEqual([]);
  expect(await value('mradar_ssh_certificate_host_keys')).toEqual([1]);
  expect(await value('mradar_ntp_stratum')).toEqual([2]);
  expect(await value('mradar_ntp_offset_seconds')).toEqual([-1.5]);
  expect(await value('mradar_ntp_error_seconds')).toEqual([0.02]);
  expect(await value('mradar_stun_answered')).toEqual([1]);
  expect(await value('mradar_stun_answered', { stun: { outcome: 'no-answer' } })).toEqual([0]);
});

test('every stage that was reached has its time', async () => {
  const times = find(
    await scrape(conversed({ sip: { responseMs: undefined } })),
    'mradar_stage_duration_seconds',
  );
  expect(times.map(({ labels, value }) => [labels.stage, value])).toEqual([
    ['features', 0.001],
    ['starttls', 0.002],
    ['secure-features', 0.003],
    ['identification', 0.005],
    ['algorithms', 0.006],
    ['response', 0.008],
  ]);
});

test('a stage that was not reached has no time, a resolver that said nothing no number of records', async () => {
  const silent = report({
    observations: [
      {
        step: 's',
        subject: 'example/domain/example.com',
        kind: 'dns',
        at: '2026-03-01T10:00:00.000Z',
        state: 'observed',
        reading: { resolver: '192.0.2.53', name: 'x', type: 'SRV', outcome: 'timeout', records: [] } as never,
      },
    ],
  });
  const samples = await scrape(silent);
  expect(find(samples, 'mradar_stage_duration_seconds')).toEqual([]);
  expect(find(samples, 'mradar_dns_records')).toEqual([]);
});

test('what vanished from the report vanishes from the metrics', async () => {
  const { store, metrics } = metricsOf(troubled());
  expect((await metrics.exposition('')).pieces.join('')).toContain('mradar_finding{');
  store.put(report());
  const text = (await metrics.exposition('')).pieces.join('');
  expect(text).not.toContain('mradar_finding{');
  expect(text).not.toContain('mradar_port_open{');
  expect(text).toContain('mradar_deployment_status{deployment="example",vantage="external"} 0\n');
});

test('of several deployments each has its own series', async () => {
  const samples = await scrape(troubled('a'), report({}, 'b', 'internal'));
  expect(
    find(samples, 'mradar_deployment_status').map(({ labels, value }) => [labels.deployment, value]),
  ).toEqual([
    ['a', 2],
    ['b', 0],
  ]);
});

test('hostile values stay inside their label', async () => {
  const samples = await scrape(hostileReport());
  const [sample] = find(samples, 'mradar_port_open');
  expect(sample?.labels.host).toContain('<script>alert(1)</script>"\'&`*_');
  expect(sample?.labels.host).toContain('\\x1b[31mred');
  expect(sample?.labels.host).not.toContain('\n');
  expect(find(samples, 'forged')).toEqual([]);
  expect(find(samples, 'mradar_certificate_not_after_timestamp_seconds')).toEqual([]);
  expect(hostile).toContain('# HELP forged');
});

test('OpenMetrics is one document with one end, and counters keep their names in the text format beside it', async () => {
  const { metrics } = metricsOf(troubled());
  const open = await metrics.exposition(openMetrics);
  expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const [openText, plainText] = [open.pieces.join(''), (await metrics.exposition('')).pieces.join('')];
  expect(openText.match(/# EOF/g)).toHaveLength(1);
  expect(openText.endsWith('\n# EOF\n')).toBe(true);
  expect(openText).not.toContain('\n\n');
  const plain = await metrics.exposition('');
  expect(plain.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(plainText).toContain('# TYPE process_cpu_seconds_total counter');
  expect(plainText).not.toContain('# EOF');
  parse(openText);
  parse(plainText);
});

test.each([
  ['', false],
  ['*/*', false],
  ['text/plain', false],
  ['application/openmetrics-text', true],
  ['application/openmetrics-text;q=0', false],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    true,
  ],
  ['text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.5', false],
])('Accept: %s prefers OpenMetrics: %s', (accept, expected) => {
  expect(prefersOpenMetrics(accept)).toBe(expected);
});

test('a scrape renders again only when a report changed', async () => {
  const { store, metrics } = metricsOf(troubled());
  const steps = (text: string) => text.slice(0, text.indexOf('# HELP process_'));
  const before = steps((await metrics.exposition('')).pieces.join(''));
  expect(steps((await metrics.exposition('')).pieces.join(''))).toBe(before);
  store.put(report({}, 'another'));
  expect(steps((await metrics.exposition('')).pieces.join(''))).not.toBe(before);
});
