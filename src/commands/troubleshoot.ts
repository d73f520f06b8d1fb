import { readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { loadLibrary } from '../explain/library.ts';
import { OperatorError } from '../model/problem.ts';
import type { Report, Round } from '../model/report.ts';
import { look, report, reportTogether } from '../pipeline.ts';
import { stableJson, toJson } from '../publish/json.ts';
import { toMarkdown } from '../publish/markdown.ts';
import { toText } from '../publish/text.ts';
import { createGate } from '../schedule/gate.ts';
import { type Choice, choose, withChoice } from './choice.ts';
import { progressLine, wantsColour, widthOf } from './terminal.ts';

type Options = Choice & {
  readonly format: 'text' | 'json' | 'markdown';
  readonly save?: string;
  readonly from?: readonly string[];
  readonly timings?: true;
  readonly verbose?: true;
};

/** `mradar troubleshoot`: one round, now. */
export function troubleshoot(): Command {
  return withChoice(new Command('troubleshoot'))
    .description('looks once and tells the cause first')
    .argument('[domain]', 'the domain that users sign in with; everything else is found through DNS')
    .addOption(
      new Option('--format <format>', 'how to tell it').choices(['text', 'json', 'markdown']).default('text'),
    )
    .option('--save <file>', 'keep what was seen, to judge it again or to hand it on')
    .option(
      '--from <file>',
      'judge what --save kept instead of looking; several of one deployment are judged together',
      (file: string, files: readonly string[] = []) => [...files, file],
    )
    .option('--timings', 'add the chain of steps that took the longest')
    .option('--verbose', 'name every check that passed or did not apply')
    .addHelpText(
      'after',
      `
Examples:
  $ mradar troubleshoot example.com
  $ mradar troubleshoot example.com --resolver 9.9.9.9 --save round.json
  $ mradar troubleshoot --from round.json --format markdown
  $ mradar troubleshoot --from outside.json --from inside.json
  $ mradar troubleshoot --config mradar.yaml --deployment example --timings

Exit status: 0 ok, 1 warning, 2 critical, 3 unknown.`,
    )
    .action(async (domain: string | undefined, options: Options) => {
      const library = loadLibrary();
      const rounds = options.from?.flatMap(readRounds) ?? (await lookAtAll(domain, options));
      if (options.save !== undefined) save(options.save, rounds);
      const reports =
        options.from === undefined
          ? rounds.map(round => report(round, library))
          : reportTogether(rounds, library);
      process.stdout.write(tell(reports, options));
      process.exitCode = Math.max(...reports.map(({ diagnosis }) => exitStatus[diagnosis.status]));
    });
}

/** Monitoring Plugins guidelines. */
export const exitStatus = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

async function lookAtAll(domain: string | undefined, options: Options): Promise<Round[]> {
  const config = choose(domain, options);
  const gate = createGate(config.limits);
  const aborter = new AbortController();
  const interrupt = () => aborter.abort();
  process.once('SIGINT', interrupt);
  const progress = progressLine();
  const counts = new Map<string, readonly [number, number]>();
  try {
    return await Promise.all(
      config.deployments.map(deployment =>
        look(deployment, gate, aborter.signal, (done, planned) => {
          counts.set(deployment.name, [done, planned]);
          const sums = [...counts.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
          progress.show(`looking: ${sums[0]} of ${sums[1]} steps`);
        }),
      ),
    );
  } finally {
    progress.clear();
    process.off('SIGINT', interrupt);
  }
}

function tell(reports: readonly Report[], { format, timings, verbose }: Options): string {
  const all = (view: (report: Report) => string) => reports.map(view).join('\n');
  switch (format) {
    case 'json':
      return reports.length === 1 ? toJson(reports[0]!) : stableJson(reports);
    case 'markdown':
      return all(toMarkdown);
    case 'text': {
      const style = {
        colour: wantsColour(process.stdout),
        width: widthOf(process.stdout),
        timings: timings === true,
        verbose: verbose === true,
      };
      return all(one => toText(one, style));
    }
  }
}

function save(file: string, rounds: readonly Round[]) {
  try {
    writeFileSync(file, stableJson(rounds.length === 1 ? rounds[0] : rounds), { mode: 0o600 });
  } catch (error) {
    throw new OperatorError([{ place: file, message: `It cannot be written: ${(error as Error).message}.` }]);
  }
}

function readRounds(file: string): Round[] {
  const cannot = (why: string) => new OperatorError([{ place: file, message: why }]);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw cannot(`It cannot be read: ${(error as Error).message}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw cannot('It is not JSON; --from takes what --save wrote.');
  }
  const rounds = (Array.isArray(value) ? value : [value]) as Round[];
  for (const round of rounds) {
    if (round?.schema !== 1 || !Array.isArray(round.observations) || !Array.isArray(round.subjects)) {
      throw cannot('It holds no round that this version can judge; --from takes what --save wrote.');
    }
  }
  return rounds;
}
