import { styleText } from 'node:util';
import { Command } from 'commander';
import type { Entry } from '../explain/entry.ts';
import { search } from '../explain/explain.ts';
import { type Library, loadLibrary } from '../explain/library.ts';
import type { Source } from '../judge/check.ts';
import { checks } from '../judge/checks/index.ts';
import type { AnyCheck } from '../judge/judge.ts';
import { OperatorError } from '../model/problem.ts';
import { wantsColour } from './terminal.ts';

/** `mradar explain`: an entry, a check, or a search over the entries. */
export function explain(): Command {
  return new Command('explain')
    .description('tells a documented trouble or a check, or searches for one')
    .argument('<words...>', 'the id of an entry, a check or a finding code, an error message, or a few words')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ mradar explain CERT-001
  $ mradar explain DNS_CISCO_UDS_EXPOSED
  $ mradar explain certificate/host-name
  $ mradar explain "502 Next Hop Connection Failed"`,
    )
    .action((words: string[], options: { readonly json?: true }) => {
      const asked = words.join(' ').trim();
      const library = loadLibrary();
      const check = (checks as readonly AnyCheck[]).find(({ id }) => id === asked);
      if (check) {
        process.stdout.write(
          options.json ? `${JSON.stringify(checkData(check), undefined, 2)}\n` : checkText(check, library),
        );
        return;
      }
      const [best, ...hits] = search(library, asked).map(hit => hit.entry);
      if (!best) {
        throw new OperatorError([
          { place: 'explain', message: `Nothing is known about "${asked}"; try fewer or other words.` },
        ]);
      }
      const isNamed = [best.id, ...best.codes].includes(asked.toUpperCase());
      const others = isNamed ? search(library, best.title).map(hit => hit.entry) : hits;
      const more = others.filter(entry => entry !== best).slice(0, 5);
      process.stdout.write(
        options.json ? `${JSON.stringify([best, ...more], undefined, 2)}\n` : entryText(best, more, library),
      );
    });
}

function bold(text: string): string {
  return wantsColour(process.stdout) ? styleText('bold', text, { validateStream: false }) : text;
}

function entryText(entry: Entry, others: readonly Entry[], library: Library): string {
  const numbered = (steps: readonly string[]) => steps.map((step, i) => `${i + 1}. ${step}`).join('\n');
  const sources = entry.sources.map(source => citation(library, source));
  const parts = [
    bold(`${entry.id}  ${entry.title}`),
    ...(entry.versions ? [`Versions: ${entry.versions}`] : []),
    `${bold('Symptom')}\n${entry.symptom.trim()}`,
    `${bold('Cause')}\n${entry.cause.trim()}`,
    ...(entry.questions
      ? [`${bold('Ask')}\n${numbered(entry.questions.map(({ where, expect }) => `${where}: ${expect}`))}`]
      : []),
    `${bold('Remedy')}\n${numbered(entry.remedy)}`,
    `${bold('Verify')}\n${numbered(entry.verify)}`,
    `${bold('Source')}\n${sources.join('\n')}${entry.origin === 'ours' ? '\nThe wording of cause and remedy is ours.' : ''}`,
    ...(others.length > 0
      ? [`${bold('See also')}\n${others.map(({ id, title }) => `${id}  ${title}`).join('\n')}`]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function checkText(check: AnyCheck, library: Library): string {
  const codes = Object.entries<{ severity: string; message: string }>(check.findings);
  return `${[
    bold(`${check.id}  ${check.holds}`),
    `${bold('Judged on')}\n${check.about}${check.roles ? ` (${check.roles.join(', ')})` : ''}, from ${check.needs.join(', ') || 'the whole round'}`,
    `${bold('Findings')}\n${codes.map(([code, { severity, message }]) => `${code}  ${severity}: ${message}`).join('\n')}`,
    `${bold('Source')}\n${check.sources.map((source: Source) => citation(library, source)).join('\n')}`,
  ].join('\n\n')}\n`;
}

function checkData({ id, holds, about, roles, needs, sources, findings }: AnyCheck) {
  return { id, holds, about, roles, needs, sources, findings };
}

function citation(
  library: Library,
  { document, section, versions }: Pick<Source, 'document' | 'section' | 'versions'>,
): string {
  const title = library.documents[document]?.title ?? document;
  return `${document} ${title}, "${section}"${versions ? ` (${versions})` : ''}`;
}
