import { array, assert, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { buildAutomaton, squeeze } from '../../../src/offline/logs/automaton.ts';

/** The slow way: every anchor at every byte of the text without blanks, told at its last byte. */
function findSlowly(anchors: readonly string[], text: string): readonly string[] {
  const places = [...text].flatMap((letter, i) => (/[ \t\r\n]/.test(letter) ? [] : [i]));
  const squeezed = squeeze(text);
  return anchors
    .flatMap((anchor, number) => {
      const wanted = squeeze(anchor);
      return places.flatMap((place, i) =>
        squeezed.slice(0, i + 1).endsWith(wanted) ? [`${place} ${number}`] : [],
      );
    })
    .sort();
}

function find(anchors: readonly string[], text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return buildAutomaton(anchors)(bytes, bytes.length)
    .flatMap(({ offset, anchors: ends }) => ends.map(anchor => `${offset} ${anchor}`))
    .sort();
}

test('finds anchors that overlap and end in one another', () => {
  expect(find(['abcd', 'bcd', 'cdab'], 'xABcdab')).toEqual(['4 0', '4 1', '6 2']);
});

test('blanks, line ends and case do not count', () => {
  expect(find(['connection refused'], 'a Connection  \r\n\tREFUSED b')).toEqual(['23 0']);
});

test('reads no further than it is told', () => {
  expect(buildAutomaton(['abc'])(Buffer.from('xxabc'), 4)).toEqual([]);
});

test('says the same as a search letter by letter, over the borders of its lanes too', () => {
  const letters = string({ unit: constantFrom('a', 'b', 'c', 'A', ' ', '\n', '-'), maxLength: 60 });
  const anchor = string({ unit: constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
  assert(
    property(array(anchor, { minLength: 1, maxLength: 5 }), letters, (anchors, text) => {
      expect(find(anchors, text)).toEqual(findSlowly(anchors, text));
    }),
    { numRuns: 2000 },
  );
});

test('takes any bytes', () => {
  const noise = Buffer.from(Array.from({ length: 4099 }, (_, i) => (i * 7919) % 256));
  expect(buildAutomaton(['reverse dns lookup', 'ä'])(noise, noise.length)).toEqual([]);
});
