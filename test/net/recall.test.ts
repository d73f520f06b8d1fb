import { expect, test } from 'vitest';
import { recall } from '../../src/net/recall.ts';

test('what was asked for is made once, as long as fewer other keys than the limit were asked for since', () => {
  const made: string[] = [];
  const lengths = recall<{ readonly length: number }>(2);
  const ask = (key: string) =>
    lengths(key, () => {
      made.push(key);
      return { length: key.length };
    });
  expect(ask('one')).toBe(ask('one'));
  for (const key of ['two', 'one', 'three', 'one', 'two']) expect(ask(key)).toEqual({ length: key.length });
  expect(made).toEqual(['one', 'two', 'three', 'two']);
});

test('nothing is kept of what throws', () => {
  const values = recall<object>(2);
  expect(() => values('key', () => JSON.parse('{'))).toThrow(SyntaxError);
  expect(values('key', () => ({ fine: true }))).toEqual({ fine: true });
});
