import type { Cause, Diagnosis, Finding, Judgement, Severity } from '../model/finding.ts';
import type { Round } from '../model/report.ts';
import { type Affected, roleNames, type Subject } from '../model/subject.ts';
import type { Explanation, Nearness } from './check.ts';
import type { AnyCheck } from './judge.ts';

const severityRank: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Upstream first: what comes earlier in a sign-in is the better explanation. */
const kindRank: Readonly<Record<Subject['kind'], number>> = {
  deployment: 0,
  resolver: 1,
  domain: 2,
  node: 3,
  address: 4,
  service: 5,
};

/**
 * Orders what was found by cause: a finding that another one explains stands under it, findings of one code on peers are one
 * cause. Pure; the relations are declared by the checks (`consequenceOf`).
 */
export function diagnose(
  round: Round,
  judgements: readonly Judgement[],
  checks: readonly AnyCheck[],
): Diagnosis {
  const subjects = new Map(round.subjects.map(subject => [subject.id, subject]));
  const { explainers, order } = relationsOf(checks);
  const findings = distinct(
    judgements.flatMap(judgement => (judgement.verdict === 'fail' ? judgement.findings : [])),
  );
  const byCode = Map.groupBy(findings, finding => finding.code);

  const place = new Map(findings.map((finding, i) => [finding, i]));

  /** Follows explanations to their start. A circle of explanations starts at the first of its findings. */
  function rootOf(finding: Finding, path: readonly Finding[]): Finding {
    for (const { code, within, purpose } of explainers.get(finding.code) ?? []) {
      for (const candidate of byCode.get(code) ?? []) {
        const other = subjects.get(candidate.subject);
        if (purpose !== undefined && !(other?.kind === 'service' && other.purpose === purpose)) continue;
        if (!near(subjects.get(finding.subject), other, within)) continue;
        const walked = [...path, finding];
        const circle = walked.slice(walked.indexOf(candidate));
        if (!walked.includes(candidate)) return rootOf(candidate, walked);
        return circle.reduce((first, other) => (place.get(other)! < place.get(first)! ? other : first));
      }
    }
    return finding;
  }

  const groups = new Map<string, { findings: Finding[]; consequences: Finding[] }>();
  const group = (root: Finding) => {
    const key = groupKey(root, subjects.get(root.subject));
    const entry = groups.get(key) ?? { findings: [], consequences: [] };
    groups.set(key, entry);
    return entry;
  };
  for (const finding of findings) {
    const root = rootOf(finding, []);
    if (root === finding) group(root).findings.push(finding);
    else group(root).consequences.push(finding);
  }

  const causes = [...groups.values()].map(({ findings, consequences }) =>
    toCause(findings, consequences, subjects),
  );
  const rank = (cause: Cause) => kindRank[subjects.get(cause.findings[0]!.subject)?.kind ?? 'service'];
  causes.sort(
    (a, b) =>
      Number(a.silenced !== undefined) - Number(b.silenced !== undefined) ||
      severityRank[a.severity] - severityRank[b.severity] ||
      Number(b.affects === 'operations') - Number(a.affects === 'operations') ||
      rank(a) - rank(b) ||
      b.findings.length + b.consequences.length - (a.findings.length + a.consequences.length) ||
      order.get(a.code)! - order.get(b.code)!,
  );
  const status = statusOf(causes, judgements, subjects);
  return { status, headline: headline(status, causes, round, subjects), causes };
}

type Relations = {
  /** By code, what may explain it. */
  readonly explainers: ReadonlyMap<string, readonly Explanation[]>;
  /** By code, its place among all. */
  readonly order: ReadonlyMap<string, number>;
};

/** The checks are the same round after round. */
const known = new WeakMap<readonly AnyCheck[], Relations>();

function relationsOf(checks: readonly AnyCheck[]): Relations {
  const kept = known.get(checks);
  if (kept !== undefined) return kept;
  const definitions = checks.flatMap(({ findings }) => Object.entries(findings));
  const relations = {
    explainers: new Map(definitions.map(([code, { consequenceOf = [] }]) => [code, consequenceOf])),
    order: new Map(definitions.map(([code], place) => [code, place])),
  };
  known.set(checks, relations);
  return relations;
}

function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) seen.set(`${finding.code} ${finding.subject} ${finding.message}`, finding);
  return [...seen.values()];
}

/** Peers with one fault are one cause, those that are silenced apart; different services of one role are not, unless they share a certificate. */
function groupKey(finding: Finding, subject: Subject | undefined): string {
  const code = finding.silenced ? `silenced ${finding.code}` : finding.code;
  if (!subject || !('role' in subject)) return `${code} ${subject?.id ?? ''}`;
  const service =
    subject.kind === 'service' && finding.evidence.certificate === undefined ? subject.purpose : '';
  return `${code} ${subject.role} ${service}`;
}

