import { styleText } from 'node:util';
import type { Cause } from '../model/finding.ts';
import type { Report, RoundStep } from '../model/report.ts';
import { placesOf } from './places.ts';
import { stageTimes } from './readings.ts';
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
  plain,
  proberTroubles,
  questionsOf,
  seen,
  silenceText,
  whatAndWhere,
} from './words.ts';

export type TextOptions = {
  /** ANSI colours; without them no escape sequence is written. */
  readonly colour: boolean;
  /** Columns; words longer than a line are left whole, so that they can be copied. */
  readonly width: number;
  /** Adds the chain of steps that took the longest. */
  readonly timings: boolean;
  /** Names every check that passed or did not apply, instead of counting them. */
  readonly verbose: boolean;
};

type Style = Parameters<typeof styleText>[0];
type Page = { readonly paint: (style: Style, text: string) => string; readonly width: number };

/** The answer in a terminal: verdict, causes with evidence and remedy, then what is fine, then what nobody could see. */
export function toText(report: Report, options: TextOptions): string {
  const page: Page = {
    paint: (style, text) =>
      options.colour && text !== '' ? styleText(style, text, { validateStream: false }) : text,
    width: Math.max(options.width, 40),
  };
  const { status, headline, causes } = report.diagnosis;
  const line = causesLine(report);
  const blocks: readonly (readonly string[])[] = [
    wrap(
      `${whatAndWhere(report)} - ${count(report.steps.length, 'step')}, ${duration(report.durationMs)}`,
      '',
      '',
      page.width,
    ),
    labelled(page, '', status.toUpperCase(), headline, verdictStyles[status], 'bold'),
    ...(line === undefined ? [] : [[` ${line}`]]),
    ...causes.map(cause => causeLines(page, report, cause)),
    questionLines(page, report),
    restLines(page, report, options.verbose),
    ...(options.timings ? [timingLines(page, report)] : []),
  ];
  return `${blocks
    .filter(block => block.length > 0)
    .map(block => block.join('\n'))
    .join('\n\n')}\n`;
}

const verdictStyles: Readonly<Record<Report['diagnosis']['status'], Style>> = {
  ok: ['bold', 'green'],
  warning: ['bold', 'yellow'],
  critical: ['bold', 'red'],
  unknown: ['bold', 'magenta'],
};
const marks = { critical: 'x', warning: '!', info: 'i' } as const;
const markStyles: Readonly<Record<Cause['severity'], Style>> = {
  critical: 'red',
  warning: 'yellow',
  info: 'cyan',
};

function causeLines(page: Page, report: Report, cause: Cause): readonly string[] {
  const places = placesOf(report);
  const { entry } = cause;
  const explains = seen(cause.consequences, places);
  const silence = silenceText(cause);
  return [
    ...titleLines(page, cause),
    ...seen(cause.findings, places, cause.title).flatMap((group, index) => [
      ...part(page, index === 0 ? 'seen' : '', group.text),
      ...group.evidence.flatMap(([name, value]) => part(page, '', `${name}: ${value}`, '  ')),
    ]),
    ...part(page, 'so', meaning(cause.severity, cause.affects)),
    ...(silence === undefined ? [] : part(page, 'silenced', silence)),
    ...explains.flatMap((group, index) =>
      part(page, index === 0 ? 'explains' : '', `${group.text} (${group.code})`),
    ),
    ...(entry?.remedy ?? []).flatMap((step, index) =>
      part(page, index === 0 ? 'remedy' : '', plain(step), `${index + 1} `),
    ),
    ...(entry?.verify ?? []).flatMap((step, index) => part(page, index === 0 ? 'verify' : '', plain(step))),
    ...part(page, 'more', explainCommand(cause) + (entry ? ` - ${entry.title} (${entry.source})` : '')),
  ];
}

