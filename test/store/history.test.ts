import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore, readHistory } from '../../src/store/store.ts';
import { incident, look, outcome, report, settings } from './values.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mradar-store-'));
  file = join(folder, 'mradar.db');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function told() {
  const lines: string[] = [];
  return {
    lines,
    options: {
      ...{ ...settings, file },
      onProblem: (message: string, { reason }: { reason: string }) => lines.push(`${message}: ${reason}`),
      onRecovery: (message: string) => lines.push(message),
    },
  };
}

describe('a history in a file', () => {
  test('stands there again after a restart: reports, incidents, looks, day', () => {
    const first = openStore({ ...settings, file });
    const suspected = [{ code: 'Y', subject: 'a/t' }] as never;
    const states = new Map([['X a/s', 'open' as const]]);
    first.put(report('a', 0, ['X']), outcome({ incidents: [incident('i')], suspected, states }));
    first.put(
      report('a', 1, ['X']),
      outcome({ looks: [look(0, [], { server: ['1'] }), look(1, ['X'], { server: ['2'] })] }),
    );
    first.close();
    const second = openStore({ ...settings, file });
    const stored = second.report('a')!;
    expect(stored.report.at).toBe(report('a', 1).at);
    expect(stored.sinceByCause.get('X')).toBe(report('a', 0).at);
    expect(second.incidents()).toEqual({ items: [incident('i')], total: 1 });
    expect(second.incident('i')).toEqual(incident('i'));
    expect(second.subject('a/s')).toMatchObject({
      ...{ deployment: 'a', good: { at: look(0, []).at }, failures: [{ at: look(1, []).at, codes: ['X'] }] },
      changes: [{ fact: 'server', before: ['1'], now: ['2'] }],
    });
    expect(second.subject('nowhere')).toBeUndefined();
    const day = second.day('a', Date.parse(report('a', 20).at));
    expect(day).toHaveLength(96);
    expect(day.slice(-2)).toEqual([
      { at: '2026-03-01T10:00:00.000Z', status: 'critical' },
      { at: '2026-03-01T10:15:00.000Z' },
    ]);
    second.close();
  });

  test('keeps the last good look and the last failures of each subject, no more', () => {
    const store = openStore({ ...settings, file, failures: 3 });
    for (let minute = 0; minute < 20; minute++)
      store.put(report('a', minute), outcome({ looks: [look(minute, minute % 2 === 0 ? [] : ['X'])] }));
    const { good, failures, changes } = store.subject('a/s')!;
    expect(good?.at).toBe(look(18, []).at);
    expect(failures.map(({ at }) => at)).toEqual([19, 17, 15].map(minute => look(minute, []).at));
    expect(changes).toEqual([]);
    store.close();
  });

  test('gives incidents in pages, newest first, by every condition', () => {
    const store = openStore({ ...settings, file });
    const at = (n: number) => new Date(Date.UTC(2026, 2, 1, 0, n)).toISOString();
    const all = Array.from({ length: 25 }, (_, n) =>
      incident(`i${n}`, {
        ...{ suspectedAt: at(n), deployment: n % 2 ? 'a' : 'b', subject: `s${n}`, code: n < 5 ? 'OLD' : 'X' },
        ...(n < 20 ? { state: 'closed', closedAt: at(n + 1) } : { state: 'open', severity: 'warning' }),
      }),
    );
    store.put(report('a', 0), outcome({ incidents: all }));
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = store.incidents({ limit: 10, ...(after ? { after } : {}) });
      expect(page.total).toBe(25);
      ids.push(...page.items.map(({ id }) => id));
      after = page.next;
      if (!after) break;
    }
    expect(ids).toEqual(all.map(({ id }) => id).reverse());
    const count = (query: Parameters<typeof store.incidents>[0]) => store.incidents(query).total;
    expect([
      count({ deployment: 'a' }),
      count({ subject: 's3' }),
      count({ code: 'OLD' }),
      count({ states: ['open', 'suspected'] }),
      count({ severities: ['warning'] }),
      count({ since: at(20) }),
      count({ until: at(3) }),
      count({ deployment: 'a', states: ['open'] }),
    ]).toEqual([12, 1, 5, 5, 5, 6, 4, 2]);
    store.close();
  });

  test('is read by others while it is written, and tells them what it is not', () => {
    const store = openStore({ ...settings, file });
    store.put(report('a', 0), outcome({ incidents: [incident('i')] }));
    const reader = readHistory(file);
    expect(reader.incidents().total).toBe(1);
    store.put(report('a', 1), outcome({ incidents: [incident('j')] }));
    expect(reader.incidents().total).toBe(2);
    reader.close();
    store.close();
    const foreign = join(folder, 'foreign.db');
    new DatabaseSync(foreign).exec('CREATE TABLE theirs (x)');
    expect(() => readHistory(foreign)).toThrow('it is not a history of mradar');
  });

  test('forgets what is older than it is to be kept, but nothing that is open', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const store = openStore({ ...settings, file, keepMs: 3_600_000 });
    const closedAt = new Date(Date.now() - 7_200_000).toISOString();
    const old = incident('old', { state: 'closed', closedAt });
    const recent = incident('recent', { state: 'closed', closedAt: new Date().toISOString() });
    store.put(
      report('a', 0),
      outcome({ incidents: [old, recent, incident('open')], looks: [look(0, ['X'])] }),
    );
    vi.advanceTimersByTime(601_000);
    store.put(report('a', 1), outcome());
    expect(
      store
        .incidents()
        .items.map(({ id }) => id)
        .sort(),
    ).toEqual(['open', 'recent']);
    expect(store.subject('a/s')).toBeUndefined();
    store.close();
  });

  test('stays within its size by dropping the oldest', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const store = openStore({ ...settings, file, maxBytes: 1_048_576 });
    const message = 'x'.repeat(10_000);
    for (let n = 0; n < 400; n++) {
      const closedAt = new Date(Date.UTC(2026, 2, 1, 0, 0, n)).toISOString();
      store.put(
        report('a', 0),
        outcome({ incidents: [incident(`i${n}`, { message, state: 'closed', closedAt })] }),
      );
    }
    store.put(report('a', 0), outcome({ incidents: [incident('open', { message })] }));
    expect(store.state().bytes).toBeGreaterThan(4_000_000);
    vi.advanceTimersByTime(601_000);
    store.put(report('a', 1), outcome());
    expect(store.state().bytes).toBeLessThanOrEqual(1_048_576);
    const left = store.incidents({ limit: 1_000 }).items.map(({ id }) => id);
    expect(left).toContain('open');
    expect(left).toContain('i399');
    expect(left).not.toContain('i0');
    store.close();
  });
});

