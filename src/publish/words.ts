import type { Cause, Finding, Judgement, OperatorQuestion, Severity } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { type Affected, vantagePlaces } from '../model/subject.ts';
import type { Places } from './places.ts';

export type Status = Report['diagnosis']['status'];

/** Worst first. */
export const statusOrder: readonly Status[] = ['critical', 'warning', 'unknown', 'ok'];

export { vantagePlaces as vantageWords } from '../model/subject.ts';

const affectedWords: Readonly<Record<Affected, string>> = {
  'sign-in': 'sign-in',
  calls: 'calling',
  messaging: 'messaging',
  voicemail: 'voicemail',
  exposure: 'what should be hidden',
  operations: 'watching and running the deployment',
};

/** What a severity means for the service that it affects: the definition of the severity, in a sentence's clothes. */
export function meaning(severity: Severity, affects: Affected): string {
  const what = affectedWords[affects];
  if (severity === 'info') return `nobody needs to act; worth knowing when ${what} is in question`;
  if (affects === 'exposure') return 'something can be reached that should be hidden';
  if (affects === 'operations')
    return severity === 'critical'
      ? 'nothing certain can be said about the deployment until this is mended'
      : 'not everything could be looked at';
  if (severity === 'warning') return `${what} works, but not for everybody or not for long`;
  return `${what} fails for somebody now, or will at the next sign-in`;
}

/** The domains, the vantage and the resolvers: what was looked at, from where. */
export function whatAndWhere(report: Report): string {
  const { name, domains, vantage, resolvers } = report.deployment;
  const what = domains.join(', ');
  const through = [...new Set([...resolvers.public, ...resolvers.internal])];
  const label = name === what || domains.includes(name) ? what : `${name} (${what})`;
  const places = (report.vantages ?? [vantage]).map(one => vantagePlaces[one]);
  return `${label} seen from ${[...new Set(places)].join(' and ')}${through.length > 0 ? ` through ${through.join(', ')}` : ''}`;
}

/** `1.4 s`, `230 ms`, `3 min 20 s`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** `6 checks`, `1 check`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A value of evidence on one line. */
function evidenceText(value: Finding['evidence'][string]): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** The evidence that the sentence does not already say; names of one value stand together. */
function untoldEvidence(finding: Finding): Seen['evidence'] {
  const untold = Object.entries(finding.evidence)
    .map(([name, value]) => ({
      name: inWords(name),
      // A fingerprint is there to be compared; its beginning tells certificates apart. JSON has it whole.
      value: name === 'certificate' ? `SHA-256 ${evidenceText(value).slice(0, 16)}` : evidenceText(value),
    }))
    .filter(({ value }) => value !== '' && !tells(finding.message, value));
  return groupBy(untold, ({ value }) => value).map(({ why, members }) => [
    members.map(({ name }) => name).join(', '),
    why,
  ]);
}

/** `missingIssuer` -> `missing issuer`. */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z](?![A-Z])/g, capital => ` ${capital.toLowerCase()}`);
}

/** Whether the value stands in the sentence as a word of its own: `1` does not stand in `203.0.113.12`. */
function tells(sentence: string, value: string): boolean {
  return ` ${sentence} `.split(value).some((before, index, pieces) => {
    const after = pieces[index + 1];
    return after !== undefined && !/[\w-]$|\d[.]$/.test(before) && !/^[\w-]|^[.]\w/.test(after);
  });
}

/** One sentence, with the evidence for it, and every place where it holds. */
export type Seen = {
  readonly text: string;
  readonly code: string;
  readonly evidence: readonly (readonly [name: string, value: string])[];
};

/**
 * Findings told shortly: those that differ in nothing but the place together, and of those that the title tells already only
 * the places.
 */
export function seen(findings: readonly Finding[], places: Places, title?: string): readonly Seen[] {
  const patternOf = ({ message, subject }: Finding) => places.patternOf(message, subject);
  const first = findings[0];
  const told = first && title?.startsWith(first.message) ? patternOf(first) : undefined;
  const groups = Map.groupBy(findings, finding =>
    JSON.stringify([finding.code, patternOf(finding), untoldEvidence(finding)]),
  );
  return [...groups.values()].map(group => {
    const finding = group[0]!;
    const subjects = group.map(({ subject }) => subject);
    const text =
      patternOf(finding) === told
        ? places.list(subjects, 'with addresses')
        : sentence(finding, subjects, places);
    return { text, code: finding.code, evidence: untoldEvidence(finding) };
  });
}

function sentence({ message, subject }: Finding, subjects: readonly string[], places: Places): string {
  const others = subjects.filter(other => other !== subject);
  const placed = places.isTold(message, subject) ? message : `${places.full(subject)}: ${message}`;
  return others.length === 0 ? placed : `${placed}; the same on ${places.list(others)}`;
}

