import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Word } from './child.ts';
import { openParsers } from './parsers.ts';

/** npm run fuzz -- --runs N [--seconds S] [--seed S] [--parser NAME]... [--from RUN] */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    parser: { type: 'string', multiple: true, default: [] },
  },
});
const [runs, seconds, seed, from] = [values.runs, values.seconds, values.seed, values.from].map(Number) as [
  number,
  number,
  number,
  number,
];
if (![runs, seconds, seed, from].every(Number.isSafeInteger))
  throw new RangeError('numbers have to be whole');

/** Without a word for so long, a parser hangs. */
const hangMs = 30_000;
const heapMiB = 512;
const toldErrors = 3;

type Result = {
  readonly name: string;
  readonly runs: number;
  readonly crashes: number;
  readonly hangs: number;
  readonly slowestMs: number;
  readonly peakMiB: number;
  readonly perSecond: number;
};

/** Fires at one parser in a process of its own, so that its memory is its own and a hang can be ended. */
function fire(name: string, times: number): Promise<Result> {
  const startMs = performance.now();
  const child = fork(new URL('./child.ts', import.meta.url), [name, seed, from, times, seconds].map(String), {
    execArgv: [`--max-old-space-size=${heapMiB}`],
  });
  let [crashes, hangs, done, slowestMs, peakMiB, last] = [0, 0, 0, 0, 0, from];
  let ended = false;
  const again = (run: number) => `npm run fuzz -- --parser ${name} --seed ${seed} --from ${run} --runs 1`;
  return new Promise(resolve => {
    let watch = setTimeout(hang, hangMs);
    function hang() {
      hangs++;
      console.error(`${name}: hangs after run ${last}; ${again(last)} and those after it`);
      child.kill('SIGKILL');
    }
    child.on('message', (word: Word) => {
      clearTimeout(watch);
      watch = setTimeout(hang, hangMs);
      switch (word.kind) {
        case 'at':
          [last, done] = [word.run, word.done];
          break;
        case 'crash':
          crashes++;
          if (crashes <= toldErrors) console.error(`${name}: ${again(word.run)}\n${word.error}`);
          break;
        case 'slow':
          hangs++;
          console.error(`${name}: ${Math.round(word.ms)} ms for one input; ${again(word.run)}`);
          break;
        case 'end':
          ended = true;
          [done, slowestMs, peakMiB] = [word.done, word.slowestMs, word.peakMiB];
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(watch);
      if (!ended && hangs === 0) {
        crashes++;
        console.error(
          `${name}: ended with ${signal ?? code} after run ${last}; ${again(last)} and those after it`,
        );
      }
      const perSecond = (done * 1_000) / (performance.now() - startMs);
      resolve({ name, runs: done, crashes, hangs, slowestMs, peakMiB, perSecond });
    });
  });
}

const results: Result[] = [];
const row = (cells: readonly (string | number)[]) =>
  console.log(
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(10))).join(''),
  );
row(['parser', 'runs', 'crashes', 'hangs', 'slowest ms', 'peak MiB', 'runs/s']);
for (const { name, every } of await openParsers(values.parser)) {
  const result = await fire(name, Math.max(1, Math.ceil(runs / (values.from === '0' ? every : 1))));
  results.push(result);
  const { crashes, hangs, slowestMs, peakMiB, perSecond } = result;
  row([name, result.runs, crashes, hangs, slowestMs.toFixed(0), peakMiB.toFixed(0), perSecond.toFixed(0)]);
}
const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
const failed = sum(({ crashes }) => crashes) + sum(({ hangs }) => hangs);
row([
  'together',
  sum(one => one.runs),
  sum(one => one.crashes),
  sum(one => one.hangs),
  '',
  Math.max(...results.map(one => one.peakMiB)).toFixed(0),
]);
process.exit(failed === 0 ? 0 : 1);
