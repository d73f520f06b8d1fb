/**
 * Looks at one endpoint again and again as the daemon does, in a process of its own, and prints the CPU time that it took in
 * microseconds a look: `node looks.ts PROTOCOL COUNT ROOT`.
 */
import { createHash } from 'node:crypto';
import { wordsOf } from '../../src/facts.ts';
import { probeStep } from '../../src/pipeline.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { createGate } from '../../src/schedule/gate.ts';

const [protocol = 'tcp', count = '1000', root = ''] = process.argv.slice(2);
const place = { address: '127.0.0.1', port: 8443 };
const secured = {
  ...place,
  serverName: 'expe.bench.example',
  trust: [Buffer.from(root, 'base64').toString()],
};
const options = {
  dns: { resolver: '127.0.0.1:5390', name: 'expe.d1.bench.example', type: 'A' },
  tcp: place,
  http: { ...secured, secure: true, method: 'GET', path: '/' },
}[protocol];
const subject = { id: 'bench', kind: 'deployment', deployment: 'bench' };
const step = { id: 'bench', probe: protocol, subject, options, timeoutMs: 5_000, host: '127.0.0.1', why: '' };
const gate = createGate({ concurrent: 16, perHost: 16 });
const { signal } = new AbortController();
const words = createHash('sha1');
let failed = 0;

async function look(times: number) {
  const results = Array.from({ length: times }, async () => {
    const result = await probeStep(step as unknown as PlannedStep, gate, signal);
    words.update(wordsOf(result));
    failed += result.observations.some(one => one.state !== 'observed' || one.reading.failure) ? 1 : 0;
  });
  await Promise.all(results);
}

await look(Number(count) / 4);
const before = process.cpuUsage();
await look(Number(count));
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ us: (user + system) / Number(count), failed })}\n`);
