import { answerText, wholeCoverage } from '../../src/catalogue.ts';
import { ways } from '../../src/explain/requirements.ts';

/** The generated page: where it belongs, and what it is to be. */
export const coverageDocument = { path: 'docs/coverage.md', text: toPage() };

function toPage(): string {
  const { areas, totals } = wholeCoverage();
  const sum = (of: typeof totals) => ways.reduce((total, way) => total + of[way], 0);
  const row = (name: string, of: typeof totals) => [name, ...ways.map(way => `${of[way]}`), `${sum(of)}`];
  return [
    '# Documented requirements and what answers them',
    '',
    'Every statement of the documents that can be true or false of a deployment, in our words, with what answers it:',
    '',
    '- **check**: judged from what was seen on the network; `mradar explain CHECK` tells more.',
    '- **declaration**: judged from what the configuration or an exported file says.',
    '- **signature**: recognised in a log; the entry says how.',
    '- **question**: only a person can look: where, and what has to be there.',
    '- **none**: nothing to observe, and why.',
    '- **open**: nothing answers it yet.',
    '',
    'Documents: D0 and D2 and D4 are chapters of the X15 guide, D1 is the X8.10 guide, D3 the X8.2 guide.',
    '',
    ...table(
      ['area', ...ways, 'all'],
      [
        ...areas.map(({ area, totals: own }) => row(`[${area}](#${area.toLowerCase()})`, own)),
        row('all', totals),
      ],
    ),
    ...areas.flatMap(({ area, title, requirements }) => [
      '',
      `## ${area}`,
      '',
      `${title}.`,
      '',
      ...table(
        ['id', 'holds', 'versions', 'answer', 'stated in'],
        requirements.map(one => [
          one.id,
          one.holds,
          one.versions ?? '',
          answerText(one),
          one.sources.map(({ document, section }) => `${document} "${section}"`).join('; '),
        ]),
      ),
    ]),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
