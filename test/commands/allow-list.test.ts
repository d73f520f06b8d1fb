import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { printedRules, printedTests, rulesHeader, testsHeader } from '../offline/allow-list/files.ts';
import { mradar } from './program.ts';

// Each test starts the program, which takes a second and more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'mradar-allow-list-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, lines: readonly string[]) => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const run = (...args: string[]) => mradar(['allow-list', ...args]);

const good = 'https://a.example.com/x/,,GET,exact,photos';
const fine = file('fine.csv', [rulesHeader, good]);

test.each([
  ['a good file', [good], [], 0],
  ['a warning', [good, good], [], 1],
  ['an error', ['ftp://a/x,,GET,exact,d'], [], 2],
  ['a test that fails', [good], ['https://a.example.com/x/,block,,,'], 2],
  ['a test that depends', ['https://a/x,,,exact,d'], ['https://a/x,allow,,,'], 3],
])('%s ends with its status', async (_, rules, tests, expected) => {
  const names = [file('rules.csv', [rulesHeader, ...rules])];
  if (tests.length > 0) names.push(file('tests.csv', [testsHeader, ...tests]));
  expect((await run(...names)).status).toBe(expected);
});

test('each problem is one line that begins with file, line and column, without colour in a pipe', async () => {
  const path = file('bad.csv', [rulesHeader, 'https://a:99999/x,,GET,exact,d']);
  const { out } = await run(path);
  expect(out.split('\n')[0]).toBe(
    `${path}:2:10: error: The port is ":99999"; expected a colon and one number from 0 to 65535, or nothing. [ALW-12, D1 "Allow List Rules File Reference"]`,
  );
  expect(out).not.toContain('\u001b');
});

test('the printed examples are explained instead of being made to fit', async () => {
  const rules = file('printed-rules.csv', [printedRules.trimEnd()]);
  const tests = file('printed-tests.csv', [printedTests.trimEnd()]);
  const { out, status } = await run(rules, tests, '--default-methods', 'get,head');
  expect(status).toBe(2);
  expect(out).toContain('no reading of the Deployment column fits all of these tests');
  expect(out).toContain('mradar explain ALLOW-006');
});

test('JSON has a schema: remarks with their source, outcomes with the rule that decides', async () => {
  const tests = file('two.csv', [
    testsHeader,
    'https://a.example.com/x/,allow,,,',
    'https://a.example.com/y,block,,,',
  ]);
  const { rules, tests: ran, schema } = JSON.parse((await run(fine, tests, '--json')).out);
  expect(schema).toBe(1);
  expect(rules).toMatchObject({
    file: fine,
    lines: 2,
    records: 1,
    error: 0,
    warning: 0,
    note: 0,
    remarks: [],
  });
  expect(ran.outcomes).toEqual([
    expect.objectContaining({
      line: 2,
      method: 'GET',
      expected: 'allow',
      result: 'allow',
      verdict: 'pass',
      rule: 2,
    }),
    expect.objectContaining({
      line: 3,
      result: 'block',
      verdict: 'pass',
      nearest: { line: 2, differs: ['its path is "/x/"'] },
    }),
  ]);
});

test('rules come from standard input', async () => {
  const { status, out } = await mradar(['allow-list', '-'], `${rulesHeader}\n${good}\n`);
  expect(status).toBe(0);
  expect(out).toBe('-: 1 rules read; 0 errors, 0 warnings, 0 notes\n');
});

test('a file that is not there, and a method that is none, are wrong usage', async () => {
  const missing = await run(join(folder, 'nowhere.csv'));
  expect(missing).toMatchObject({ status: 3, out: '' });
  expect(missing.err).toContain('nowhere.csv: It cannot be read');
  expect((await run(fine, '--default-methods', 'FETCH')).status).toBe(3);
});

test('help has examples and says how rules are read', async () => {
  const { status, out } = await run('--help');
  expect(status).toBe(0);
  expect(out).toContain('$ mradar allow-list rules.csv tests.csv');
  expect(out).toContain('The path is compared as written');
});
