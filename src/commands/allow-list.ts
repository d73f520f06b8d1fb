import { closeSync, openSync, readSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config/config.ts';
import { OperatorError } from '../model/problem.ts';
import { type Role, roles } from '../model/subject.ts';
import { semantics } from '../offline/allow-list/decide.ts';
import { lintRules, type Surroundings } from '../offline/allow-list/lint.ts';
import { type Method, toMethod } from '../offline/allow-list/methods.ts';
import { entryOf, type Level, levels, type Remark, shown, sourceOf } from '../offline/allow-list/remark.ts';
import { createRulesReader, type Rule } from '../offline/allow-list/rules.ts';
import { type Outcome, runTests, type TestRun } from '../offline/allow-list/run.ts';
import type { TableReader } from '../offline/allow-list/table.ts';
import { type AllowTest, createTestsReader } from '../offline/allow-list/tests.ts';
import { stableJson } from '../publish/json.ts';
import { wantsColour } from './terminal.ts';
import { exitStatus } from './troubleshoot.ts';

type Options = {
  readonly defaultMethods?: readonly Method[];
  readonly deployments?: readonly string[];
  readonly defaultDeployment?: string;
  readonly config?: string;
  readonly json?: true;
};

/** What was read from one file. */
type FileResult<Item> = {
  readonly file: string;
  readonly lines: number;
  readonly items: readonly Item[];
  readonly remarks: readonly Remark[];
};

type Result = {
  readonly rules: FileResult<Rule>;
  readonly tests?: FileResult<AllowTest> & TestRun;
};

/** `mradar allow-list`: the two CSV files of the HTTP allow list, checked and run against each other. */
export function allowList(): Command {
  return new Command('allow-list')
    .description('checks a CSV file of HTTP allow list rules, and runs a CSV file of tests against it')
    .argument('<rules>', 'the file that the Expressway-C is to load; - is standard input')
    .argument('[tests]', 'a file of tests: which URL the rules have to allow or block')
    .option(
      '--default-methods <list>',
      'the default methods of the page "Editable inbound rules", such as GET,HEAD; none is an empty list',
      methodList,
    )
    .option('--deployments <names>', 'the deployments that exist, separated by commas', nameList)
    .option('--default-deployment <name>', 'the deployment that an empty value stands for')
    .option('-c, --config <file>', 'configuration file: its servers are compared with those of the rules')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ mradar allow-list rules.csv
  $ mradar allow-list rules.csv tests.csv --default-methods GET,HEAD
  $ mradar allow-list rules.csv --deployments "Default deployment,Branch" --json

How rules are read:
${semantics.map(line => `  - ${line}`).join('\n')}

Exit status: 0 nothing to say but notes, 1 warnings, 2 errors or a test that fails, 3 a test that cannot be decided
or wrong usage.`,
    )
    .action((rules: string, tests: string | undefined, options: Options) => {
      if (rules === '-' && tests === '-')
        throw wrong('tests', 'Only one of the two files can be standard input.');
      const result = check(rules, tests, options);
      process.stdout.write(options.json ? stableJson(toData(result)) : toText(result));
      process.exitCode = statusOf(result);
    });
}

function methodList(text: string): readonly Method[] {
  if (text.trim() === '' || text.trim().toLowerCase() === 'none') return [];
  return text.split(',').map(word => {
    const method = toMethod(word.trim().toUpperCase());
    if (!method) throw new InvalidArgumentError(`${shown(word.trim())} is no HTTP method.`);
    return method;
  });
}

function nameList(text: string): readonly string[] {
  return text.split(',').flatMap(name => (name.trim() === '' ? [] : [name.trim()]));
}

function wrong(place: string, message: string): OperatorError {
  return new OperatorError([{ place, message }]);
}

function check(rulesFile: string, testsFile: string | undefined, options: Options): Result {
  const surroundings: Surroundings = { ...options, hosts: hostsIn(options.config) };
  const rules = readTable<Rule>(rulesFile, createRulesReader);
  const remarks = [...rules.remarks, ...lintRules(rules.items, surroundings)].sort(byPlace);
  const tests = testsFile === undefined ? undefined : readTable<AllowTest>(testsFile, createTestsReader);
  return {
    rules: { ...rules, remarks },
    ...(tests && { tests: { ...tests, ...runTests(rules.items, tests.items, options) } }),
  };
}

const byPlace = (a: Remark, b: Remark) => a.line - b.line || a.column - b.column;

/** Names and addresses of every declared server. */
function hostsIn(config: string | undefined): Surroundings['hosts'] {
  if (config === undefined) return [];
  return readConfig(config).deployments.flatMap(({ nodes }) =>
    roles.flatMap((role: Role) =>
      nodes[role].flatMap(({ name, address }) =>
        [name, ...(address === undefined || address === name ? [] : [address])].map(host => ({ role, host })),
      ),
    ),
  );
}

const pieceBytes = 1 << 16;

function readTable<Item>(
  file: string,
  createReader: (onItem: (item: Item) => void) => TableReader,
): FileResult<Item> {
  const items: Item[] = [];
  const reader = createReader(item => items.push(item));
  try {
    const descriptor = file === '-' ? 0 : openSync(file, 'r');
    try {
      const piece = new Uint8Array(pieceBytes);
      for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece))
        reader.push(piece.subarray(0, read));
    } finally {
      if (descriptor !== 0) closeSync(descriptor);
    }
  } catch (error) {
    throw wrong(file, `It cannot be read: ${(error as Error).message}.`);
  }
  const { lines, remarks } = reader.end();
  return { file, lines, items, remarks: [...remarks].sort(byPlace) };
}

function counted(remarks: readonly Remark[]): Readonly<Record<Level, number>> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { level } of remarks) counts[level] += 1;
  return counts;
}

function statusOf({ rules, tests }: Result): number {
  const counts = counted([...rules.remarks, ...(tests?.remarks ?? [])]);
  const has = (verdict: Outcome['verdict']) => tests?.outcomes.some(one => one.verdict === verdict) === true;
  if (counts.error > 0 || has('fail')) return exitStatus.critical;
  if (has('unknown')) return exitStatus.unknown;
  return counts.warning > 0 ? exitStatus.warning : exitStatus.ok;
}

function toData({ rules, tests }: Result) {
  const head = ({ file, lines, items, remarks }: FileResult<unknown>) => ({
    file,
    lines,
    records: items.length,
    ...counted(remarks),
    remarks: remarks.map(remark => ({
      ...remark,
      source: sourceOf(remark.requirement),
      entry: entryOf(remark),
    })),
  });
  return {
    schema: 1,
    semantics,
    rules: head(rules),
    ...(tests && {
      tests: {
        ...head(tests),
        outcomes: tests.outcomes.map(({ test, decision, verdict }) => ({
          line: test.line,
          url: test.text,
          method: test.method,
          deployment: test.deployment,
          expected: test.expected,
          verdict,
          result: decision.result,
          ...(decision.result === 'block'
            ? decision.nearest && {
                nearest: { line: decision.nearest.rule.line, differs: decision.nearest.differs },
              }
            : { rule: decision.rule.line }),
        })),
        ...(tests.contradiction && { contradiction: tests.contradiction }),
      },
    }),
  };
}

const tones = {
  error: 'red',
  warning: 'yellow',
  note: 'cyan',
  fail: 'red',
  unknown: 'magenta',
  pass: 'green',
} as const;

function toned(word: keyof typeof tones, text: string = word): string {
  return wantsColour(process.stdout) ? styleText(tones[word], text, { validateStream: false }) : text;
}

function toText({ rules, tests }: Result): string {
  const lines = [
    ...remarkLines(rules),
    `${rules.file}: ${rules.items.length} rules read; ${told(rules.remarks)}`,
  ];
  if (tests) {
    lines.push(...remarkLines(tests));
    for (const outcome of tests.outcomes) lines.push(outcomeLine(outcome, tests.file, rules.file));
    const count = (verdict: Outcome['verdict']) =>
      tests.outcomes.filter(one => one.verdict === verdict).length;
    lines.push(
      `${tests.file}: ${tests.outcomes.length} tests run: ${count('pass')} pass, ${count('fail')} fail, ${count('unknown')} unknown; ${told(tests.remarks)}`,
    );
    if (tests.contradiction) lines.push(...contradictionLines(tests.contradiction, tests.file));
    if (count('unknown') > 0)
      lines.push(
        'Unknown is what depends on the default methods of the page; tell them with --default-methods.',
      );
  }
  const entries = new Set(
    [...rules.remarks, ...(tests?.remarks ?? [])].flatMap(remark => entryOf(remark) ?? []),
  );
  if (tests?.contradiction) entries.add('ALLOW-006');
  if (entries.size > 0)
    lines.push(
      `More: ${[...entries]
        .sort()
        .map(id => `mradar explain ${id}`)
        .join(', ')}`,
    );
  return `${lines.join('\n')}\n`;
}

function told(remarks: readonly Remark[]): string {
  const counts = counted(remarks);
  return levels.map(level => `${counts[level]} ${level}${counts[level] === 1 ? '' : 's'}`).join(', ');
}

function remarkLines({ file, remarks }: FileResult<unknown>): string[] {
  return remarks.map(({ level, line, column, message, requirement }) => {
    const { document, section } = sourceOf(requirement);
    return `${file}:${line}:${column}: ${toned(level)}: ${message} [${requirement}, ${document} "${section}"]`;
  });
}

function outcomeLine({ test, decision, verdict }: Outcome, file: string, rulesFile: string): string {
  const where = test.deployment === '' ? '' : ` for ${shown(test.deployment)}`;
  const asked = `${test.method} ${test.text}${where}`;
  const result =
    decision.result === 'depends'
      ? 'may be allowed'
      : `is ${decision.result === 'allow' ? 'allowed' : 'blocked'}`;
  const unlike = verdict === 'fail' ? `, expected ${test.expected}` : '';
  return `${file}:${test.line}:1: ${toned(verdict)}: ${asked} ${result}${unlike}: ${reason(decision, rulesFile)}`;
}

function reason(decision: Outcome['decision'], file: string): string {
  if (decision.result === 'allow') return `${file}:${decision.rule.line} fits.`;
  if (decision.result === 'depends')
    return `${file}:${decision.rule.line} fits if the default methods hold this one.`;
  const { nearest } = decision;
  if (!nearest) return 'no rule names this host.';
  return `no rule fits; the nearest is ${file}:${nearest.rule.line}, but ${nearest.differs.join(', and ')}.`;
}

function contradictionLines(
  { honoured, ignored }: NonNullable<TestRun['contradiction']>,
  file: string,
): string[] {
  const list = (lines: readonly number[]) =>
    `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, 10).join(', ')}${lines.length > 10 ? ', ...' : ''}`;
  return [
    `${file}: no reading of the Deployment column fits all of these tests: when it counts, ${list(honoured)} cannot come out as expected;`,
    `  if it did not count, ${list(ignored)} could not. The tests contradict the rules or each other; the rules are not bent to them.`,
    '  (The sample files of the deployment guide X8.10 do this: they show the format and are no test of it.)',
  ];
}
