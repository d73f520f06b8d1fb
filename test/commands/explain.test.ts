import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mradar } from './program.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('who has read enough of a pipe may go, and nothing is said of it', () => {
  const command = `${process.execPath} ${main} coverage --json | true`;
  expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stderr).toBe('');
});

test('an entry asked for by its id is followed by those that are about the same', async () => {
  const ids = async (...words: string[]) =>
    (JSON.parse((await mradar(['explain', '--json', ...words])).out) as { id: string }[]).map(({ id }) => id);
  const [first, ...others] = await ids('TLS-006');
  expect(first).toBe('TLS-006');
  expect(others).not.toContain('TLS-006');
  expect(others).not.toEqual((await ids('AUTH-013')).slice(1));
});
