import { collectDefaultMetrics, Gauge, Registry, type RegistryContentType } from 'prom-client';
import type { Observation } from '../model/observation.ts';
import type { Report } from '../model/report.ts';
import type { RunState } from '../model/run-state.ts';
import type { ServiceSubject } from '../model/subject.ts';
import type { Store, StoredReport } from '../store/store.ts';
import { answers, observed, type ShownReadings, stageTimes } from './readings.ts';
import { visible } from './visible.ts';

export type MetricDefinition = {
  readonly type: 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
};

const deployment = ['deployment', 'vantage'] as const;
const service = [...deployment, 'host', 'address', 'port'] as const;

/** Every metric of mradar itself: the source of the exposition and of its documentation. */
export const metricDefinitions = {
  mradar_build_info: {
    type: 'gauge',
    help: 'Always 1; the version of mradar and of Node.',
    labels: ['version', 'node_version'],
  },
  mradar_deployment_status: {
    type: 'gauge',
    help: 'Status of the last round: 0 ok, 1 warning, 2 critical, 3 unknown.',
    labels: deployment,
  },
  mradar_findings: {
    type: 'gauge',
    help: 'Findings of the last round by code and severity; absent without findings.',
    labels: [...deployment, 'code', 'severity'],
  },
  mradar_finding: {
    type: 'gauge',
    help: 'Always 1; one series for each finding of the last round.',
    labels: [...deployment, 'code', 'severity', 'check', 'subject'],
  },
  mradar_cause_since_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of the first round of the unbroken run in which this cause was diagnosed, seconds since 1970.',
    labels: [...deployment, 'code', 'severity'],
  },
  mradar_judgements: {
    type: 'gauge',
    help: 'Judgements of the last round by verdict: pass, fail, not-applicable, unknown.',
    labels: [...deployment, 'verdict'],
  },
  mradar_steps: {
    type: 'gauge',
    help: 'Steps of the last round by what became of them: observed, not-applicable, skipped, errored (we could not look).',
    labels: [...deployment, 'state'],
  },
  mradar_round_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of the last round, seconds since 1970.',
    labels: deployment,
  },
  mradar_port_open: {
    type: 'gauge',
    help: '1 when the TCP connection stood, 0 when it did not; expected is what the documents want to be seen from this vantage.',
    labels: [...deployment, 'role', 'host', 'address', 'port', 'purpose', 'expected'],
  },
  mradar_step_duration_seconds: {
    type: 'gauge',
    help: 'Time that one step took; topic is the DNS question, else empty; the longest when several resolvers were asked.',
    labels: [...deployment, 'subject', 'probe', 'topic'],
  },
  mradar_stage_duration_seconds: {
    type: 'gauge',
    help: 'Time of one stage of a step: dns, connect, tls, response, features, starttls, secure-features, identification, algorithms; absent when the stage was not reached or failed.',
    labels: [...deployment, 'subject', 'topic', 'stage'],
  },
  mradar_dns_records: {
    type: 'gauge',
    help: 'Records of the type asked for in the answer; 0 when there is no such name or type, absent when nobody answered.',
    labels: [...deployment, 'subject', 'topic', 'resolver'],
  },
  mradar_certificate_not_before_timestamp_seconds: {
    type: 'gauge',
    help: 'Begin of validity of each certificate sent, seconds since 1970; position 0 is the first one sent.',
    labels: [...service, 'position'],
  },
  mradar_certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    help: 'End of validity of each certificate sent, seconds since 1970; position 0 is the first one sent.',
    labels: [...service, 'position'],
  },
  mradar_http_status: {
    type: 'gauge',
    help: 'Status code of the HTTP answer.',
    labels: service,
  },
  mradar_clock_difference_seconds: {
    type: 'gauge',
    help: 'Clock of the server minus ours, from the HTTP Date header, known to about one second.',
    labels: service,
  },
  mradar_sip_status: {
    type: 'gauge',
    help: 'Status code of the SIP answer to OPTIONS; any says that the service lives.',
    labels: service,
  },
  mradar_xmpp_starttls: {
    type: 'gauge',
    help: 'STARTTLS before sign-in: 2 required, 1 on offer, 0 not on offer; absent when no features came.',
    labels: service,
  },
  mradar_xmpp_mechanisms: {
    type: 'gauge',
    help: 'Ways to sign in that XMPP offers inside TLS; absent when the stream did not get there.',
    labels: service,
  },
  mradar_ssh_certificate_host_keys: {
    type: 'gauge',
    help: '1 when the SSH server offers X.509 host keys, as the tunnels of Expressway-E do, else 0.',
    labels: service,
  },
  mradar_ntp_stratum: {
    type: 'gauge',
    help: 'Stratum that the NTP server gives itself; 16 means that it is not synchronised.',
    labels: service,
  },
  mradar_ntp_offset_seconds: {
    type: 'gauge',
    help: 'Clock of the NTP server minus ours.',
    labels: service,
  },
  mradar_ntp_error_seconds: {
    type: 'gauge',
    help: 'Bound of the error of mradar_ntp_offset_seconds.',
    labels: service,
  },
  mradar_stun_answered: {
    type: 'gauge',
    help: '1 when the STUN or TURN server answered, a demand for credentials included, else 0; silence need be no fault.',
    labels: service,
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

type MetricName = keyof typeof metricDefinitions;
const metricNames = Object.keys(metricDefinitions) as readonly MetricName[];
type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricDefinitions)[Name]['labels'][number], string>
>;
type Add = <Name extends MetricName>(name: Name, labels: LabelsOf<Name>, value: number) => void;

