import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mradar-logs-'));
  writeFileSync(join(folder, 'bad.log'), 'so NO_HOME_UDS_FOUND it said\n');
  writeFileSync(join(folder, 'warning.log'), 'HTTP/1.1 429 Too Many Requests\n');
  writeFileSync(join(folder, 'good.log'), 'nothing\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

function mradar(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../../src/main.ts'), 'logs', ...args],
    { cwd: folder, input, encoding: 'utf8', timeout: 30_000 },
  );
  return { status, stdout, stderr };
}

test.each([
  [['bad.log', 'good.log'], 2],
  [['warning.log'], 1],
  [['good.log'], 0],
])('%j ends with %i', (files, status) => {
  expect(mradar(files)).toMatchObject({ status, stderr: '' });
});

test('reads standard input, and writes JSON', () => {
  const { status, stdout } = mradar(['-', '--format', 'json'], 'so NO_HOME_UDS_FOUND it said\n');
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    status: 'critical',
    causes: [{ entry: { id: 'AUTH-004' }, example: { file: 'standard input', line: 1 } }],
  });
});

test('a file that is not there is told in one line', () => {
  const { status, stderr, stdout } = mradar(['none.log']);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toMatch(/^none[.]log: It cannot be read: .*\n$/);
});

test('a folder is told in one line', () => {
  const { status, stderr } = mradar(['.']);
  expect(status).toBe(3);
  expect(stderr.split('\n')).toHaveLength(2);
});

test('a zone that is none is refused', () => {
  expect(mradar(['good.log', '--zone', 'CET'])).toMatchObject({ status: 3, stdout: '' });
});
