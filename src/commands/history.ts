import { getServers } from 'node:dns';
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config/config.ts';
import { parseDuration } from '../config/values.ts';
import type { Change, Incident, SubjectHistory } from '../model/incident.ts';
import { OperatorError } from '../model/problem.ts';
import { visible } from '../publish/visible.ts';
import { type IncidentQuery, readHistory } from '../store/store.ts';

type Options = {
  readonly config?: string;
  readonly file?: string;
  readonly deployment?: string;
  readonly subject?: string;
  readonly since?: number;
  readonly open?: true;
  readonly limit: number;
  readonly json?: true;
};

/** `mradar history`: what the daemon has kept: when, how long, what changed. */
export function history(): Command {
  return new Command('history')
    .description('tells what was wrong, when, for how long and what had changed, from what the daemon keeps')
    .option('-c, --config <file>', 'configuration file, for its `store.file`')
    .option('--file <file>', 'the history itself')
    .option('--deployment <name>', 'of this deployment only')
    .option('--subject <id>', 'one subject: its incidents, its last good look, and what changed since')
    .option('--since <duration>', 'only what was there within this time (24h, 7d)', duration)
    .option('--open', 'only what is suspected or open now')
    .option('--limit <number>', 'at most so many, the newest', limit, 50)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ mradar history --config mradar.yaml --since 7d\n  $ mradar history --file /var/lib/mradar/mradar.db --open --json',
    )
    .action((options: Options) => {
      const file = fileOf(options);
      const kept = open(file);
      try {
        const page = kept.incidents(queryOf(options));
        const subject = options.subject === undefined ? undefined : kept.subject(options.subject);
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ total: page.total, incidents: page.items, ...(subject ? { subject } : {}) }, undefined, 2)}\n`
            : `${[...incidentLines(page.items, page.total), ...subjectLines(subject)].join('\n')}\n`,
        );
      } finally {
        kept.close();
      }
    });
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It has to be a duration such as 90m, 24h or 7d.');
  return ms;
}

function limit(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw new InvalidArgumentError('It has to be a number from 1 to 1000.');
  return count;
}

function fileOf({ config, file }: Options): string {
  const found = file ?? (config === undefined ? undefined : readConfig(config, getServers()).store.file);
  if (found !== undefined) return found;
  const message =
    config === undefined
      ? 'Give --config FILE, or --file with the history itself.'
      : 'The configuration names no `store.file`; give --file with the history itself.';
  throw new OperatorError([{ place: config ?? '--config', message }]);
}

function open(file: string): ReturnType<typeof readHistory> {
  if (!existsSync(file))
    throw new OperatorError([{ place: file, message: 'There is no such file; has the daemon run?' }]);
  try {
    return readHistory(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError([{ place: file, message: `It cannot be read: ${reason}.` }]);
  }
}

function queryOf({ deployment, subject, since, open, limit }: Options): IncidentQuery {
  return {
    limit,
    ...(deployment === undefined ? {} : { deployment }),
    ...(subject === undefined ? {} : { subject }),
    ...(since === undefined ? {} : { since: new Date(Date.now() - since).toISOString() }),
    ...(open ? { states: ['suspected', 'open'] as const } : {}),
  };
}

function incidentLines(incidents: readonly Incident[], total: number): readonly string[] {
  if (incidents.length === 0) return ['Nothing was wrong.'];
  const lines = incidents.flatMap(incident => [
    `${incident.suspectedAt.slice(0, 19)}Z  ${lastedOf(incident).padEnd(16)} ${incident.severity.padEnd(8)}  ${visible(incident.message)}`,
    `  ${incident.code}${incident.cause === incident.code ? '' : `, because of ${incident.cause}`}${incident.entry ? `, mradar explain ${incident.entry}` : ''}`,
    ...incident.changes.map(change => `  ${changeLine(change)}`),
  ]);
  const rest = total - incidents.length;
  return rest > 0 ? [...lines, `${rest} older ones are not shown; --limit shows more.`] : lines;
}

/** `open 3 h`, `lasted 12 min`, `suspected`. */
function lastedOf({ state, suspectedAt, openedAt, closedAt }: Incident): string {
  if (state === 'suspected') return 'suspected';
  const ms = (closedAt === undefined ? Date.now() : Date.parse(closedAt)) - Date.parse(suspectedAt);
  if (closedAt === undefined) return `open ${span(ms)}`;
  return openedAt === undefined ? `passed in ${span(ms)}` : `lasted ${span(ms)}`;
}

function span(ms: number): string {
  const [seconds, minutes, hours] = [ms / 1_000, ms / 60_000, ms / 3_600_000];
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

function changeLine({ fact, before, now }: Change): string {
  const list = (values: readonly string[]) => (values.length === 0 ? 'nothing' : visible(values.join(', ')));
  return `${fact}: ${list(before)} -> ${list(now)}`;
}

function subjectLines(subject: SubjectHistory | undefined): readonly string[] {
  if (!subject) return [];
  const { good, failures, changes } = subject;
  return [
    '',
    good ? `last seen good ${good.at.slice(0, 19)}Z` : 'never seen good',
    ...failures.map(look => `failed ${look.at.slice(0, 19)}Z  ${look.codes.join(', ')}`),
    ...changes.map(change => `since then ${changeLine(change)}`),
  ];
}
