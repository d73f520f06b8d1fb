import type { Cause } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { type Places, placesOf } from './places.ts';
import { visible } from './visible.ts';
import {
  byArea,
  causesLine,
  count,
  duration,
  explainCommand,
  groupBy,
  judgements,
  meaning,
  proberTroubles,
  questionsOf,
  type Seen,
  seen,
  silenceText,
  whatAndWhere,
} from './words.ts';

/** The answer for a ticket or a chat: CommonMark without HTML. */
export function toMarkdown(report: Report): string {
  const { status, headline, causes } = report.diagnosis;
  const places = placesOf(report);
  const line = causesLine(report);
  const passed = judgements(report, 'pass');
  const unseen = judgements(report, 'unknown');
  const inapplicable = judgements(report, 'not-applicable');
  const troubles = proberTroubles(report);
  const checksAndPlaces = (list: readonly { readonly check: string; readonly subject: string }[]) =>
    groupBy(list, member => member.check)
      .map(
        ({ why, members }) =>
          `${code(why)} on ${literal(places.list(members.map(({ subject }) => subject)))}`,
      )
      .join('; ');
  const reasons = <T extends { readonly check: string; readonly subject: string }>(
    list: readonly T[],
    whyOf: (member: T) => string,
  ) => groupBy(list, whyOf).map(({ why, members }) => `- ${literal(why)}: ${checksAndPlaces(members)}`);
  const blocks: readonly (readonly string[])[] = [
    [`# ${status.toUpperCase()}: ${literal(headline)}`],
    [
      `${literal(whatAndWhere(report))}, ${literal(report.at)}, ${count(report.steps.length, 'step')} in ${duration(report.durationMs)}, mradar ${literal(report.version)}.`,
    ],
    ...(line === undefined ? [] : [[`${line}.`]]),
    ...causes.map(cause => causeLines(cause, places)),
    ...section(
      'Only a person can tell',
      questionsOf(report).map(
        ({ where, expect }, index) => `${index + 1}. ${literal(where)}: ${literal(expect)}`,
      ),
    ),
    ...section(
      `Fine: ${count(passed.length, 'check')}`,
      byArea(passed).map(([area, checks]) => `- ${literal(area)}: ${literal(checks)}`),
    ),
    ...section(
      `Could not be seen: ${unseen.length}`,
      reasons(unseen, member =>
        member.blame === 'prober' ? `${member.because} (on our side)` : member.because,
      ),
    ),
    ...section(
      'Failed on our side, says nothing about the deployment',
      troubles.map(({ why, members }) => `- ${literal(why)}: ${members.map(code).join(', ')}`),
    ),
    ...section(
      `Does not apply: ${inapplicable.length}`,
      reasons(inapplicable, member => member.why),
    ),
  ];
  return `${blocks.map(block => block.join('\n')).join('\n\n')}\n`;
}

function section(title: string, rows: readonly string[]): readonly (readonly string[])[] {
  return rows.length === 0 ? [] : [[`## ${title}`], rows];
}

function causeLines(cause: Cause, places: Places): readonly string[] {
  const { entry } = cause;
  const silence = silenceText(cause);
  const evidence = (told: Seen) =>
    told.evidence.map(([name, value]) => `  - ${literal(name)}: ${literal(value)}`);
  return [
    `## ${cause.severity}: ${literal(cause.title)}`,
    '',
    `${code(cause.code)} - ${meaning(cause.severity, cause.affects)}.`,
    ...(silence === undefined ? [] : ['', `Silenced ${literal(silence)}.`]),
    '',
    ...seen(cause.findings, places, cause.title).flatMap(told => [
      `- ${literal(told.text)}`,
      ...evidence(told),
    ]),
    ...(cause.consequences.length === 0 ? [] : ['', 'It explains:', '']),
    ...seen(cause.consequences, places).flatMap(told => [
      `- ${literal(told.text)} (${code(told.code)})`,
      ...evidence(told),
    ]),
    ...(entry === undefined
      ? []
      : [
          ...list('Remedy', entry.remedy, index => `${index + 1}. `),
          ...list('Verify', entry.verify, () => '- '),
        ]),
    '',
    `More: ${code(explainCommand(cause))}${entry === undefined ? '' : ` - ${literal(entry.title)} (${literal(entry.source)})`}`,
  ];
}

/** Steps of an entry are Markdown of our own, so they are passed on as they are. */
function list(title: string, steps: readonly string[], markOf: (index: number) => string): readonly string[] {
  if (steps.length === 0) return [];
  const rows = steps.map((step, index) => markOf(index) + visible(step));
  return ['', `${title}:`, '', ...rows];
}

/** Everything that means something to Markdown or HTML, and is said by somebody else, is said literally. */
function literal(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>|~#!&]/g, mark =>
      mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : mark === '&' ? '&amp;' : `\\${mark}`,
    )
    .replace(/^([-+])(?=\s)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2');
}

/** A code span, fenced by more backticks than stand in it. */
function code(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}
