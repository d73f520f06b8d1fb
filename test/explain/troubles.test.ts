import { expect, test } from 'vitest';
import { loadLibrary } from '../../src/explain/library.ts';
import { changes, failures } from './failures.ts';
import { troubles } from './troubles.ts';

const entries = new Set(loadLibrary().entries.map(({ id }) => id));

/** Numbers of the documented troubles; they are not given without a gap. */
const numbers: readonly (readonly [number, number])[] = [
  ...([
    [1, 32],
    [40, 53],
    [60, 80],
    [90, 102],
    [110, 126],
    [130, 148],
    [150, 156],
    [160, 185],
  ] as const),
  [190, 201],
];

test('every documented trouble has an entry', () => {
  const all = numbers.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => `TS-${String(from + i).padStart(3, '0')}`),
  );
  expect(all).toHaveLength(161);
  expect(all.filter(id => !entries.has(troubles[id] ?? ''))).toEqual([]);
  expect(Object.keys(troubles).sort()).toEqual(all.sort());
});

test('every failure known beyond the documents has an entry, or a reason why there is none', () => {
  const all = Array.from({ length: 112 }, (_, i) => `F${String(i + 1).padStart(2, '0')}`);
  expect(Object.keys(failures).sort()).toEqual(all.sort());
  const lost = Object.entries(failures).filter(([, one]) => 'entry' in one && !entries.has(one.entry));
  expect(lost).toEqual([]);
  expect(Object.values(failures).filter(one => 'none' in one).length).toBeLessThan(5);
});

test('every change of recent years has an entry', () => {
  expect(Object.values(changes).filter(id => !entries.has(id))).toEqual([]);
});