/** What a scrape gets. */
export type Exposition = { readonly contentType: string; readonly text: string };
export type Metrics = {
  /** The current values, in the format that the Accept header prefers. */
  exposition(accept: string): Promise<Exposition>;
};

/**
 * Metrics of the reports that stand in the store, and of this process. A scrape probes nothing. Each report is rendered
 * once and by itself, so that a scrape of many deployments does not hold up the probes; a scrape joins the pieces.
 */
export function createMetrics({
  store,
  version,
}: {
  readonly store: Store;
  readonly version: string;
  /** How the daemon itself does; absent where reports are only shown. */
  readonly runState?: () => RunState;
}): Metrics {
  const families = keptFamilies(store, version);
  const plain = registryFor(Registry.PROMETHEUS_CONTENT_TYPE);
  // prom-client renames counters for good when it writes OpenMetrics: each format has its own registry
  const openMetrics = registryFor(Registry.OPENMETRICS_CONTENT_TYPE);
  return {
    async exposition(accept) {
      const [ofProcess, between] = prefersOpenMetrics(accept) ? [openMetrics, '\n'] : [plain, '\n\n'];
      const ofReports = (await families()).join(between);
      return { contentType: ofProcess.contentType, text: ofReports + between + (await ofProcess.metrics()) };
    },
  };
}

function registryFor(contentType: RegistryContentType): Registry {
  const registry: Registry<RegistryContentType> = new Registry();
  registry.setContentType(contentType);
  collectDefaultMetrics({ register: registry as Registry });
  return registry as Registry;
}

/** The metrics of all reports, one text for each; joined again only when the store has another generation. */
function keptFamilies(store: Store, version: string): () => Promise<readonly string[]> {
  const rendered = new WeakMap<StoredReport, Promise<Samples>>();
  const heads = render(() => {});
  const build = render(add => add('mradar_build_info', { version, node_version: process.version }, 1));
  let kept: { readonly generation: number; readonly families: Promise<readonly string[]> } | undefined;

  async function join(reports: readonly StoredReport[]): Promise<readonly string[]> {
    const pieces = [await build];
    for (const stored of reports) {
      const known = rendered.get(stored);
      // timers and sockets of the probes have their turn between two reports
      if (!known) await new Promise(resolve => setImmediate(resolve));
      const samples = known ?? render(add => addReport(add, stored));
      rendered.set(stored, samples);
      pieces.push(await samples);
    }
    const { head } = await heads;
    return metricNames.map(name =>
      [head.get(name), ...pieces.flatMap(({ lines }) => lines.get(name) ?? [])].join('\n'),
    );
  }
  return () => {
    const generation = store.generation();
    if (kept?.generation !== generation) kept = { generation, families: join(store.reports()) };
    return kept.families;
  };
}

