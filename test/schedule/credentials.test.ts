import { expect, test } from 'vitest';
import { createCredentials } from '../../src/schedule/credentials.ts';

const isRefused = (result: string) => result === 'refused';
const instead = async (by: string, result: string) => `${by} was ${result}`;

test('after a refusal nothing tries the same secret again, and everything else goes on', async () => {
  const credentials = createCredentials();
  const tried: string[] = [];
  const attempt = (secret: string, step: string, result: string) =>
    credentials.through(
      secret,
      step,
      async () => {
        tried.push(step);
        return result;
      },
      isRefused,
      instead,
    );
  expect(await attempt('a', '1', 'taken')).toBe('taken');
  expect(await attempt('a', '2', 'refused')).toBe('refused');
  expect(await attempt('a', '2', 'taken')).toBe('2 was refused');
  expect(await attempt('a', '3', 'taken')).toBe('2 was refused');
  expect(await attempt('b', '3', 'taken')).toBe('taken');
  expect(tried).toEqual(['1', '2', '3']);
});

test('of those that come together one is tried, and the others wait for what becomes of it', async () => {
  const credentials = createCredentials();
  const answer = Promise.withResolvers<string>();
  let tried = 0;
  const attempt = (step: string) =>
    credentials.through(
      'a',
      step,
      () => {
        tried += 1;
        return answer.promise;
      },
      isRefused,
      instead,
    );
  const all = Promise.all(['1', '2', '3'].map(attempt));
  answer.resolve('refused');
  expect(await all).toEqual(['refused', '1 was refused', '1 was refused']);
  expect(tried).toBe(1);
});

test('what fails on our side refuses nothing', async () => {
  const credentials = createCredentials();
  const broken = credentials.through(
    'a',
    '1',
    () => Promise.reject<string>(new Error('ours')),
    isRefused,
    instead,
  );
  const next = credentials.through('a', '2', async () => 'taken', isRefused, instead);
  await expect(broken).rejects.toThrow('ours');
  expect(await next).toBe('taken');
});
