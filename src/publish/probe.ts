import { Gauge, Registry } from 'prom-client';
import type { Observation } from '../model/observation.ts';
import type { Report } from '../model/report.ts';
import type { Control } from '../model/run-state.ts';
import type { Subject } from '../model/subject.ts';
import type { Store } from '../store/store.ts';
import type { ShownReadings } from './readings.ts';
import { visible } from './visible.ts';

/** What one request of a scraper gets: metrics, or why there are none. */
export type ProbeAnswer = { readonly status: number; readonly text: string };
export type ProbeRequest = {
  readonly target?: string;
  readonly module?: string;
  readonly isDebug: boolean;
  /** Milliseconds that the scraper waits. */
  readonly withinMs: number;
};

const atOnceMost = 32;
/** Layers that a module's name may ask for, the longest conversation first. */
const kinds = ['http', 'tls', 'ssh', 'sip', 'xmpp', 'stun', 'ntp', 'dns', 'tcp'] as const;
type Kind = (typeof kinds)[number];

/**
 * Probes on request in the manner of blackbox_exporter. A target is nothing but a name for something that is watched already:
 * what is not in a plan is never spoken to, and what is spoken to is the address that the plan holds.
 */
export function createProbes({
  store,
  control,
  nowMs,
}: {
  readonly store: Store;
  readonly control: Control;
  readonly nowMs: () => number;
}): (request: ProbeRequest) => Promise<ProbeAnswer> {
  let running = 0;

  async function probe({ target, module, isDebug, withinMs }: ProbeRequest): Promise<ProbeAnswer> {
    if (target === undefined || target === '') return { status: 400, text: 'Target parameter is missing\n' };
    const kind = module === undefined ? undefined : kindOf(module);
    if (module !== undefined && kind === undefined)
      return { status: 400, text: `Unknown module "${visible(module)}"\n` };
    const chosen = store
      .reports()
      .flatMap(({ report }) => matches(report, target).map(subject => ({ report, subject })));
    if (chosen.length === 0) return { status: 404, text: 'This is no target of the configuration\n' };
    const beganMs = nowMs();
    const startMs = performance.now();
    const isInTime = await inTime(
      Promise.all(chosen.map(({ subject }) => control.lookNow(subject.id))),
      withinMs,
    );
    const durationMs = performance.now() - startMs;
    const seen = chosen
      .flatMap(({ subject }) => control.latest(subject.id).filter(one => one.subject === subject.id))
      .filter(one => kind === undefined || belongs(one.kind, kind));
    if (isInTime && (seen.length === 0 || (kind && !seen.some(one => one.kind === kind))))
      return {
        status: 400,
        text: `The module does not fit: this target is not looked at with ${kind ?? 'anything'}\n`,
      };
    // Nothing of ours may look like a failure of the target: the scrape fails instead.
    if (seen.length > 0 && seen.every(({ state }) => state === 'errored'))
      return { status: 503, text: `We could not look: ${reasonsIn(seen)}\n` };
    const metrics = await metricsOf({
      ...{ seen, durationMs, beganMs, reports: chosen.map(({ report }) => report) },
      hosts: chosen.flatMap(({ subject }) => ('host' in subject ? [subject.host] : [])),
      isSuccess: isInTime && isGood(seen),
    });
    if (!isDebug) return { status: 200, text: metrics };
    const logs = seen.map(lineOf).join('\n');
    const targets = chosen.map(({ subject }) => subject.id).join('\n');
    const late = isInTime ? '' : `\nNot finished within ${Math.round(withinMs)} ms`;
    return {
      status: 200,
      text: `Logs for the probe:\n${logs}${late}\n\n\n\nMetrics that would have been returned:\n${metrics}\n\n\nModule configuration:\nmodule: ${kind ?? 'all'}\n${targets}\n`,
    };
  }

  return async request => {
    if (running >= atOnceMost) return { status: 503, text: 'Too many probes at once\n' };
    running++;
    try {
      return await probe(request);
    } finally {
      running--;
    }
  };
}

