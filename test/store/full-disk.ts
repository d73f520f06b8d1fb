/**
 * A store on a disk of 2 MiB: `node full-disk.ts FOLDER`, the folder being the disk. Says what its state is while something else
 * takes all the room, and after that is gone; one line of JSON each.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStore, readHistory } from '../../src/store/store.ts';
import { incident, outcome, report, settings } from './values.ts';

const [folder = ''] = process.argv.slice(2);
const [file, ballast] = [join(folder, 'mradar.db'), join(folder, 'ballast')];
const store = openStore({ ...settings, file });
const say = () => {
  const { problem, lost } = store.state();
  const { total } = store.incidents({ limit: 1_000 });
  process.stdout.write(`${JSON.stringify({ problem, total, lost })}\n`);
};
try {
  writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
} catch {
  // It takes what there is.
}
for (let n = 0; n < 20; n++)
  store.put(report('a', n), outcome({ incidents: [incident(`i${n}`, { message: 'x'.repeat(10_000) })] }));
say();
rmSync(ballast);
// Longer than between two attempts at a file that could not be written.
await setTimeout(5_100);
store.put(report('a', 100), outcome({ incidents: [incident('i100')] }));
say();
store.close();
process.stdout.write(`${readHistory(file).incidents({ limit: 1_000 }).total}\n`);
