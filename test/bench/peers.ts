/**
 * CPU time for one look at one endpoint beside Debian's prometheus-blackbox-exporter, on the same endpoints in the same run: DNS,
 * TCP, and HTTPS with the certificate. Run it with `npm run bench:peers`; the exporter is taken from PATH, or from BLACKBOX_EXPORTER.
 */
import { type ChildProcess, execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import tcpPortUsed from 'tcp-port-used';

const looks = { dns: 2_000, tcp: 2_000, http: 1_000 } as const;
type Protocol = keyof typeof looks;
const share = { dns: 0.4, tcp: 0.3, http: 0.3 } as const;

const exporter = process.env.BLACKBOX_EXPORTER ?? 'prometheus-blackbox-exporter';
if (spawnSync(exporter, ['--version']).error) {
  console.error(
    `There is no ${exporter}: install it (Debian: apt install prometheus-blackbox-exporter), or name it in BLACKBOX_EXPORTER.`,
  );
  process.exit(3);
}
// Starts itself once more in a network namespace where every port is free.
if (!process.env.MRADAR_BENCH_ALONE) {
  const command = `ip link set lo up && exec ${process.execPath} ${process.argv.slice(1).join(' ')}`;
  const { status } = spawnSync('unshare', ['--map-root-user', '--net', 'sh', '-c', command], {
    stdio: 'inherit',
    env: { ...process.env, MRADAR_BENCH_ALONE: '1' },
  });
  process.exit(status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), 'mradar-peers-'));
const endpoints = fork(join(import.meta.dirname, 'endpoints.ts'), {
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
const { root } = JSON.parse(String((await once(endpoints.stdout!, 'data'))[0])) as { readonly root: string };
const peer = await startPeer();
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The exporter with one module for each protocol. */
async function startPeer(): Promise<ChildProcess> {
  writeFileSync(join(folder, 'root.pem'), root);
  writeFileSync(
    join(folder, 'blackbox.yml'),
    `modules:
  dns: { prober: dns, dns: { query_name: expe.d1.bench.example, query_type: A, preferred_ip_protocol: ip4 } }
  tcp: { prober: tcp, tcp: { preferred_ip_protocol: ip4 } }
  http:
    prober: http
    http:
      preferred_ip_protocol: ip4
      valid_status_codes: [401]
      tls_config: { ca_file: ${join(folder, 'root.pem')}, server_name: expe.bench.example }
`,
  );
  const arguments_ = [`--config.file=${join(folder, 'blackbox.yml')}`, '--web.listen-address=127.0.0.1:9115'];
  const child = spawn(exporter, arguments_, { stdio: 'ignore' });
  await tcpPortUsed.waitUntilUsed(9115, 100, 10_000);
  return child;
}

const targets = { dns: '127.0.0.1:5390', tcp: '127.0.0.1:8443', http: 'https://127.0.0.1:8443/' } as const;

/** CPU time of the exporter in microseconds a look. */
async function peerUs(protocol: Protocol): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const url = `http://127.0.0.1:9115/probe?module=${protocol}&target=${encodeURIComponent(targets[protocol])}`;
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      get(url, { agent }, response => {
        let text = '';
        response.on('data', piece => {
          text += piece;
        });
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
  const many = (count: number) => Promise.all(Array.from({ length: count }, ask));
  const answers = await many(looks[protocol] / 4);
  if (!answers.every(text => text.includes('probe_success 1'))) throw new Error(`${protocol}: ${answers[0]}`);
  const before = ticks();
  await many(looks[protocol]);
  agent.destroy();
  return ((ticks() - before) / ticksPerSecond / looks[protocol]) * 1e6;
}

function ticks(): number {
  const fields = readFileSync(`/proc/${peer.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function ourUs(protocol: Protocol): number {
  const script = join(import.meta.dirname, 'looks.ts');
  const encoded = Buffer.from(root).toString('base64');
  const answer = execFileSync(process.execPath, [script, protocol, String(looks[protocol]), encoded], {
    encoding: 'utf8',
  });
  const { us, failed } = JSON.parse(answer) as { readonly us: number; readonly failed: number };
  if (failed > 0) throw new Error(`${protocol}: ${failed} looks failed`);
  return us;
}

console.log('protocol   mradar us   exporter us   ratio');
let [own, theirs] = [0, 0];
for (const protocol of ['dns', 'tcp', 'http'] as const) {
  const [ours, peers] = [ourUs(protocol), await peerUs(protocol)];
  own += ours * share[protocol];
  theirs += peers * share[protocol];
  console.log(line(protocol, ours, peers));
}
console.log(line('overall', own, theirs));
console.log(
  `load average ${loadavg()
    .map(load => load.toFixed(1))
    .join(' ')}`,
);
peer.kill();
endpoints.kill();
rmSync(folder, { recursive: true });
process.exit();

function line(name: string, ours: number, peers: number): string {
  return `${name.padEnd(10)} ${ours.toFixed(0).padStart(9)} ${peers.toFixed(0).padStart(13)} ${(ours / peers).toFixed(2).padStart(7)}`;
}
