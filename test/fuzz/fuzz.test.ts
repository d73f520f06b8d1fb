import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Diet, hostile, inPieces } from './hostile.ts';
import { randomOf } from './random.ts';

const diet: Diet = {
  samples: [Buffer.from('hello\r\n'), Buffer.alloc(300, 7)],
  words: ['\r\n', Buffer.from([0xff])],
};
const made = (seed: number, run: number) => hostile(randomOf(seed, `parser ${run}`), diet);
const runs = Array.from({ length: 2_000 }, (_, run) => run);

describe('hostile bytes', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(runs.filter(run => !made(1, run).equals(made(1, run)))).toEqual([]);
    expect(runs.filter(run => made(1, run).equals(made(2, run))).length).toBeLessThan(runs.length / 4);
  });

  test('are valid, cut off, changed, and now and then endless', () => {
    const all = runs.map(run => made(1, run));
    expect(all.some(bytes => bytes.equals(diet.samples[0]!))).toBe(true);
    expect(all.some(bytes => bytes.length === 0)).toBe(true);
    expect(all.some(bytes => bytes.length > 1_000_000)).toBe(true);
    expect(new Set(all.map(bytes => bytes.toString('latin1'))).size).toBeGreaterThan(runs.length / 2);
  });

  test('are nothing but themselves when they come in pieces', () => {
    const torn = runs.filter(run => {
      const random = randomOf(3, `pieces ${run}`);
      const bytes = random.bytes(random.below(400));
      return !Buffer.concat(inPieces(random, bytes)).equals(bytes);
    });
    expect(torn).toEqual([]);
  });
});

function fuzz(...words: readonly string[]) {
  const run = fileURLToPath(new URL('./run.ts', import.meta.url));
  return spawnSync(process.execPath, [run, ...words], { encoding: 'utf8', timeout: 60_000 });
}

test('a run tells what it did', () => {
  const { status, stdout } = fuzz('--parser', 'ntp', '--runs', '500');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ntp +500 +0 +0 /m);
});

test('a parser that is not there is an error', () => {
  expect(fuzz('--parser', 'nothing', '--runs', '1').status).not.toBe(0);
});
