import { roleNames } from '../../model/subject.ts';
import type { JudgedArchives } from './archive.ts';
import type { Count, LogCause, LogReport } from './report.ts';

/** How the text is to look. */
export type LogTextOptions = {
  readonly width: number;
  readonly bold: (text: string) => string;
};

const shownMoments = 30;
const shownSettings = 25;

/** The report as text: causes first, then the time line, what archives held, and what was read. */
export function toLogText(report: LogReport, { width, bold }: LogTextOptions): string {
  const { causes, files, notes, timeline, certificates, settings, versions, judged } = report;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', bold(title), ...lines];
  return [
    `${bold(report.status.toUpperCase())}  ${report.headline}`,
    ...causes.flatMap((cause, i) => ['', ...causeLines(cause, i === 0, width, bold)]),
    ...(judged ? section('Certificates and settings judged', judgedLines(judged, width)) : []),
    ...section('Time line (UTC)', [
      ...timeline
        .slice(0, shownMoments)
        .map(
          ({ time, entry, what, file, line }) =>
            `  ${short(time)}  ${what.padEnd(5)}  ${entry.padEnd(8)}  ${file}:${line}`,
        ),
      ...more(timeline.length - shownMoments),
    ]),
    ...section(
      'Certificates found',
      certificates.map(
        ({ file, subject, issuer, notAfter }) =>
          `  ${file}: ${subject || 'no subject'}, issued by ${issuer || 'nobody'}, until ${notAfter.slice(0, 10)}`,
      ),
    ),
    ...section('Settings found', [
      ...settings.slice(0, shownSettings).map(({ name, value }) => cut(`  ${name}: ${value}`, width)),
      ...more(settings.length - shownSettings),
    ]),
    ...section(
      'Versions found',
      versions.map(version => `  ${version}`),
    ),
    ...section(
      'Read',
      files.map(({ name, lines, layout, first, last }) => {
        const when = first && last ? `, ${short(first)} to ${short(last)}` : '';
        return `  ${name}: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${layout}${when}`;
      }),
    ),
    ...section(
      'Notes',
      notes.map(({ place, message }) => `  ${place} ${message}`),
    ),
    '',
  ].join('\n');
}

function judgedLines({ nodes, causes, passed, unknown }: JudgedArchives, width: number): readonly string[] {
  return [
    ...nodes.map(({ host, role, version }) => `  ${host}: ${roleNames[role]} ${version ?? ''}`.trimEnd()),
    ...causes.flatMap(({ severity, title, findings, entry }) => [
      ...wrap(`${severity.toUpperCase()}  ${title}`, width - 2).map(line => `  ${line}`),
      ...(findings.length > 1
        ? findings.flatMap(({ message }) => wrap(message, width - 6).map(line => `      ${line}`))
        : []),
      ...(entry ? [`      mradar explain ${entry.id} tells what to do`] : []),
    ]),
    `  ${passed.length} kept, ${causes.length} broken, ${unknown.length} that the files do not tell (--format json has all)`,
  ];
}

function causeLines(cause: LogCause, isFirst: boolean, width: number, bold: (text: string) => string) {
  const { entry, severity, count, first, last, example, people, hosts, files } = cause;
  const when =
    first && last ? (first === last ? ` at ${short(first)}` : ` from ${short(first)} to ${short(last)}`) : '';
  const who = [told(people, 'person', 'people'), told(hosts, 'host', 'hosts')].filter(text => text !== '');
  const where = files.length > 1 ? ` in ${files.length} files` : '';
  return [
    `${severity.toUpperCase()}  ${bold(`${entry.id}  ${entry.title}`)}`,
    `  ${count === 1 ? 'once' : `${count} times`}${where}${when}${when ? ' UTC' : ''}${who.length ? `; ${who.join(', ')}` : ''}`,
    `  ${example.file}:${example.line}`,
    ...wrap(example.text, width - 4).map(line => `    ${line}`),
    ...(isFirst
      ? [
          '  What to do:',
          ...entry.remedy.flatMap((step, i) =>
            wrap(`${i + 1}. ${plain(step)}`, width - 4).map(line => `    ${line}`),
          ),
        ]
      : [`  mradar explain ${entry.id} tells what to do`]),
  ];
}

function told({ count, names }: Count, one: string, many: string): string {
  if (count === 0) return '';
  const shown = names ? `: ${names.slice(0, 20).join(' ')}${count > 20 ? ' ...' : ''}` : '';
  return `${count} ${count === 1 ? one : many}${shown}`;
}

const short = (time: string) => time.slice(0, 19).replace('T', ' ');
const more = (left: number) => (left > 0 ? [`  and ${left} more (--format json has all)`] : []);
const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 4)} ...` : text);
const plain = (markdown: string) => markdown.replaceAll(/`([^`]+)`|[*]{2}([^*]+)[*]{2}/g, '$1$2');

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap(long => long.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