describe('a file that cannot serve', () => {
  const asides = () => readdirSync(folder).filter(name => /set-aside-\d{8}T\d{6}Z$/.test(name));

  test.each([
    [
      'is no database',
      () => writeFileSync(file, 'not a database at all, but long enough '.repeat(99)),
      'damaged',
    ],
    [
      'belongs to another program',
      () => {
        const theirs = new DatabaseSync(file);
        theirs.exec('CREATE TABLE theirs (x); PRAGMA user_version = 1');
        theirs.close();
      },
      'another program',
    ],
    [
      'was written by a newer mradar',
      () => {
        openStore({ ...settings, file }).close();
        const later = new DatabaseSync(file);
        later.exec('PRAGMA user_version = 99');
        later.close();
      },
      'newer mradar',
    ],
    [
      'was truncated',
      () => {
        const store = openStore({ ...settings, file });
        for (let n = 0; n < 50; n++)
          store.put(
            report('a', n),
            outcome({ incidents: [incident(`i${n}`, { message: 'x'.repeat(5_000) })] }),
          );
        store.close();
        truncateSync(file, Math.floor(statSync(file).size / 2));
      },
      'damaged',
    ],
  ])('because it %s is set aside, and a new one begun', (_why, prepare, reason) => {
    prepare();
    const { lines, options } = told();
    const store = openStore(options);
    store.put(report('a', 0), outcome({ incidents: [incident('i')] }));
    expect(lines).toEqual([expect.stringContaining(`set aside and a new one begun: `)]);
    expect(lines[0]).toContain(reason);
    expect(asides()).toHaveLength(1);
    expect(store.state().problem).toBeUndefined();
    store.close();
    expect(readHistory(file).incidents().total).toBe(1);
  });

  test.each([
    ['truncated', (path: string) => truncateSync(path, 4_096 * 3)],
    ['emptied', (path: string) => truncateSync(path, 0)],
    ['overwritten', (path: string) => writeFileSync(path, 'garbage'.repeat(20_000))],
    ['deleted', (path: string) => unlinkSync(path)],
  ])('because it is %s under our hands is replaced, with all that is open', (_how, harm) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { lines, options } = told();
    const store = openStore(options);
    for (let n = 0; n < 100; n++)
      store.put(report('a', n), outcome({ incidents: [incident(`i${n}`, { message: 'x'.repeat(3_000) })] }));
    new DatabaseSync(file).exec('PRAGMA wal_checkpoint(TRUNCATE)');
    harm(file);
    for (let n = 100; n < 140; n++) {
      vi.advanceTimersByTime(1_000);
      store.put(report('a', n), outcome({ incidents: [incident(`i${n}`)] }));
      store.incidents({ limit: 1_000 });
    }
    expect(store.state()).toMatchObject({ file, lost: 0 });
    expect(store.state().problem).toBeUndefined();
    expect(lines.length).toBeGreaterThan(0);
    expect(store.incidents({ limit: 1_000 }).total).toBe(140);
    store.close();
    expect(readHistory(file).incidents({ limit: 1_000 }).total).toBe(140);
  });

  test('because its folder cannot be written is retried, and nothing of the meantime is missing', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const place = join(folder, 'blocked');
    writeFileSync(place, 'a file where a folder has to be');
    const { lines, options } = told();
    const store = openStore({ ...options, file: join(place, 'mradar.db') });
    store.put(report('a', 0, ['X']), outcome({ incidents: [incident('i')], looks: [look(0, ['X'])] }));
    vi.advanceTimersByTime(6_000);
    store.put(report('a', 1, ['X']), outcome({ incidents: [incident('j')] }));
    expect(store.incidents().total).toBe(2);
    expect(store.state().problem).toBeDefined();
    unlinkSync(place);
    vi.advanceTimersByTime(6_000);
    store.put(report('a', 2, ['X']), outcome());
    expect(store.state().problem).toBeUndefined();
    expect(lines.at(-1)).toContain('can be written again');
    expect(store.incidents().total).toBe(2);
    store.close();
    const kept = readHistory(join(place, 'mradar.db'));
    expect(kept.incidents().total).toBe(2);
    expect(kept.subject('a/s')?.failures).toHaveLength(1);
  });
});

