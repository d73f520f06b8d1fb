/**
 * Writes rounds into a history without end and says which are written, until it is killed: `node writer.ts FILE FIRST`.
 * Round N opens the incident N and closes N - 1.
 */
import { openStore } from '../../src/store/store.ts';
import { incident, outcome, report, settings } from './values.ts';

const [file, first] = [process.argv[2]!, Number(process.argv[3])];
const store = openStore({ ...settings, file });
for (let n = first; ; n++) {
  const incidents = [
    incident(`i${n}`, { state: 'open', openedAt: '2026-03-01T10:00:00.000Z' }),
    ...(n > 0 ? [incident(`i${n - 1}`, { state: 'closed', closedAt: '2026-03-01T10:01:00.000Z' })] : []),
  ];
  store.put(report('a', n % 1_000, ['X']), outcome({ incidents }));
  process.stdout.write(`${n}\n`);
}
