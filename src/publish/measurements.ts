import type { Finding, Severity } from '../model/finding.ts';
import { type FindingState, findingKey } from '../model/incident.ts';
import type { Observation } from '../model/observation.ts';
import type { Report } from '../model/report.ts';
import { type ServiceSubject, services } from '../model/subject.ts';
import type { StoredReport } from '../store/store.ts';
import type { LabelsOf, ReportMetric } from './metric-definitions.ts';
import { answers, observed, type ShownKind, type ShownReadings, stageTimes } from './readings.ts';

/** Takes one value. */
export type Add = <Name extends ReportMetric>(name: Name, labels: LabelsOf<Name>, value: number) => void;

/** Everything that a report says in numbers. */
export function addReport(add: Add, stored: StoredReport): void {
  const { report } = stored;
  const of = { deployment: report.deployment.name, vantage: report.deployment.vantage };
  add('mradar_deployment_status', of, statusValues[report.diagnosis.status]);
  add('mradar_round_timestamp_seconds', of, seconds(report.at));
  addFindings(add, stored, of);
  addSteps(add, report, of);
  addNames(add, report, of);
  addServices(add, report, of);
}

type Of = LabelsOf<'mradar_deployment_status'>;

const statusValues: Readonly<Record<Report['diagnosis']['status'], number>> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
};
const severityValues: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

function addFindings(add: Add, { report, sinceByCause, suspected, states }: StoredReport, of: Of): void {
  // what is silenced is on the page and alarms nobody
  const causes = report.diagnosis.causes.filter(({ silenced }) => silenced === undefined);
  const told = causes.flatMap(({ code, findings, consequences }) =>
    [...findings, ...consequences].map(finding => ({ ...finding, cause: code })),
  );
  const unconfirmed = suspected.map(finding => ({ ...finding, cause: finding.code }));
  for (const affects of services) {
    const worst = told
      .filter(finding => finding.affects === affects)
      .map(one => severityValues[one.severity]);
    add('mradar_service_status', { ...of, affects }, Math.max(0, ...worst));
  }
  for (const { code, severity, affects, entry, findings, consequences } of causes) {
    const labels = { ...of, code, severity };
    add(
      'mradar_cause',
      { ...labels, affects, entry: entry?.id ?? '' },
      findings.length + consequences.length,
    );
    const since = sinceByCause.get(code);
    if (since !== undefined) add('mradar_cause_since_timestamp_seconds', labels, seconds(since));
  }
  // what is told is confirmed, unless somebody says that it is not
  const stateOf = (finding: Finding): FindingState => states.get(findingKey(finding)) ?? 'open';
  const counts = new Map<string, { readonly labels: LabelsOf<'mradar_findings'>; count: number }>();
  for (const finding of [...told, ...unconfirmed]) {
    const { code, severity, affects, cause, check, subject } = finding;
    const labels = { ...of, code, severity, state: stateOf(finding) };
    add('mradar_finding', { ...labels, affects, cause, check, subject }, 1);
    const key = `${code} ${severity} ${labels.state}`;
    const counted = counts.get(key) ?? { labels, count: 0 };
    counted.count += 1;
    counts.set(key, counted);
  }
  for (const { labels, count } of counts.values()) add('mradar_findings', labels, count);
  const verdicts = { pass: 0, fail: 0, 'not-applicable': 0, unknown: 0 };
  for (const { verdict } of report.judgements) verdicts[verdict] += 1;
  for (const [verdict, count] of Object.entries(verdicts))
    add('mradar_judgements', { ...of, verdict }, count);
}

/** A step with several layers counts once: where we could not look, else where something was seen. */
const stateOrder = ['errored', 'observed', 'not-applicable', 'skipped'] as const;

function addSteps(add: Add, report: Report, of: Of): void {
  const byStep = new Map<string, number>();
  for (const { step, state } of report.observations) {
    const rank = stateOrder.indexOf(state);
    byStep.set(step, Math.min(rank, byStep.get(step) ?? rank));
  }
  const counts = stateOrder.map(() => 0);
  for (const rank of byStep.values()) counts[rank]! += 1;
  stateOrder.forEach((state, rank) => {
    add('mradar_steps', { ...of, state }, counts[rank]!);
  });
  for (const { subject, probe, topic, durationMs } of report.steps) {
    if (durationMs === undefined) continue;
    add('mradar_step_duration_seconds', { ...of, subject, probe, topic: topic ?? '' }, secondsOf(durationMs));
  }
  for (const observation of report.observations) {
    const { subject, topic = '', kind } = observation;
    for (const { stage, ms } of stageTimes(observation))
      add('mradar_stage_duration_seconds', { ...of, subject, topic, stage }, secondsOf(ms));
    const failure = failureOf(observation);
    if (!failure) continue;
    const { stage, reason, blame } = failure;
    add('mradar_failure', { ...of, subject, layer: kind, stage, reason, blame }, 1);
  }
}