/** How many failed judgements there are, and how many of them the causes explain. */
function explained(report: Report): { readonly failed: number; readonly explained: number } {
  const told = new Set(
    report.diagnosis.causes.flatMap(cause => [...cause.findings, ...cause.consequences]).map(findingKey),
  );
  const failed = judgements(report, 'fail');
  return {
    failed: failed.length,
    explained: failed.filter(({ findings }) => findings.some(f => told.has(findingKey(f)))).length,
  };
}

function findingKey(finding: Finding): string {
  return JSON.stringify([finding.code, finding.subject]);
}

/** `1 cause explains 6 of 6 failed checks`; undefined when there is no cause. */
export function causesLine(report: Report): string | undefined {
  const causes = report.diagnosis.causes.length;
  if (causes === 0) return undefined;
  const { failed, explained: told } = explained(report);
  return `${count(causes, 'cause')} ${causes === 1 ? 'explains' : 'explain'} ${told} of ${count(failed, 'failed check')}`;
}

/** The judgements of one verdict, typed. */
export function judgements<V extends Judgement['verdict']>(
  report: Report,
  verdict: V,
): readonly Extract<Judgement, { verdict: V }>[] {
  return report.judgements.filter(
    (judgement): judgement is Extract<Judgement, { verdict: V }> => judgement.verdict === verdict,
  );
}

/** Checks by area, each with how many subjects: `certificate` -> `chain (6), validity (6)`. */
export function byArea(
  list: readonly { readonly check: string }[],
): readonly (readonly [area: string, checks: string])[] {
  const areas = new Map<string, Map<string, number>>();
  for (const { check } of list) {
    const cut = check.indexOf('/');
    const area = cut < 0 ? '' : check.slice(0, cut);
    const nouns = areas.get(area) ?? new Map<string, number>();
    const noun = check.slice(cut + 1);
    nouns.set(noun, (nouns.get(noun) ?? 0) + 1);
    areas.set(area, nouns);
  }
  return [...areas].map(([area, nouns]) => [
    area,
    [...nouns].map(([noun, times]) => (times === 1 ? noun : `${noun} (${times})`)).join(', '),
  ]);
}

/** One reason and everything it holds for. */
export type Group<T> = { readonly why: string; readonly members: readonly T[] };

/** Members told under one reason each, in the order in which the reasons first appear. */
export function groupBy<T>(list: readonly T[], whyOf: (member: T) => string): readonly Group<T>[] {
  return [...Map.groupBy(list, whyOf)].map(([why, members]) => ({ why, members }));
}

/** What the prober itself could not do, by what stopped it. */
export function proberTroubles(report: Report): readonly Group<string>[] {
  const errored = report.observations.flatMap(observation =>
    observation.state === 'errored'
      ? [
          {
            why: `${observation.failure.stage}: ${observation.failure.reason}${observation.failure.code ? ` (${observation.failure.code})` : ''}`,
            step: observation.step,
          },
        ]
      : [],
  );
  return groupBy(errored, member => member.why).map(({ why, members }) => ({
    why,
    members: [...new Set(members.map(member => member.step))],
  }));
}

/** Paragraph text of an entry without its marks for code and emphasis. */
export function plain(text: string): string {
  return text.replace(/\*\*([^*]+)\*\*/g, '$1').replace(/`([^`]+)`/g, '$1');
}

/** `silenced until 2026-12-31: new certificate is ordered`; undefined for what counts. */
export function silenceText({ silenced }: Pick<Cause, 'silenced'>): string | undefined {
  return silenced && `until ${silenced.until.slice(0, 16).replace('T', ' ')} UTC: ${silenced.reason}`;
}

const maxQuestions = 5;

/** What only a person can tell, for the worst causes first; few enough to be asked. */
export function questionsOf({ diagnosis }: Report): readonly OperatorQuestion[] {
  const asked = diagnosis.causes
    .filter(({ silenced, severity }) => !silenced && severity !== 'info')
    .flatMap(({ entry }) => entry?.questions ?? []);
  return [...new Map(asked.map(question => [question.where + question.expect, question])).values()].slice(
    0,
    maxQuestions,
  );
}

/** Where the documented answer to a cause is. */
export function explainCommand(cause: Cause): string {
  return `mradar explain ${cause.entry?.id ?? cause.code}`;
}

/** The status that stands first in `statusOrder`; `unknown` when there is nothing. */
export function worst(statuses: readonly Status[]): Status {
  return statusOrder.find(status => statuses.includes(status)) ?? 'unknown';
}