/** The sentence with the code at the right edge, when both fit. */
function titleLines(page: Page, cause: Cause): readonly string[] {
  const lines = wrap(cause.title, ` ${marks[cause.severity]} `, '   ', page.width);
  const painted = lines.map((text, index) =>
    index === 0
      ? ` ${page.paint(markStyles[cause.severity], marks[cause.severity])} ${page.paint('bold', text.slice(3))}`
      : `   ${page.paint('bold', text.slice(3))}`,
  );
  const last = lines.at(-1)!;
  const code = visible(cause.code);
  const gap = page.width - last.length - code.length;
  return gap >= 2
    ? [...painted.slice(0, -1), `${painted.at(-1)}${' '.repeat(gap)}${page.paint('dim', code)}`]
    : [...painted, `     ${page.paint('dim', code)}`];
}

/** One labelled part of a cause. */
function part(page: Page, label: string, text: string, bullet = ''): readonly string[] {
  return labelled(page, '     ', label.padEnd(8), text, 'dim', undefined, bullet);
}

/** `label` once, then the text beside it, wrapped under itself. */
function labelled(
  page: Page,
  indent: string,
  label: string,
  text: string,
  labelStyle: Style,
  textStyle?: Style,
  bullet = '',
): readonly string[] {
  const first = `${indent}${label}  `;
  const hang = ' '.repeat(first.length);
  const lines = wrap(text, hang + bullet, hang + ' '.repeat(bullet.length), page.width);
  return lines.map((line, index) => {
    const body = line.slice(hang.length);
    const shown = textStyle === undefined ? body : page.paint(textStyle, body);
    return index === 0 ? `${indent}${page.paint(labelStyle, label)}  ${shown}` : `${hang}${shown}`.trimEnd();
  });
}

/** What only a person can look at: where, and what has to stand there. */
function questionLines(page: Page, report: Report): readonly string[] {
  const questions = questionsOf(report);
  if (questions.length === 0) return [];
  return [
    ...labelled(page, ' ', '?', 'Only a person can tell, and it would narrow this down:', 'cyan'),
    ...questions.flatMap(({ where, expect }, index) =>
      wrap(`${where} - has to be: ${expect}`, `     ${index + 1} `, '       ', page.width),
    ),
  ];
}

/** What is fine, what does not apply, and what could not be seen, each with its reason. */
function restLines(page: Page, report: Report, verbose: boolean): readonly string[] {
  const places = placesOf(report);
  const passed = judgements(report, 'pass');
  const unseen = judgements(report, 'unknown');
  const inapplicable = judgements(report, 'not-applicable');
  const troubles = proberTroubles(report);
  const block = (mark: string, style: Style, head: string, rows: readonly string[]) => [
    ...labelled(page, ' ', mark, head, style),
    ...rows.flatMap(row => wrap(row, '       ', '         ', page.width)),
  ];
  const checksAndPlaces = (list: readonly { readonly check: string; readonly subject: string }[]) =>
    groupBy(list, member => member.check)
      .map(({ why, members }) => `${why} on ${places.list(members.map(({ subject }) => subject))}`)
      .join('; ');
  return [
    ...(passed.length === 0
      ? []
      : block(
          'ok',
          'green',
          verbose ? count(passed.length, 'check') : `${count(passed.length, 'check')}: ${areaCounts(passed)}`,
          verbose ? byArea(passed).map(([area, checks]) => `${area}: ${checks}`) : [],
        )),
    ...(unseen.length === 0
      ? []
      : block(
          '--',
          'magenta',
          `${unseen.length} could not be seen`,
          groupBy(unseen, member =>
            member.blame === 'prober' ? `${member.because} (on our side)` : member.because,
          )
            .map(({ why, members }) =>
              verbose ? `${why}: ${checksAndPlaces(members)}` : `${why}: ${count(members.length, 'check')}`,
            )
            .flatMap(verbose ? row => [row] : firstReasons),
        )),
    ...(troubles.length === 0
      ? []
      : block(
          '--',
          'magenta',
          `${count(new Set(troubles.flatMap(trouble => trouble.members)).size, 'step')} failed on our side: nothing is said about the deployment`,
          troubles.map(({ why, members }) => `${why}: ${members.join(', ')}`),
        )),
    ...(inapplicable.length === 0
      ? []
      : block(
          'na',
          'dim',
          `${inapplicable.length} ${inapplicable.length === 1 ? 'does' : 'do'} not apply here${verbose ? '' : ' (--verbose tells why)'}`,
          verbose
            ? groupBy(inapplicable, member => member.why).map(
                ({ why, members }) => `${why}: ${checksAndPlaces(members)}`,
              )
            : [],
        )),
  ];
}

