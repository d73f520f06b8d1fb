import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { literalsOf, toPattern } from '../../../src/offline/logs/pattern.ts';

test.each([
  ['1000:1006', 'Error: 1000:1006.', true],
  ['1000:1006', 'Error: 1000:10061', false],
  ['1000:1006', 'Error: 11000:1006', false],
  ['unknown ca', 'alert UNKNOWN  CA', true],
  ['unknown ca', 'alert unknown cat', false],
  ['unknown ca', 'alert unknownca', false],
  ['port 7400:(111)', 'port 7400 : ( 111 )', true],
  ["Couldn't resolve", 'Couldn\u2019t resolve', true],
  ['Status="401"', 'Status= \u201c401\u201d', true],
  ['failed for*Action=Terminate', 'failed for (a). Action=Terminate', true],
  ['failed for*Action=Terminate', 'failed for (a). Action=Continue', false],
  ['a.b', 'axb', false],
])('%s in %s: %s', (pattern, text, found) => {
  expect(toPattern(pattern).test(text)).toBe(found);
});

test('a value of a field is compared as a whole, but for the blanks around it', () => {
  expect(toPattern('Unknown domain', true).test('  unknown  domain ')).toBe(true);
  expect(toPattern('Unknown domain', true).test('Unknown domain controller')).toBe(false);
});

test('the literals of a pattern stand between its gaps and quotes', () => {
  expect(literalsOf("Couldn't find * here")).toEqual(['Couldn', 't find', 'here']);
});

test('every text finds itself', () => {
  assert(
    property(string({ minLength: 1, maxLength: 40 }), text => {
      const plain = text.replaceAll('*', '').trim();
      if (plain !== '') expect(toPattern(plain, true).test(plain)).toBe(true);
    }),
  );
});