function near(a: Subject | undefined, b: Subject | undefined, within: Nearness): boolean {
  if (!a || !b || a.deployment !== b.deployment) return false;
  switch (within) {
    case 'service':
      return a.id === b.id;
    case 'address':
      return 'address' in a && 'address' in b && a.address !== undefined && a.address === b.address;
    case 'node':
      return 'host' in a && 'host' in b && a.host.toLowerCase() === b.host.toLowerCase();
    case 'domain':
      return 'domain' in a && 'domain' in b && a.domain === b.domain;
    case 'deployment':
      return true;
  }
}

function toCause(
  findings: readonly Finding[],
  consequences: readonly Finding[],
  subjects: Map<string, Subject>,
): Cause {
  const [first, ...rest] = findings as [Finding, ...Finding[]];
  const others = [...new Set(rest.map(finding => shortName(subjects.get(finding.subject))))];
  const title = others.length === 0 ? first.message : `${first.message}; the same on ${others.join(', ')}`;
  return {
    code: first.code,
    severity: first.severity,
    affects: first.affects,
    title,
    findings,
    consequences,
    ...(first.silenced && { silenced: first.silenced }),
  };
}

function shortName(subject: Subject | undefined): string {
  switch (subject?.kind) {
    case undefined:
      return 'another subject';
    case 'deployment':
      return subject.deployment;
    case 'domain':
      return subject.domain;
    case 'resolver':
      return subject.address;
    case 'node':
      return subject.host;
    case 'address':
      return `${subject.host} (${subject.address})`;
    case 'service':
      return `${subject.host}:${subject.port}`;
  }
}

function statusOf(
  all: readonly Cause[],
  judgements: readonly Judgement[],
  subjects: ReadonlyMap<string, Subject>,
): Diagnosis['status'] {
  const causes = all.filter(({ silenced }) => silenced === undefined);
  if (causes.some(cause => cause.severity === 'critical' && cause.affects !== 'operations'))
    return 'critical';
  if (causes.some(cause => cause.severity === 'critical')) return 'unknown';
  if (judgements.some(judgement => judgement.verdict === 'unknown' && judgement.blame === 'prober'))
    return 'unknown';
  if (causes.some(cause => cause.severity === 'warning')) return 'warning';
  // Looking is only fine when some service was seen: our own clock or an answering DNS server says nothing about MRA.
  const seen = judgements.some(
    ({ verdict, subject }) => verdict === 'pass' && subjects.get(subject)?.kind === 'service',
  );
  return seen ? 'ok' : 'unknown';
}

const impaired: Readonly<Record<Affected, string>> = {
  'sign-in': 'Mobile and remote access sign-in fails',
  calls: 'Calls over mobile and remote access fail',
  messaging: 'Messaging and presence over mobile and remote access fail',
  voicemail: 'Voicemail over mobile and remote access fails',
  exposure: 'Something can be reached that must not be',
  operations: 'The deployment could not be looked at',
};
const endangered: Readonly<Record<Affected, string>> = {
  'sign-in': 'Mobile and remote access sign-in is at risk',
  calls: 'Calls over mobile and remote access are at risk',
  messaging: 'Messaging and presence over mobile and remote access are at risk',
  voicemail: 'Voicemail over mobile and remote access is at risk',
  exposure: 'Something can be reached that should not be',
  operations: 'Not everything could be looked at',
};

function headline(
  status: Diagnosis['status'],
  causes: readonly Cause[],
  round: Round,
  subjects: Map<string, Subject>,
): string {
  const worst = causes[0]?.silenced ? undefined : causes[0];
  if (status === 'ok')
    return causes.some(({ silenced }) => silenced)
      ? 'Nothing is wrong with what can be seen from here, but for what is silenced'
      : 'Nothing is wrong with what can be seen from here';
  if (!worst || worst.severity === 'info') return 'Nothing could be judged from here';
  const words = worst.severity === 'critical' ? impaired[worst.affects] : endangered[worst.affects];
  const hit = worst.findings.flatMap(finding => {
    const subject = subjects.get(finding.subject);
    return subject && 'role' in subject ? [subject] : [];
  });
  const role = hit[0]?.role;
  if (!role) return words;
  const hosts = [...new Set(hit.map(subject => subject.host))];
  const all = new Set(
    round.subjects.flatMap(subject =>
      subject.kind === 'node' && subject.role === role ? [subject.host] : [],
    ),
  );
  if (hosts.length >= all.size) return words;
  const part = `${hosts.length} of ${all.size} ${roleNames[role]}`;
  return role === 'expressway_e'
    ? `${words} for clients that reach ${hosts.join(', ')} (${part})`
    : `${words} through ${hosts.join(', ')} (${part})`;
}
