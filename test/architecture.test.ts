import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

type Import = {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
};
type Rule = {
  readonly folders: ReadonlySet<string>;
  readonly typeFolders: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  readonly everything: boolean;
};

/** The table in src/README.md is the rule; this test only reads it. */
function readRules(): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  const text = readFileSync(join(root, 'src/README.md'), 'utf8');
  const section = text.split('## Who may import what')[1]!.split('\n## ')[0]!;
  for (const line of section.split('\n')) {
    const cells = line.split('|').map(cell => cell.trim());
    const folder = /^`(.+)`$/.exec(cells[1] ?? '')?.[1];
    if (!folder) continue;
    const list = (cell: string) => cell.split(',').flatMap(word => (word.trim() === '' ? [] : [word.trim()]));
    const allowed = list(cells[2]!);
    rules.set(folder, {
      folders: new Set(allowed.filter(word => !word.endsWith('(types)'))),
      typeFolders: new Set(allowed.flatMap(word => (word.endsWith('(types)') ? [word.split(' ')[0]!] : []))),
      packages: new Set(list(cells[3]!)),
      everything: allowed.includes('everything'),
    });
  }
  return rules;
}

/** Which row of the table a file belongs to. */
function folderOf(file: string): string {
  const [top, second] = relative(root, file).split(sep) as [string, string];
  if (top === 'probes') return 'probes';
  return second.endsWith('.ts') || second.endsWith('.json') ? 'src/*.ts' : second;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(root, folder, file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  const statement = /^(?:import|export)\s+(type\s+)?([^'";]*?from\s+)?'([^']+)'/gm;
  for (const [, type, names, specifier] of text.matchAll(statement)) {
    const braces = /\{([\s\S]*)\}/.exec(names ?? '')?.[1];
    const inline = braces
      ?.split(',')
      .map(name => name.trim())
      .filter(name => name !== '')
      .every(name => name.startsWith('type '));
    const to = specifier!.startsWith('.') ? resolve(dirname(file), specifier!) : specifier!;
    found.push({ file, from: folderOf(file), to, typesOnly: type !== undefined || inline === true });
  }
  return found;
}

function allows({ packages }: Rule, name: string): boolean {
  return packages.has(name) || (name.startsWith('node:') && packages.has('node:*'));
}

const rules = readRules();
const files = [...sources('src'), ...sources('probes')];
const imports = files.flatMap(importsOf);
const place = (one: Import) =>
  `${relative(root, one.file)} imports ${one.to.startsWith('/') ? relative(root, one.to) : one.to}`;

test('every folder has a row in the table of src/README.md', () => {
  const missing = [...new Set(files.map(folderOf))].filter(folder => !rules.has(folder));
  expect(missing, 'add a row for the folder, or put its files where they belong').toEqual([]);
});

test('nothing imports what the table does not allow', () => {
  const forbidden = imports.filter(one => {
    const rule = rules.get(one.from)!;
    if (!one.to.startsWith('/')) return !allows(rule, one.to);
    const folder = folderOf(one.to);
    if (folder === one.from || rule.everything || rule.folders.has(folder)) return false;
    return !(one.typesOnly && rule.typeFolders.has(folder));
  });
  expect(
    forbidden.map(place),
    'move the code to where it is allowed, or change the table and say why',
  ).toEqual([]);
});

test('no probe imports another probe', () => {
  const between = imports.filter(
    one =>
      one.from === 'probes' &&
      !one.file.endsWith('index.ts') &&
      folderOfTarget(one) === 'probes' &&
      !one.typesOnly,
  );
  expect(between.map(place), 'what two probes share belongs into src/net').toEqual([]);
});

test('every permission in the table is used', () => {
  const unused: string[] = [];
  for (const [folder, rule] of rules) {
    const mine = imports.filter(one => one.from === folder);
    for (const name of [...rule.folders, ...rule.typeFolders]) {
      if (name !== 'everything' && !mine.some(one => folderOfTarget(one) === name))
        unused.push(`${folder}: ${name}`);
    }
    for (const name of rule.packages) {
      if (!mine.some(one => one.to === name || (name === 'node:*' && one.to.startsWith('node:'))))
        unused.push(`${folder}: ${name}`);
    }
  }
  expect(unused, 'take the permission out of the table').toEqual([]);
});

test('no circle of imports', () => {
  const edges = Map.groupBy(
    imports.filter(one => one.to.startsWith('/') && !one.typesOnly),
    one => one.file,
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of edges.get(file) ?? []) {
      const circle = visit(to, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  const circles = files.flatMap(file => visit(file, []) ?? []);
  expect(circles.map(file => relative(root, file))).toEqual([]);
});

test('only main.ts imports commands', () => {
  const wrong = imports.filter(
    one => folderOfTarget(one) === 'commands' && one.from !== 'commands' && !one.file.endsWith('src/main.ts'),
  );
  expect(wrong.map(place)).toEqual([]);
});

function folderOfTarget(one: Import): string | undefined {
  return one.to.startsWith('/') ? folderOf(one.to) : undefined;
}