/** Samples as they are written, in both formats alike: there are gauges only. */
type Samples = {
  /** HELP and TYPE. */
  readonly head: ReadonlyMap<MetricName, string>;
  /** Absent without samples. */
  readonly lines: ReadonlyMap<MetricName, string>;
};

async function render(fill: (add: Add) => void): Promise<Samples> {
  const registry = new Registry();
  const gauges = new Map<MetricName, Gauge>();
  for (const name of metricNames) {
    const { help, labels } = metricDefinitions[name];
    gauges.set(name, new Gauge({ name, help, labelNames: [...labels], registers: [registry] }));
  }
  const known = new Map<string, number>();
  fill((name, labels, value) => {
    if (!Number.isFinite(value)) return;
    const shown = Object.fromEntries(
      Object.entries<string>(labels).map(([label, text]) => [label, visible(text)]),
    );
    // of two values under the same labels (one question, two resolvers) the greater stands
    const key = JSON.stringify([name, shown]);
    const before = known.get(key);
    if (before !== undefined && before >= value) return;
    known.set(key, value);
    gauges.get(name)!.set(shown, value);
  });
  const head = new Map<MetricName, string>();
  const lines = new Map<MetricName, string>();
  for (const name of metricNames) {
    const [help, type, ...samples] = (await registry.getSingleMetricAsString(name)).split('\n');
    head.set(name, `${help}\n${type}`);
    if (samples.length > 0) lines.set(name, samples.join('\n'));
  }
  return { head, lines };
}

const statusValues: Readonly<Record<Report['diagnosis']['status'], number>> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
};

function addReport(add: Add, { report, sinceByCause }: StoredReport): void {
  const of = { deployment: report.deployment.name, vantage: report.deployment.vantage };
  add('mradar_deployment_status', of, statusValues[report.diagnosis.status]);
  add('mradar_round_timestamp_seconds', of, seconds(report.at));

  for (const verdict of ['pass', 'fail', 'not-applicable', 'unknown'] as const) {
    add(
      'mradar_judgements',
      { ...of, verdict },
      report.judgements.filter(judgement => judgement.verdict === verdict).length,
    );
  }
  const findings = report.diagnosis.causes.flatMap(cause => [...cause.findings, ...cause.consequences]);
  for (const [code, same] of Map.groupBy(findings, finding => finding.code)) {
    for (const [severity, list] of Map.groupBy(same, finding => finding.severity)) {
      add('mradar_findings', { ...of, code, severity }, list.length);
    }
  }
  for (const { code, severity, check, subject } of findings) {
    add('mradar_finding', { ...of, code, severity, check, subject }, 1);
  }
  for (const { code, severity } of report.diagnosis.causes) {
    const since = sinceByCause.get(code);
    if (since !== undefined)
      add('mradar_cause_since_timestamp_seconds', { ...of, code, severity }, seconds(since));
  }

  const states = stepStates(report.observations);
  for (const state of stateOrder) {
    add('mradar_steps', { ...of, state }, states.filter(each => each === state).length);
  }
  for (const { subject, probe, topic, durationMs } of report.steps) {
    if (durationMs === undefined) continue;
    add('mradar_step_duration_seconds', { ...of, subject, probe, topic: topic ?? '' }, secondsOf(durationMs));
  }
  for (const observation of report.observations) {
    for (const { stage, ms } of stageTimes(observation)) {
      const labels = { ...of, subject: observation.subject, topic: observation.topic ?? '', stage };
      add('mradar_stage_duration_seconds', labels, secondsOf(ms));
    }
  }
  for (const { subject, topic, reading } of observed(report, 'dns')) {
    if (!['answer', 'nodata', 'nxdomain'].includes(reading.outcome)) continue;
    const labels = { ...of, subject, topic: topic ?? '', resolver: reading.resolver };
    add('mradar_dns_records', labels, answers(reading).length);
  }
  addServices(add, report, of);
}