function failureOf(observation: Observation) {
  if (observation.state === 'errored') return observation.failure;
  return observation.state === 'observed' ? observation.reading.failure : undefined;
}

function addNames(add: Add, report: Report, of: Of): void {
  for (const { subject, topic = '', reading } of observed(report, 'dns')) {
    if (!['answer', 'nodata', 'nxdomain'].includes(reading.outcome)) continue;
    const labels = { ...of, subject, topic, resolver: reading.resolver };
    const records = answers(reading);
    add('mradar_dns_records', labels, records.length);
    const ttls = records.flatMap(({ ttl }) => ttl ?? []);
    if (ttls.length > 0) add('mradar_dns_ttl_seconds', labels, Math.min(...ttls));
  }
}

function addServices(add: Add, report: Report, of: Of): void {
  const known = new Map(
    report.subjects.flatMap(subject => (subject.kind === 'service' ? [[subject.id, subject] as const] : [])),
  );
  function each<K extends ShownKind>(
    kind: K,
    take: (
      reading: ShownReadings[K],
      labels: LabelsOf<'mradar_http_status'>,
      subject: ServiceSubject,
    ) => void,
  ) {
    for (const { subject: id, reading } of observed(report, kind)) {
      const subject = known.get(id);
      if (!subject) continue;
      const { host, address = '', port } = subject;
      take(reading, { ...of, host, address, port: String(port) }, subject);
    }
  }
  const give = (name: ServiceMetric, labels: LabelsOf<'mradar_http_status'>, value: number | undefined) => {
    if (value !== undefined) add(name, labels, value);
  };
  each('tcp', ({ state }, labels, { role, purpose, affects, expected }) => {
    add('mradar_port_open', { ...labels, role, purpose, affects, expected }, Number(state === 'open'));
  });
  each('tls', ({ protocol, verification, chain }, labels) => {
    if (protocol !== undefined) add('mradar_tls_info', { ...labels, version: protocol }, 1);
    give('mradar_certificate_trusted', labels, verification && Number(verification.trusted));
    chain.slice(0, longestChain).forEach(({ notBefore, notAfter }, index) => {
      const position = String(index);
      add('mradar_certificate_not_before_timestamp_seconds', { ...labels, position }, seconds(notBefore));
      add('mradar_certificate_not_after_timestamp_seconds', { ...labels, position }, seconds(notAfter));
    });
  });
  each('survey', ({ accepted, refused }, labels) => {
    for (const version of accepted) add('mradar_tls_version_accepted', { ...labels, version }, 1);
    for (const version of refused) add('mradar_tls_version_accepted', { ...labels, version }, 0);
  });
  each('mutual', ({ outcome }, labels) => {
    if (outcome === undefined || outcome === 'not-requested') return;
    give('mradar_client_certificate_accepted', labels, Number(outcome === 'accepted'));
  });
  each('http', ({ status, clockDifferenceMs }, labels) => {
    give('mradar_http_status', labels, status);
    give('mradar_clock_difference_seconds', labels, inSeconds(clockDifferenceMs));
  });
  each('login', ({ status }, labels) => give('mradar_edge_login_status', labels, status));
  each('sip', ({ status }, labels) => give('mradar_sip_status', labels, status));
  each('xmpp', ({ starttls, mechanisms, secureFeaturesMs }, labels) => {
    give('mradar_xmpp_starttls', labels, starttls && startTlsValues[starttls]);
    give('mradar_xmpp_mechanisms', labels, secureFeaturesMs === undefined ? undefined : mechanisms.length);
  });
  each('ssh', ({ offersCertificates: offers }, labels) =>
    give('mradar_ssh_certificate_host_keys', labels, offers === undefined ? undefined : Number(offers)),
  );
  each('ntp', ({ stratum, offsetMs, errorMs }, labels) => {
    give('mradar_ntp_stratum', labels, stratum);
    give('mradar_ntp_offset_seconds', labels, inSeconds(offsetMs));
    give('mradar_ntp_error_seconds', labels, inSeconds(errorMs));
  });
  each('stun', ({ outcome }, labels) =>
    give('mradar_stun_answered', labels, Number(outcome === 'success' || outcome === 'error')),
  );
}

/** Metrics that are known by host, address and port alone. */
type ServiceMetric = {
  [Name in ReportMetric]: LabelsOf<'mradar_http_status'> extends LabelsOf<Name>
    ? LabelsOf<Name> extends LabelsOf<'mradar_http_status'>
      ? Name
      : never
    : never;
}[ReportMetric];

/** Servers may send what they like; no sound chain is longer, and series are not for free. */
const longestChain = 6;

const startTlsValues = { absent: 0, offered: 1, required: 2 } as const;

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : secondsOf(ms);
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** Whole microseconds: what lies below is noise that would make every scrape longer. */
function secondsOf(ms: number): number {
  return Math.round(ms * 1000) / 1e6;
}