/** The chain of steps that ended last: each step is there because the one before it answered. */
export function criticalPath(steps: readonly RoundStep[]): readonly RoundStep[] {
  const byId = new Map(steps.map(step => [step.id, step]));
  const end = (step: RoundStep) => (step.startMs ?? 0) + (step.durationMs ?? 0);
  const path: RoundStep[] = [];
  let step = steps
    .filter(candidate => candidate.durationMs !== undefined)
    .reduce<RoundStep | undefined>((last, next) => (last && end(last) >= end(next) ? last : next), undefined);
  while (step && !path.includes(step)) {
    path.unshift(step);
    step = step.after === undefined ? undefined : byId.get(step.after);
  }
  return path;
}

function timingLines(page: Page, report: Report): readonly string[] {
  const path = criticalPath(report.steps);
  if (path.length === 0) return [];
  const places = placesOf(report);
  const rows = path.map((step, index) => {
    const before = path[index - 1];
    const waitedMs = (step.startMs ?? 0) - (before ? (before.startMs ?? 0) + (before.durationMs ?? 0) : 0);
    const stages = report.observations
      .filter(observation => observation.step === step.id)
      .flatMap(stageTimes)
      .map(({ stage, ms }) => `${stage} ${duration(ms)}`);
    const notes = [...stages, ...(waitedMs >= 1 ? [`waited ${duration(waitedMs)}`] : [])];
    const what = [step.probe, step.topic, places.full(step.subject)]
      .filter(word => word !== undefined)
      .join(' ');
    return {
      at: `+${duration(step.startMs ?? 0)}`,
      took: duration(step.durationMs ?? 0),
      what: notes.length > 0 ? `${what} (${notes.join(', ')})` : what,
    };
  });
  const atWidth = Math.max(...rows.map(row => row.at.length));
  const tookWidth = Math.max(...rows.map(row => row.took.length));
  const first = path[0]!;
  const last = path.at(-1)!;
  const span = (last.startMs ?? 0) + (last.durationMs ?? 0);
  return [
    ...labelled(
      page,
      ' ',
      'longest chain',
      `${count(path.length, 'step')}, ended after ${duration(span)}`,
      'dim',
    ),
    ...rows.flatMap(row => {
      const lead = `       ${row.at.padStart(atWidth)}  ${row.took.padStart(tookWidth)}  `;
      return wrap(row.what, lead, ' '.repeat(lead.length), page.width);
    }),
    ...(first.after === undefined ? [] : wrap(`began with ${first.after}`, '       ', '       ', page.width)),
  ];
}

/** Words laid into lines of `width` columns; a word that is longer than a line stays whole. */
function wrap(text: string, first: string, rest: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of visible(text)
    .split(' ')
    .filter(part => part !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

const maxReasons = 8;

/** Keeps the first reasons and counts the others in one more row. */
function firstReasons(row: string, index: number, all: readonly string[]): readonly string[] {
  if (index < maxReasons) return [row];
  return index === maxReasons ? [`and ${all.length - maxReasons} more reasons (--verbose names them)`] : [];
}

/** How many passed in each area, in the order of the checks: `dns 23, port 27`. */
function areaCounts(passed: readonly { readonly check: string }[]): string {
  return groupBy(passed, ({ check }) => check.split('/')[0]!)
    .map(({ why, members }) => `${why} ${members.length}`)
    .join(', ');
}
