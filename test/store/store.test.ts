import { expect, test } from 'vitest';
import { createStore } from '../../src/store/store.ts';
import { report } from './values.ts';

test('the latest report of each deployment is kept, in the order in which they first came', () => {
  const store = createStore();
  store.put(report('a', 0));
  store.put(report('b', 0));
  store.put(report('a', 1));
  expect(store.reports().map(({ report: { deployment, at } }) => `${deployment.name} ${at}`)).toEqual([
    'a 2026-03-01T10:01:00.000Z',
    'b 2026-03-01T10:00:00.000Z',
  ]);
  expect(store.report('a')?.report.at).toBe('2026-03-01T10:01:00.000Z');
  expect(store.report('nowhere')).toBeUndefined();
});

test('a cause is there since the first round of its unbroken run', () => {
  const store = createStore();
  const since = () => Object.fromEntries(store.report('a')!.sinceByCause);
  store.put(report('a', 0, ['X']));
  store.put(report('a', 1, ['X', 'Y']));
  expect(since()).toEqual({ X: '2026-03-01T10:00:00.000Z', Y: '2026-03-01T10:01:00.000Z' });
  store.put(report('a', 2, ['Y']));
  store.put(report('a', 3, ['X', 'Y']));
  expect(since()).toEqual({ X: '2026-03-01T10:03:00.000Z', Y: '2026-03-01T10:01:00.000Z' });
});

test('every put makes another generation', () => {
  const store = createStore();
  const before = store.generation();
  store.put(report('a', 0));
  store.put(report('a', 0));
  expect(store.generation()).toBe(before + 2);
});