function addServices(add: Add, report: Report, of: LabelsOf<'mradar_deployment_status'>): void {
  const services = new Map(
    report.subjects
      .filter((subject): subject is ServiceSubject => subject.kind === 'service')
      .map(each => [each.id, each]),
  );
  const labelsOf = ({ host, address = '', port }: ServiceSubject) => ({
    ...of,
    host,
    address,
    port: String(port),
  });
  addConversations(add, report, { get: id => services.get(id), labelsOf });
  for (const { subject: id, reading } of observed(report, 'tcp')) {
    const subject = services.get(id);
    if (!subject) continue;
    const { role, purpose, expected } = subject;
    add(
      'mradar_port_open',
      { ...labelsOf(subject), role, purpose, expected },
      reading.state === 'open' ? 1 : 0,
    );
  }
  for (const { subject: id, reading } of observed(report, 'tls')) {
    const subject = services.get(id);
    if (!subject) continue;
    reading.chain.forEach(({ notBefore, notAfter }, index) => {
      const labels = { ...labelsOf(subject), position: String(index) };
      add('mradar_certificate_not_before_timestamp_seconds', labels, seconds(notBefore));
      add('mradar_certificate_not_after_timestamp_seconds', labels, seconds(notAfter));
    });
  }
  for (const { subject: id, reading } of observed(report, 'http')) {
    const subject = services.get(id);
    if (!subject) continue;
    if (reading.status !== undefined) add('mradar_http_status', labelsOf(subject), reading.status);
    if (reading.clockDifferenceMs !== undefined) {
      add('mradar_clock_difference_seconds', labelsOf(subject), secondsOf(reading.clockDifferenceMs));
    }
  }
}

type Services = {
  get(id: string): ServiceSubject | undefined;
  labelsOf(service: ServiceSubject): LabelsOf<'mradar_sip_status'>;
};

function addConversations(add: Add, report: Report, { get, labelsOf }: Services): void {
  function each<K extends 'sip' | 'xmpp' | 'ssh' | 'ntp' | 'stun'>(
    kind: K,
    values: (reading: ShownReadings[K]) => Partial<Record<ConversationMetric, number | undefined>>,
  ) {
    for (const { subject: id, reading } of observed(report, kind)) {
      const subject = get(id);
      if (!subject) continue;
      for (const [name, value] of Object.entries(values(reading))) {
        if (value !== undefined) add(name as ConversationMetric, labelsOf(subject), value);
      }
    }
  }
  const inSeconds = (ms: number | undefined) => (ms === undefined ? undefined : secondsOf(ms));
  each('sip', ({ status }) => ({ mradar_sip_status: status }));
  each('xmpp', ({ starttls, mechanisms, secureFeaturesMs }) => ({
    mradar_xmpp_starttls: starttls && startTlsValues[starttls],
    mradar_xmpp_mechanisms: secureFeaturesMs === undefined ? undefined : mechanisms.length,
  }));
  each('ssh', ({ offersCertificates }) => ({
    mradar_ssh_certificate_host_keys:
      offersCertificates === undefined ? undefined : Number(offersCertificates),
  }));
  each('ntp', ({ stratum, offsetMs, errorMs }) => ({
    mradar_ntp_stratum: stratum,
    mradar_ntp_offset_seconds: inSeconds(offsetMs),
    mradar_ntp_error_seconds: inSeconds(errorMs),
  }));
  each('stun', ({ outcome }) => ({
    mradar_stun_answered: Number(outcome === 'success' || outcome === 'error'),
  }));
}

type ConversationMetric = Extract<MetricName, `mradar_${'sip' | 'xmpp' | 'ssh' | 'ntp' | 'stun'}_${string}`>;
const startTlsValues = { absent: 0, offered: 1, required: 2 } as const;

/** A step with several layers counts once: where we could not look, else where something was seen. */
const stateOrder = ['errored', 'observed', 'not-applicable', 'skipped'] as const;

function stepStates(observations: readonly Observation[]): readonly Observation['state'][] {
  return [...Map.groupBy(observations, observation => observation.step).values()].map(
    layers => stateOrder.find(state => layers.some(layer => layer.state === state))!,
  );
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** Whole microseconds: what lies below is noise that would make every scrape longer. */
function secondsOf(ms: number): number {
  return Math.round(ms * 1000) / 1e6;
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
