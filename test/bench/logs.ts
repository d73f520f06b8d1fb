/**
 * How fast `mradar logs` searches: writes a log of the wanted size (MB, default 1024) to a temporary file, reads it with
 * all signatures, and lets ripgrep count the same strings in the same file, when it is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadLibrary } from '../../src/explain/library.ts';
import { readLogs } from '../../src/offline/logs/report.ts';
import { compileRules } from '../../src/offline/logs/rules.ts';

const megabytes = Number(process.argv[2] ?? 1024);
/** One line in so many tells of a trouble. */
const troubleEvery = Number(process.argv[3] ?? 1000);

/** Numbers that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const troubles = [
  'traffic_server[18242]: [ET_NET 0] WARNING: Core server certificate verification failed for (cucm.example.com). Action=Terminate Error=self signed certificate server=cucm.example.com(10.48.36.215) depth=0',
  'tvcs: UTCTime="2022-07-11 16:55:26,016" Module="network.tcp" Level="DEBUG":  Src-port="4211" Dst-ip="198.51.100.4" Dst-port="5061" Detail="TCP Connection Closed" Reason="Idle countdown expired"',
  'edgeconfigprovisioning: Level="INFO" Detail="Failed to authenticate user against server" Username="user7" Server="(\'https\', \'cucm.example.com\', 8443)"',
  'XCP_JABBERD[23843]: UTCTime="2022-07-11 16:55:26,016" Module="Jabber" Level="ERROR" CodeLocation="mio.c:1121" Detail="Unable to connect to host \'10.48.36.171\', port 7400:(111) Connection refused"',
];

/** About 16 MB of lines such as an Expressway with debug logging writes. */
function ordinaryLines(): string {
  const below = generator(7);
  const two = (value: number) => String(value).padStart(2, '0');
  const lines: string[] = [];
  for (let i = 0; i < 70_000; i++) {
    const stamp = `2022-07-11T18:${two(below(60))}:${two(below(60))}.${100 + below(900)}+02:00 vcsc `;
    const utc = 'UTCTime="2022-07-11 16:55:25,910"';
    const kinds = [
      `tvcs: ${utc} Module="network.tcp" Level="DEBUG":  Src-ip="10.${below(256)}.3.4" Src-port="${1024 + below(60000)}" Dst-ip="10.1.2.3" Dst-port="5061" Detail="TCP Connection Established"`,
      `traffic_server[18242]: ${utc} Module="network.http.trafficserver" Level="INFO": Detail="Receive Request" Txn-id="${i}" TrackingID="6af9a674-0d0b-4d2b-9d7e-${below(1e9)}" Src-ip="127.0.0.1" Src-port="35764" Last-via-addr="" Msg="GET http://expc.example.com:8443/c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvODQ0Mw/cucm-uds/user/user${below(500)}/devices HTTP/1.1"`,
      `tvcs: ${utc} Module="network.sip" Level="INFO":  Action="Sent"  Local-ip="10.0.30.2"  Local-port="27901"  Dst-ip="10.1.0.10"  Dst-port="7003"   Detail="Sending Response Code=200, Method=REGISTER, CSeq=${i}, To=sip:user${below(500)}@example.com, Call-ID=${below(1e9)}@10.1.1.1, From-Tag=${below(1e9)}"`,
      `tvcs: ${utc} Module="network.sip" Level="DEBUG":  Action="Received"  Local-ip="10.0.30.2" \nSIPMSG:\n|SIP/2.0 200 OK\nVia: SIP/2.0/TLS 10.0.30.2:5061;branch=z9hG4bK${below(1e9)}\nTo: <sip:user${below(500)}@example.com>\nServer: TANDBERG/4137 (X14.0.2)\nContent-Length: 0\n\n|`,
      `XCP_JABBERD[20026]: ${utc} ThreadID="139882696623872" Module="Jabber" Level="INFO " CodeLocation="mio.c:${below(999)}" Detail="Connection accepted from host '10.48.36.171', port 7400"`,
    ];
    lines.push(stamp + (below(troubleEvery) === 0 ? troubles[below(troubles.length)]! : kinds[below(5)]!));
  }
  return `${lines.join('\n')}\n`;
}

type Measured = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly lines: number;
  readonly found: number;
  readonly troubles: number;
};

/** Reads one file in a process of its own, so that only the memory of reading is seen. */
async function measure(file: string): Promise<Measured> {
  const { entries } = loadLibrary();
  const cpu = process.cpuUsage();
  const since = performance.now();
  const report = await readLogs([file], { entries, unredacted: false, zoneMinutes: 0 });
  const seconds = (performance.now() - since) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    lines: report.files[0]!.lines,
    found: report.causes.reduce((sum, cause) => sum + cause.count, 0),
    troubles: report.causes.length,
  };
}

if (process.argv[2] === '--read') {
  process.stdout.write(JSON.stringify(await measure(process.argv[3]!)));
  process.exit();
}

const folder = mkdtempSync(join(tmpdir(), 'mradar-bench-'));
try {
  const file = join(folder, 'expressway.log');
  const block = Buffer.from(ordinaryLines());
  const handle = openSync(file, 'w');
  for (let written = 0; written < megabytes * 1e6; written += block.length) writeSync(handle, block);
  closeSync(handle);
  const size = statSync(file).size;
  const { entries } = loadLibrary();

  const measured = JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--read', file], { encoding: 'utf8' }),
  ) as Measured;
  const rules = compileRules(entries);
  const print = (name: string, took: number, more: string) =>
    process.stdout.write(`${name.padEnd(14)} ${(size / 1e6 / took).toFixed(0).padStart(5)} MB/s  ${more}\n`);
  process.stdout.write(
    `${(size / 1e6).toFixed(0)} MB, ${measured.lines} lines, ${rules.rules.length} signatures\n`,
  );
  print(
    'mradar logs',
    measured.seconds,
    `${measured.found} sightings of ${measured.troubles} troubles, ${measured.cpuSeconds.toFixed(2)} s of CPU, at most ${measured.peakMiB.toFixed(0)} MiB`,
  );

  if (spawnSync('rg', ['--version']).status === 0) {
    const anchors = join(folder, 'anchors.txt');
    const texts = entries.flatMap(({ signatures = [] }) =>
      signatures.flatMap(one => ('text' in one && one.text ? one.text.split('*') : [])),
    );
    writeFileSync(anchors, `${texts.filter(text => text.trim().length > 4).join('\n')}\n`);
    const start = performance.now();
    const count = execFileSync('rg', ['-j1', '-c', '-i', '-F', '-f', anchors, file], { encoding: 'utf8' });
    print(
      'ripgrep',
      (performance.now() - start) / 1000,
      `${count.trim()} lines (one thread, -i -F, ${texts.length} strings)`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
