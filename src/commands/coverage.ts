import { Command } from 'commander';
import { answerText, wholeCoverage } from '../catalogue.ts';
import { type Coverage, type Way, ways } from '../explain/requirements.ts';
import { OperatorError } from '../model/problem.ts';

/** `mradar coverage`: every documented requirement, and what answers it. */
export function coverage(): Command {
  return new Command('coverage')
    .description('tells of every documented requirement what answers it: a check, a declaration, a question')
    .option('--area <area>', 'one area with all its requirements: DNS, NET, PORT, CRT...')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  $ mradar coverage\n  $ mradar coverage --area DNS')
    .action((options: { readonly area?: string; readonly json?: true }) => {
      const all = wholeCoverage();
      const asked = options.area?.toUpperCase();
      const areas = all.areas.filter(({ area }) => asked === undefined || area === asked);
      if (areas.length === 0) {
        const known = all.areas.map(({ area }) => area).join(', ');
        throw new OperatorError([
          { place: '--area', message: `There is no area ${asked}; known are ${known}.` },
        ]);
      }
      const shown: Coverage = { ...all, areas };
      if (options.json) process.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
      else process.stdout.write(asked === undefined ? totalLines(shown) : areaLines(shown));
    });
}

function totalLines({ areas, totals }: Coverage): string {
  const sum = (of: Readonly<Record<Way, number>>) => ways.reduce((total, way) => total + of[way], 0);
  const row = (name: string, of: Readonly<Record<Way, number>>) => [
    name,
    ...ways.map(way => `${of[way]}`),
    `${sum(of)}`,
  ];
  const rows = [
    ['area', ...ways, 'all'],
    ...areas.map(({ area, totals: own }) => row(area, own)),
    row('all', totals),
  ];
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map(cells => cells[column]!.length)));
  const lines = rows.map(cells =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  return `${lines.join('\n')}\n`;
}

function areaLines({ areas }: Coverage): string {
  return areas
    .flatMap(({ requirements }) => requirements)
    .map(
      one => `${one.id}  ${one.holds}${one.versions ? ` (${one.versions})` : ''}\n    ${answerText(one)}\n`,
    )
    .join('');
}