/** `http_2xx`, `tcp_connect`, `tcp_connect_tls`, `dns_udp`: the layer is one of the words. */
function kindOf(module: string): Kind | undefined {
  const words = module.toLowerCase().split(/[^a-z]+/);
  return kinds.find(kind => words.includes(kind));
}

function belongs(kind: string, wanted: Kind): boolean {
  const below: Partial<Record<Kind, readonly string[]>> = {
    http: ['tcp', 'tls', 'http'],
    tls: ['tcp', 'tls'],
    sip: ['tcp', 'tls', 'sip'],
    xmpp: ['tcp', 'tls', 'xmpp'],
    ssh: ['tcp', 'ssh'],
  };
  return (below[wanted] ?? [wanted]).includes(kind);
}

/** The subjects that a target names: an id, `host:port`, an address and port, a URL, a domain or a resolver. */
function matches({ subjects }: Report, target: string): readonly Subject[] {
  const direct = subjects.filter(({ id }) => id === target);
  if (direct.length > 0) return direct;
  const place = placeIn(target);
  return subjects.filter(subject => {
    switch (subject.kind) {
      case 'service':
        return (
          place !== undefined &&
          (subject.host === place.host || subject.address === place.host) &&
          subject.port === place.port
        );
      case 'resolver':
        return subject.address === target || subject.address === target.replace(/:53$/, '');
      case 'domain':
        return subject.domain === target.toLowerCase();
      default:
        return false;
    }
  });
}

function placeIn(target: string): { readonly host: string; readonly port: number } | undefined {
  const url = URL.parse(/^[a-z]+:\/\//i.test(target) ? target : `tcp://${target}`);
  if (!url) return undefined;
  const port = Number(url.port) || { 'https:': 443, 'http:': 80 }[url.protocol];
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return port === undefined ? undefined : { host, port };
}

async function inTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([work.then(() => true as const), late]);
  clearTimeout(timer);
  return done;
}

/** Every layer that was to be reached was reached. */
function isGood(seen: readonly Observation[]): boolean {
  const judged = seen.filter(({ state }) => state !== 'not-applicable');
  return (
    judged.length > 0 && judged.every(one => one.state === 'observed' && one.reading.failure === undefined)
  );
}

function reasonsIn(seen: readonly Observation[]): string {
  return [...new Set(seen.flatMap(one => (one.state === 'errored' ? [one.failure.reason] : [])))].join(', ');
}

function lineOf(observation: Observation): string {
  const head = `ts=${observation.at} subject=${observation.subject} layer=${observation.kind} state=${observation.state}`;
  if (observation.state === 'observed') {
    const { failure } = observation.reading;
    const end = failure ? `failure=${failure.stage}:${failure.code ?? failure.reason}` : 'failure=none';
    return visible(`${head} ${end} durationMs=${Math.round(observation.durationMs ?? 0)}`);
  }
  if (observation.state === 'errored') return visible(`${head} failure=${observation.failure.reason}`);
  return visible(`${head} why="${observation.why}"`);
}

type Shown = {
  readonly seen: readonly Observation[];
  readonly reports: readonly Report[];
  readonly hosts: readonly string[];
  readonly durationMs: number;
  /** Milliseconds since 1970. */
  readonly beganMs: number;
  readonly isSuccess: boolean;
};

