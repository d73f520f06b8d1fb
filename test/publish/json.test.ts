import { expect, test } from 'vitest';
import { stableJson, toJson } from '../../src/publish/json.ts';
import { hostileReport, troubled } from './report.ts';

test('a report can be read back', () => {
  expect(JSON.parse(toJson(troubled()))).toEqual(troubled());
  expect(JSON.parse(toJson(hostileReport()))).toEqual(hostileReport());
});

test('the order of keys does not depend on how the value was made', () => {
  expect(stableJson({ b: 1, a: { d: [{ f: 1, e: 2 }], c: 3 } })).toBe(
    stableJson({ a: { c: 3, d: [{ e: 2, f: 1 }] }, b: 1 }),
  );
});

test('what a person looks for stands first', () => {
  expect(Object.keys(JSON.parse(toJson(troubled())) as object)).toEqual([
    'schema',
    'version',
    'deployment',
    'at',
    'durationMs',
    'diagnosis',
    'judgements',
    'observations',
    'steps',
    'subjects',
  ]);
});

test('no control character reaches a terminal', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(toJson(hostileReport())).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
