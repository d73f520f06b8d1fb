import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readHistory } from '../../src/store/store.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
let folder = '';
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mradar-process-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  rmSync(folder, { recursive: true });
});

type Run = {
  /** Resolves with the first line, of those that are not taken yet, that matches. */
  line(pattern: RegExp): Promise<string>;
  readonly exit: Promise<readonly [code: number | null, signal: string | null]>;
};

function run(arguments_: readonly string[], around: readonly string[] = []): Run {
  const [command, ...rest] = [...around, process.execPath, main, 'run', ...arguments_];
  child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let wake = () => {};
  for (const stream of [child.stdout!, child.stderr!])
    createInterface({ input: stream }).on('line', text => {
      lines.push(text);
      wake();
    });
  return {
    async line(pattern) {
      for (;;) {
        const at = lines.findIndex(text => pattern.test(text));
        if (at >= 0) return lines.splice(0, at + 1).at(-1)!;
        await new Promise<void>(go => {
          wake = go;
        });
      }
    },
    exit: once(child, 'exit') as never,
  };
}

/** A resolver at a port where nobody is: steps end at once, and nothing leaves this machine. */
function config(text = '', deployments = '  - domains: [a.example]\n'): string {
  const file = join(folder, 'm.yaml');
  const head = 'listen: 127.0.0.1:0\nresolvers: {public: ["127.0.0.1:1"]}\nstore: {file: m.db}\n';
  writeFileSync(file, `${head}${text}${deployments && `deployments:\n${deployments}`}`);
  return file;
}

describe('mradar run', { timeout: 30_000 }, () => {
  test('starts in about a second, ends by SIGTERM with 0, and has written what it knew', async () => {
    const began = performance.now();
    const { line, exit } = run(['--config', config()]);
    await line(/msg=watching/);
    expect(performance.now() - began).toBeLessThan(5_000);
    await line(/DNS_RESOLVER/);
    child!.kill('SIGTERM');
    await line(/msg=stopping/);
    expect(await exit).toEqual([0, null]);
    expect(existsSync(join(folder, 'm.db-wal'))).toBe(false);
    const history = readHistory(join(folder, 'm.db'));
    expect(history.incidents({ states: ['open'] }).total).toBeGreaterThan(0);
    history.close();
  });

  test('ends at once by a second signal', async () => {
    const { line, exit } = run(['--config', config()]);
    const url = /url=(\S+)/.exec(await line(/msg=watching/))![1]!;
    // A request that never ends would hold the first signal's farewell for seconds.
    const { port } = new URL(url);
    const { connect } = await import('node:net');
    const half = connect(Number(port), '127.0.0.1', () => half.write('GET / HTTP/1.1\r\n'));
    half.on('error', () => {});
    await once(half, 'connect');
    child!.kill('SIGTERM');
    await line(/msg=stopping/);
    const began = performance.now();
    child!.kill('SIGTERM');
    expect(await exit).toEqual([130, null]);
    expect(performance.now() - began).toBeLessThan(2_000);
    half.destroy();
  });

  test('reads its configuration again by SIGHUP; one that is wrong changes nothing', async () => {
    const file = config();
    const { line } = run(['--config', file]);
    await line(/msg=watching/);
    writeFileSync(file, 'deployments: 7');
    child!.kill('SIGHUP');
    expect(await line(/stays as it was/)).toContain('m.yaml:1:14');
    config('log: {level: debug}\n', '  - domains: [a.example]\n  - domains: [b.example]\n');
    child!.kill('SIGHUP');
    expect(await line(/read again/)).toMatch(/deployments=2 added=1 changed=0 removed=0/);
  });

  test('watches its share of a directory and of a list behind a URL', async () => {
    const lists = join(folder, 'fleet.d');
    mkdirSync(lists);
    for (let i = 0; i < 40; i++)
      writeFileSync(join(lists, `c${i}.yaml`), `deployments: [{domains: [c${i}.example]}]`);
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ deployments: [{ domains: ['remote.example'] }] })),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const file = config(`deployments_from: [fleet.d, "http://127.0.0.1:${port}/list"]\n`, '');
    const counts: number[] = [];
    for (const shard of ['1/3', '2/3', '3/3']) {
      const { line, exit } = run(['--config', file, '--shard', shard]);
      counts.push(Number(/deployments=(\d+)/.exec(await line(/msg=watching/))![1]));
      child!.kill('SIGTERM');
      await exit;
    }
    server.close();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(41);
    expect(Math.min(...counts)).toBeGreaterThan(5);
  });

  test('says which list cannot be fetched', async () => {
    const { line, exit } = run(['--config', config('deployments_from: ["http://127.0.0.1:1/list"]\n', '')]);
    expect(await line(/./)).toContain('http://127.0.0.1:1/list: The list cannot be fetched');
    expect(await exit).toEqual([3, null]);
  });
});

const mayUnshare = spawnSync('unshare', ['--map-root-user', '--net', 'true']).status === 0;

describe('trouble of our own', { timeout: 30_000 }, () => {
  const target =
    '  - domains: [a.example]\n    nodes: {ntp: [{name: ntp.example, address: 192.0.2.7}], expressway_e: [192.0.2.8]}\n';
  const open = () => {
    const history = readHistory(join(folder, 'm.db'));
    const { items } = history.incidents({ limit: 1_000 });
    history.close();
    return items.map(({ code }) => code);
  };

  test.skipIf(!mayUnshare)('no route: it is ours, no target is blamed', async () => {
    const around = [
      'unshare',
      '--map-root-user',
      '--net',
      'sh',
      '-c',
      'ip link set lo up && exec "$@"',
      'sh',
    ];
    const { line, exit } = run(['--config', config('', target)], around);
    await line(/could not be looked at|status=unknown/);
    child!.kill('SIGTERM');
    await exit;
    expect(open().filter(code => !/^(DNS_RESOLVER|PROBER|DECLARED)/.test(code))).toEqual([]);
  });

  test.skipIf(!existsSync('/usr/bin/prlimit'))(
    'no descriptors: it is ours, no target is blamed, and it recovers by itself',
    async () => {
      const many = Array.from({ length: 60 }, (_, i) => `127.0.9.${i + 1}`).join(', ');
      const fast = 'intervals: {port: 1s, dns: 1s}\nconfirm: {failures: 1, hold_off: 0s, recheck: 100ms}\n';
      const file = config(
        fast,
        `  - domains: [a.example]\n    nodes: {unity_connection: [${many}]}\n    vantage: internal\n    resolvers: {internal: ["127.0.0.1:1"]}\n`,
      );
      const { line, exit } = run(['--config', file]);
      await line(/status=/);
      const before = open();
      const limit = (count: string) =>
        spawnSync('prlimit', ['--pid', String(child!.pid), `--nofile=${count}`]);
      limit('8:4096');
      await line(/PROBER|status=unknown/);
      limit('4096:4096');
      await line(/msg=gone .*code=PROBER|status=critical/);
      child!.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
      expect(
        open()
          .filter(code => !code.startsWith('PROBER'))
          .sort(),
      ).toEqual(before.sort());
    },
  );
});
