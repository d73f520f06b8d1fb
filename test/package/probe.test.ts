import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import { createLog } from '../../src/log.ts';
import { createBudget } from '../../src/schedule/budget.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';

let folder: string;
let simulator: Simulator;
let daemon: Daemon;
let edge: { readonly host: string; readonly address: string; readonly port: number };
let peer: { readonly url: string; readonly stop: () => void };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mradar-probe-'));
  simulator = await startSimulator();
  const [trust, file] = [join(folder, 'trust.pem'), join(folder, 'mradar.yaml')];
  await writeFile(trust, simulator.trust);
  await writeFile(file, simulator.yaml('external', trust));
  const log = { level: 'error', parts: {} } as const;
  const config = { ...readConfig(file), log, listen: { host: '127.0.0.1', port: 0 } };
  daemon = await startDaemon({
    config,
    log: createLog({ format: 'logfmt', verbosity: log, now: () => performance.now() }),
    budget: createBudget(Number.POSITIVE_INFINITY, 1),
  });
  await untilOk(new URL('/-/ready', daemon.url).href);
  const { items } = (await (await fetch(new URL('/api/v1/subjects?kind=service', daemon.url))).json()) as {
    readonly items: readonly { readonly subject: typeof edge & { readonly purpose: string } }[];
  };
  edge = items.find(({ subject }) => subject.purpose === 'edge-https')!.subject;
  peer = await startPeer(edge.host);
}, 60_000);
afterAll(async () => {
  peer?.stop();
  await daemon?.stop();
  await simulator?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until somebody answers there, and says that all is well. */
function untilOk(url: string): Promise<void> {
  const isOk = async () => expect((await fetch(url)).status).toBe(200);
  return vi.waitFor(isOk, { timeout: 20_000, interval: 50 });
}

/** blackbox_exporter as Debian ships it, on a port that was free a moment ago. */
async function startPeer(name: string) {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  const file = join(folder, 'blackbox.yml');
  const tls = 'tls_config: { insecure_skip_verify: true }';
  await writeFile(
    file,
    `modules:
  tcp_connect: { prober: tcp }
  tcp_connect_tls: { prober: tcp, tcp: { tls: true, ${tls} } }
  http_2xx: { prober: http, http: { valid_status_codes: [401], ${tls}, headers: { Host: ${name} } } }
`,
  );
  const args = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn('prometheus-blackbox-exporter', args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await untilOk(url);
  return { url, stop: () => child.kill() };
}

/** Values of everything that is not a time that passed. */
function steady(text: string): Map<string, number> {
  const lines = text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#') && !/_seconds[ {]/.test(line));
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^(probe_\w+(?:\{[^}]*\})?) /gm)].map(([, name]) => name!));
}

test.each(['tcp_connect', 'tcp_connect_tls', 'http_2xx'])(
  'module %s says what blackbox_exporter says of the same place',
  async module => {
    const place = `${edge.address}:${edge.port}`;
    const path = `/${Buffer.from(simulator.domain).toString('base64')}/get_edge_config?service_name=_cisco-uds&service_name=_cuplogin`;
    const target = encodeURIComponent(module === 'http_2xx' ? `https://${place}${path}` : place);
    const [theirs, ours] = await Promise.all(
      [peer.url, daemon.url].map(async url => {
        const response = await fetch(new URL(`/probe?target=${target}&module=${module}`, url));
        return response.text();
      }),
    );
    const known = steady(theirs!);
    for (const [name, value] of steady(ours!)) expect([name, value]).toEqual([name, known.get(name)]);
    expect(steady(ours!).get('probe_success')).toBe(1);
    // what is ours alone says so by its name
    expect([...namesIn(ours!)].filter(name => !namesIn(theirs!).has(name))).toEqual([]);
    expect(await lint(ours!)).toBe('');
  },
);

/** What promtool objects to. */
function lint(text: string): Promise<string> {
  return new Promise(resolve => {
    const child = execFile('promtool', ['check', 'metrics'], (_error, out, err) => resolve(out + err));
    child.stdin?.end(text);
  });
}