async function metricsOf({ seen, reports, hosts, durationMs, beganMs, isSuccess }: Shown): Promise<string> {
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const set = (name: string, help: string, value: number | undefined) => {
    if (value !== undefined && Number.isFinite(value)) gauge(name, help).set(value);
  };
  const of = <K extends keyof ShownReadings>(kind: K) =>
    seen.flatMap(one =>
      one.kind === kind && one.state === 'observed' ? [one.reading as ShownReadings[K]] : [],
    );
  const [tcp, tls, http, dns] = [of('tcp'), of('tls'), of('http'), of('dns')];
  const longest = (all: readonly (number | undefined)[]) => {
    const known = all.filter(ms => ms !== undefined);
    return known.length === 0 ? undefined : Math.max(...known) / 1000;
  };
  const lookupMs = lookupOf(reports, hosts);

  set('probe_success', 'Displays whether or not the probe was a success', isSuccess ? 1 : 0);
  set('probe_duration_seconds', 'Returns how long the probe took to complete in seconds', durationMs / 1000);
  set(
    'probe_dns_lookup_time_seconds',
    'Returns the time taken for probe dns lookup in seconds',
    longest(lookupMs),
  );
  const address = tcp[0]?.address;
  if (address !== undefined)
    set(
      'probe_ip_protocol',
      'Specifies whether probe ip protocol is IP4 or IP6',
      address.includes(':') ? 6 : 4,
    );
  const oldestMs = Math.min(...seen.map(({ at }) => Date.parse(at)));
  set(
    'mradar_probe_reading_age_seconds',
    "How much older the oldest reading is than the probe: not 0 when asking again would count against the target's intrusion protection",
    seen.length === 0 ? undefined : Math.max(0, beganMs - oldestMs) / 1000,
  );

  if (http.length > 0) {
    const phase = gauge(
      'probe_http_duration_seconds',
      'Duration of http request by phase, the longest of several addresses',
      ['phase'],
    );
    const phases = {
      resolve: longest(lookupMs),
      connect: longest(tcp.map(({ connectMs }) => connectMs)),
      tls: longest(tls.map(({ handshakeMs }) => handshakeMs)),
      processing: longest(http.map(({ responseMs }) => responseMs)),
    };
    for (const [name, seconds] of Object.entries(phases))
      if (seconds !== undefined) phase.set({ phase: name }, seconds);
    const statuses = http.flatMap(({ status }) => (status === undefined ? [] : [status]));
    set(
      'probe_http_status_code',
      'Response HTTP status code, the highest of several addresses',
      Math.max(0, ...statuses),
    );
    set('probe_http_ssl', 'Indicates if SSL was used for the final redirect', tls.length > 0 ? 1 : 0);
  }
  const sent = tls
    .flatMap(({ chain }) => chain.map(({ notAfter }) => Date.parse(notAfter) / 1000))
    .filter(Number.isFinite);
  if (sent.length > 0)
    set('probe_ssl_earliest_cert_expiry', 'Returns last SSL chain expiry in unixtime', Math.min(...sent));
  const protocols = new Set(tls.flatMap(({ protocol }) => protocol ?? []));
  if (protocols.size > 0) {
    const info = gauge('probe_tls_version_info', 'Returns the TLS version used or NaN when unknown', [
      'version',
    ]);
    for (const protocol of protocols)
      info.set({ version: protocol.replace(/^TLSv(\d)(\.\d)?$/, (_, a, b) => `TLS ${a}${b ?? '.0'}`) }, 1);
  }
  if (dns.length > 0) {
    set(
      'probe_dns_answer_rrs',
      'Returns number of entries in the answer resource record list',
      Math.max(...dns.map(({ records }) => records.length)),
    );
    set(
      'probe_dns_query_succeeded',
      'Displays whether or not the query was executed successfully',
      dns.every(({ outcome }) => ['answer', 'nodata', 'nxdomain'].includes(outcome)) ? 1 : 0,
    );
  }
  return registry.metrics();
}

/** How long the addresses of these hosts took to be found, when they were last asked for: a probe itself knows them already. */
function lookupOf(reports: readonly Report[], hosts: readonly string[]): readonly number[] {
  const names = new Set(hosts.map(host => host.toLowerCase()));
  return reports.flatMap(({ observations }) =>
    observations.flatMap(one => {
      if (one.kind !== 'dns' || one.state !== 'observed') return [];
      const { name, type, rttMs } = one.reading as ShownReadings['dns'];
      return (type === 'A' || type === 'AAAA') && names.has(name.toLowerCase()) && rttMs !== undefined
        ? [rttMs]
        : [];
    }),
  );
}
