import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entriesOf, library } from './read.ts';

type Sample = { readonly entries: readonly string[]; readonly text: string };
const corpus: readonly Sample[] = JSON.parse(
  readFileSync(new URL('corpus.json', import.meta.url), 'utf8'),
) as Sample[];

test.each(corpus)('$entries: $text', async ({ entries, text }) => {
  expect(await entriesOf(text)).toEqual([...entries].sort());
});

test('the corpus holds true lines and near misses, 150 or more', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  expect(corpus.filter(({ entries }) => entries.length === 0).length).toBeGreaterThanOrEqual(40);
});

test('every entry with signatures has a line in the corpus', () => {
  const shown = new Set(corpus.flatMap(({ entries }) => entries));
  const missing = library.entries.filter(({ id, signatures }) => signatures && !shown.has(id));
  expect(
    missing.map(({ id }) => id),
    'add a line of a real log to test/offline/logs/corpus.json',
  ).toEqual([]);
});
