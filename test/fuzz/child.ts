import { hostile } from './hostile.ts';
import { openParsers, type Parser } from './parsers.ts';
import { randomOf } from './random.ts';

/** What the child tells while it works, and at the end. */
export type Word =
  | { readonly kind: 'at'; readonly run: number; readonly done: number }
  | { readonly kind: 'crash'; readonly run: number; readonly error: string }
  | { readonly kind: 'slow'; readonly run: number; readonly ms: number }
  | { readonly kind: 'end'; readonly done: number; readonly slowestMs: number; readonly peakMiB: number };

/** One input may cost this much processor time. */
const slowMs = 5_000;

const [name, seedText, fromText, runsText, secondsText] = process.argv.slice(2);
const tell = (word: Word) => void process.send!(word);
const [parser] = await openParsers([name!]);
await fire(parser!, Number(seedText), Number(fromText), Number(runsText), Number(secondsText));
process.disconnect();
process.exit(0);

async function fire(
  parser: Parser,
  seed: number,
  from: number,
  runs: number,
  seconds: number,
): Promise<void> {
  const startMs = performance.now();
  let [done, slowestMs, toldMs] = [0, 0, 0];
  for (let run = from; run < from + runs; run++) {
    if (seconds > 0 && performance.now() - startMs > seconds * 1_000) break;
    if (performance.now() - toldMs > 100) {
      toldMs = performance.now();
      tell({ kind: 'at', run, done });
      await new Promise(resolve => setImmediate(resolve));
    }
    const random = randomOf(seed, `${parser.name} ${run}`);
    const bytes = hostile(random, parser);
    const before = process.cpuUsage();
    const beforeMs = performance.now();
    try {
      await parser.feed(bytes, random);
    } catch (error) {
      tell({
        kind: 'crash',
        run,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
    done++;
    const ms = performance.now() - beforeMs;
    if (ms <= slowestMs) continue;
    // Of the wall clock only what we used of it: other programs run here, too.
    const { user, system } = process.cpuUsage(before);
    const ownMs = Math.min(ms, (user + system) / 1_000);
    slowestMs = Math.max(slowestMs, ownMs);
    if (ownMs > slowMs) tell({ kind: 'slow', run, ms: ownMs });
  }
  tell({ kind: 'end', done, slowestMs, peakMiB: process.resourceUsage().maxRSS / 1_024 });
}
