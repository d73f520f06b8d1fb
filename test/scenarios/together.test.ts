import { expect, test } from 'vitest';
import { loadLibrary } from '../../src/explain/library.ts';
import { look, reportTogether } from '../../src/pipeline.ts';
import { createGate } from '../../src/schedule/gate.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { deploymentOf } from './simulated.ts';

/** The causes above info that a look from outside and a look from inside give together. */
async function fromBothSides(...faults: readonly string[]): Promise<readonly string[]> {
  const simulator: Simulator = await startSimulator();
  try {
    for (const fault of faults) await simulator.set(fault, true);
    const rounds = [];
    for (const vantage of ['internal', 'external'] as const) {
      const gate = createGate({ concurrent: 64, perHost: 16 });
      rounds.push(await look(deploymentOf(simulator, vantage), gate, new AbortController().signal));
    }
    const reports = reportTogether(rounds, loadLibrary());
    expect(reports).toHaveLength(1);
    const { causes } = reports[0]!.diagnosis;
    return causes.flatMap(({ code, severity }) => (severity === 'info' ? [] : [code]));
  } finally {
    await simulator.stop();
  }
}

test('a healthy deployment seen from both sides has no cause', { timeout: 30_000 }, async () => {
  expect(await fromBothSides()).toEqual([]);
});

test('502 outside and the tunnel port refused inside are one cause', { timeout: 30_000 }, async () => {
  expect(await fromBothSides('edge-next-hop-failed', 'tunnel-refused')).toEqual(['PORT_REFUSED']);
});
