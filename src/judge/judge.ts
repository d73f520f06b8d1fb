import type { Finding, Judgement } from '../model/finding.ts';
import type { Observation, Reading } from '../model/observation.ts';
import type { Round } from '../model/report.ts';
import type { Subject } from '../model/subject.ts';
import type { Check, Need, Statement } from './check.ts';
import { type IndexedRound, indexRound } from './view.ts';

/** A check whose types have been checked where it was defined; the engine treats all alike. */
// biome-ignore lint/suspicious/noExplicitAny: a list of checks with different needs has no narrower type
export type AnyCheck = Check<any, any, any, any>;

/**
 * Judges everything that was seen: every check on every subject it applies to. Pure. `others` are rounds of the same
 * deployment from elsewhere.
 */
export function judgeRound(
  round: Round,
  checks: readonly AnyCheck[],
  others: readonly Round[] = [],
): Judgement[] {
  const view = indexRound(round, others);
  const judgements: Judgement[] = [];
  for (const check of checks) {
    for (const subject of view.subjects(check.about)) {
      if (check.roles && 'role' in subject && !check.roles.includes(subject.role)) continue;
      const judgement = judgeSubject(check, subject, view);
      if (judgement) judgements.push(judgement);
    }
  }
  return judgements;
}

function judgeSubject(check: AnyCheck, subject: Subject, view: IndexedRound): Judgement | undefined {
  const about = { check: check.id, subject: subject.id };
  const readings: Record<string, Reading> = {};
  const steps = new Set<string>();
  for (const need of check.needs as Need[]) {
    const observation = view.observation(subject.id, need);
    if (!observation) return undefined;
    if (observation.state !== 'observed') return { ...about, ...withoutReading(observation) };
    readings[need] = observation.reading;
    steps.add(observation.step);
  }
  for (const need of (check.uses ?? []) as Need[]) {
    const observation = view.observation(subject.id, need);
    if (observation?.state !== 'observed') continue;
    readings[need] = observation.reading;
    steps.add(observation.step);
  }
  try {
    const verdict = check.judge({ subject, readings, round: view });
    if (verdict.verdict !== 'fail') return { ...about, ...verdict };
    const findings = verdict.findings.map(statement =>
      toFinding(check, subject, statement, [...steps], view),
    );
    return { ...about, verdict: 'fail', findings };
  } catch (error) {
    const because = `the check itself failed: ${error instanceof Error ? error.message : String(error)}`;
    return { ...about, verdict: 'unknown', because, blame: 'prober' };
  }
}

function withoutReading(observation: Exclude<Observation, { state: 'observed' }>) {
  switch (observation.state) {
    case 'not-applicable':
      return { verdict: 'not-applicable', why: observation.why } as const;
    case 'skipped':
      return { verdict: 'unknown', because: observation.why, blame: 'upstream' } as const;
    case 'errored': {
      const { reason, code } = observation.failure;
      return { verdict: 'unknown', because: `could not look: ${code ?? reason}`, blame: 'prober' } as const;
    }
  }
}

function toFinding(
  check: AnyCheck,
  judged: Subject,
  { code, evidence, on, affects: stated }: Statement,
  steps: readonly string[],
  view: IndexedRound,
): Finding {
  const definition = check.findings[code];
  if (!definition) throw new Error(`${check.id} states ${code}, which it does not define`);
  const subject = on === undefined ? judged : view.subject(on);
  if (!subject) throw new Error(`${check.id} states ${code} on an unknown subject ${on}`);
  const values = { ...subjectValues(subject), ...evidence };
  const affects =
    stated ??
    (definition.affects !== 'of-service'
      ? definition.affects
      : subject.kind === 'service'
        ? subject.affects
        : 'sign-in');
  return {
    code,
    severity: definition.severity,
    affects,
    check: check.id,
    subject: subject.id,
    evidence,
    message: render(definition.message, values, check.id),
    steps,
  };
}

/** What every template may name of its subject without the check repeating it. */
function subjectValues(subject: Subject): Record<string, string | number> {
  switch (subject.kind) {
    case 'deployment':
      return { deployment: subject.deployment };
    case 'domain':
      return { domain: subject.domain };
    case 'resolver':
      return { resolver: subject.address };
    case 'node':
      return { host: subject.host };
    case 'address':
      return { host: subject.host, address: subject.address };
    case 'service':
      return {
        host: subject.host,
        address: subject.address ?? '-',
        port: subject.port,
        title: subject.title,
      };
  }
}

/** Fills `{name}` places; a list is joined by commas. A place without a value is a mistake in the check. */
function render(template: string, values: Record<string, unknown>, check: string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${check} gives no value for {${name}}`);
    return Array.isArray(value) ? value.join(', ') : String(value);
  });
}
