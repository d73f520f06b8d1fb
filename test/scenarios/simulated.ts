import { readFileSync } from 'node:fs';
import { parseConfig } from '../../src/config/config.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import type { Deployment } from '../../src/model/deployment.ts';
import type { Report } from '../../src/model/report.ts';
import { look, report } from '../../src/pipeline.ts';
import { createGate } from '../../src/schedule/gate.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';

const trustFile = '/trust.pem';
const secrets = { password: '/password', certificate: '/client.pem', key: '/client.key' };

/** The deployment as the simulator's own configuration describes it; nothing is written to disk. */
export function deploymentOf(simulator: Simulator, vantage: 'external' | 'internal'): Deployment {
  const text = simulator.yaml(vantage, trustFile, secrets);
  const files = new Map([
    [trustFile, simulator.trust],
    [secrets.password, `${simulator.user.password}\n`],
    [secrets.certificate, simulator.client.cert],
    [secrets.key, simulator.client.key],
  ]);
  const config = parseConfig(text, `${vantage}.yaml`, path => files.get(path) ?? readFileSync(path, 'utf8'));
  return { ...config.deployments[0]!, timeoutMs: 1_000 };
}

const library = loadLibrary();

/** One round over the simulated deployment, judged and explained. */
export async function troubleshoot(simulator: Simulator, vantage: 'external' | 'internal'): Promise<Report> {
  const gate = createGate({ concurrent: 64, perHost: 16 });
  const round = await look(deploymentOf(simulator, vantage), gate, new AbortController().signal);
  return report(round, library);
}