/** A disk of 2 MiB for one command, where the system lets us have one. */
const onSmallDisk = (command: string) => [
  ...['--map-root-user', '--mount', 'sh', '-c'],
  `mount -t tmpfs -o size=2m tmpfs ${folder} && exec ${command}`,
];
const mayMount = (() => {
  const probe = mkdtempSync(join(tmpdir(), 'mradar-mount-'));
  const { status } = spawnSync('unshare', [
    ...['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', probe],
  ]);
  rmSync(probe, { recursive: true });
  return status === 0;
})();

test.skipIf(!mayMount)(
  'a full disk is told, nothing is lost, and it is written again once there is room',
  { timeout: 30_000 },
  () => {
    const script = join(import.meta.dirname, 'full-disk.ts');
    const { stdout } = spawnSync('unshare', onSmallDisk(`${process.execPath} ${script} ${folder}`), {
      encoding: 'utf8',
    });
    const [full, room, kept] = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(full).toEqual({ problem: 'the disk is full', total: 20, lost: 0 });
    expect(room).toEqual({ total: 21, lost: 0 });
    expect(kept).toBe(21);
  },
);

test('killed a hundred times while it writes, no incident is lost or doubled', {
  timeout: 120_000,
}, async () => {
  let next = 0;
  for (let kill = 0; kill < 100; kill++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), file, String(next)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let written = '';
    child.stdout.on('data', text => {
      written += text;
      // At another place of the work each time.
      if (written.length > 10 + 37 * (kill % 17)) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const said = written.slice(0, written.lastIndexOf('\n')).split('\n').map(Number);
    expect(said[0]).toBe(next);
    const history = readHistory(file);
    const open = history.incidents({ states: ['open'], limit: 1_000 });
    const { total } = history.incidents({ limit: 1 });
    history.close();
    // What was said to be written is there; at most the one that was being written more.
    expect(open.items).toHaveLength(1);
    const last = Number(open.items[0]!.id.slice(1));
    expect(total).toBe(last + 1);
    expect(last - said.at(-1)!).toBeGreaterThanOrEqual(0);
    next = last + 1;
  }
  const database = new DatabaseSync(file);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();
  expect(readdirSync(folder).filter(name => name.includes('set-aside'))).toEqual([]);
});
