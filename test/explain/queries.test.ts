import { expect, test } from 'vitest';
import { searchOf } from '../../src/explain/explain.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import { queries } from './queries.ts';

test('what people type leads to the entry that they need', () => {
  const search = searchOf(loadLibrary());
  const missed = queries.flatMap(([words, id]) => {
    const hits = search(words).map(({ entry }) => entry.id);
    return hits[0] === id ? [] : [`${words}: ${hits.slice(0, 3).join(', ')} and not ${id}`];
  });
  expect(queries.length).toBeGreaterThanOrEqual(120);
  expect(missed, `${queries.length - missed.length} of ${queries.length} lead to the right entry`).toEqual(
    [],
  );
}, 60_000);
