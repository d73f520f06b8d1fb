import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bounds,
  columnOf,
  createLineSplitter,
  type Line,
  parseLine,
} from '../../../src/offline/allow-list/csv.ts';

const texts = (line: string) => parseLine(line).fields.map(({ text }) => text);
const faults = (line: string) =>
  parseLine(line).faults.map(({ column, message }) => `${column} ${message.split(';')[0]}`);

test.each([
  ['a,b,c', ['a', 'b', 'c']],
  ['', ['']],
  [',', ['', '']],
  ['"a,b",c', ['a,b', 'c']],
  ['"say ""no""",c', ['say "no"', 'c']],
  ['"",""', ['', '']],
])('%s is split by the rules of RFC 4180', (line, expected) => {
  expect(texts(line)).toEqual(expected);
  expect(faults(line)).toEqual([]);
});

test.each([
  ['a,"b', ['a', 'b'], '3 The double quote is not closed on its line'],
  ['a, "b",c', ['a', 'b', 'c'], '3 A blank stands before the opening quote'],
  ['"a" ,b', ['a', 'b'], '4 A blank stands behind the closing quote'],
  ['"a"x,b', ['a', 'b'], '4 Text stands behind the closing quote'],
  ['a"b,c', ['a"b', 'c'], '2 A double quote stands inside a value'],
])('%s is read as far as it can be, and its fault has a column', (line, expected, fault) => {
  expect(texts(line)).toEqual(expected);
  expect(faults(line)).toEqual([fault]);
});

test('a column inside a quoted value counts the doubled quotes before it', () => {
  const [field] = parseLine('"a""b?"').fields;
  expect(field!.text).toBe('a"b?');
  expect(columnOf(field!, 3)).toBe('"a""b?"'.indexOf('?') + 1);
});

test('any values come back when they are written with quotes', () => {
  const value = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', ';', '\t', 'é', '😀') });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), values => {
      const line = values.map(text => `"${text.replaceAll('"', '""')}"`).join(',');
      expect(texts(line)).toEqual(values);
      expect(faults(line)).toEqual([]);
    }),
  );
});

test('any line at all is split without an end, every column lying inside of it', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\t'), maxLength: 40 });
  fc.assert(
    fc.property(line, text => {
      const { fields, faults: found } = parseLine(text);
      expect(fields.length).toBeGreaterThan(0);
      for (const { column } of [...fields, ...found]) {
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(text.length + 2);
      }
    }),
  );
});

function split(pieces: readonly string[]): Line[] {
  const lines: Line[] = [];
  const splitter = createLineSplitter(line => lines.push(line));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

test('lines end in LF, CRLF or CR', () => {
  expect(split(['a\nb\r\nc\rd']).map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
});

test('how the text is cut into pieces makes no difference', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ',', '\r', '\n', '"'), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(30)), (whole, cuts) => {
      const at = [...new Set([0, ...cuts.filter(cut => cut < whole.length), whole.length])].sort(
        (a, b) => a - b,
      );
      const pieces = at.slice(1).map((end, i) => whole.slice(at[i], end));
      expect(split(pieces)).toEqual(split([whole]));
    }),
  );
});

test('a line without end is cut at the bound', () => {
  const [line] = split(Array.from({ length: 40 }, () => 'x'.repeat(1_000)));
  expect(line).toEqual({ number: 1, text: 'x'.repeat(bounds.lineLength), cut: true });
});

test('lines beyond the bound are left out', () => {
  let count = 0;
  const splitter = createLineSplitter(() => {
    count += 1;
  });
  const thousand = '\n'.repeat(100_000);
  const taken = Array.from({ length: 11 }, () => splitter.push(thousand));
  splitter.end();
  expect(count).toBe(bounds.lines);
  expect(taken.at(-1)).toBe(false);
});
