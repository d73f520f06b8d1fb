import { expect, test } from 'vitest';
import { sightingsOf } from '../../src/commands/firewall.ts';
import { look } from '../../src/pipeline.ts';
import { firewall } from '../../src/plan/firewall.ts';
import { createGate } from '../../src/schedule/gate.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { deploymentOf } from '../scenarios/simulated.ts';

/** What each rule looks like over a simulated deployment, by state. */
async function seen(simulator: Simulator, vantage: 'external' | 'internal') {
  const deployment = deploymentOf(simulator, vantage);
  const { rules } = firewall(deployment, {});
  const gate = createGate({ concurrent: 64, perHost: 16 });
  const round = await look(deployment, gate, new AbortController().signal);
  const sightings = sightingsOf(rules, round);
  const of = (state: string) =>
    rules.filter(({ id }) => sightings.get(id)!.state === state).map(({ id }) => id);
  return { rules, sightings, of };
}

test('a healthy deployment from outside: what is open and closed there is verified, nothing is contradicted', async () => {
  const simulator = await startSimulator();
  try {
    const { rules, sightings, of } = await seen(simulator, 'external');
    expect(of('contradicted')).toEqual([]);
    expect(of('verified')).toEqual(
      expect.arrayContaining([
        'internet-e-xmpp',
        'internet-e-https',
        'internet-e-sip',
        'no-internet-e-admin',
        'no-internet-e-ssh',
      ]),
    );
    const udp = rules.filter(({ protocol }) => protocol === 'UDP');
    expect(udp.every(({ id }) => sightings.get(id)!.state === 'unseen')).toBe(true);
    const elsewhere = rules.filter(rule => rule.seen?.vantage !== 'external');
    expect(elsewhere.every(({ id }) => sightings.get(id)!.state === 'unseen')).toBe(true);
  } finally {
    await simulator.stop();
  }
});

test('from inside the zone and the servers are verified; a tunnel port that takes anybody is contradicted', async () => {
  const simulator = await startSimulator();
  try {
    const { sightings, of } = await seen(simulator, 'internal');
    expect(of('contradicted')).toEqual(['no-others-e-ssh']);
    expect(sightings.get('no-others-e-ssh')!.why[0]).toContain('unless this machine is an Expressway-C');
    expect(of('verified')).toEqual(
      expect.arrayContaining(['c-e-xmpp', 'c-e-ssh', 'c-e-sip', 'c-ucm-uds', 'c-ucm-sip', 'c-imp-xmpp']),
    );
    expect(of('verified').filter(id => id.startsWith('internet'))).toEqual([]);
  } finally {
    await simulator.stop();
  }
});

test.each([
  ['port-refused-8443', 'refuses connections'],
  ['sip-refused', 'refuses connections'],
])('%s contradicts a rule that has to be there', async (fault, why) => {
  const simulator = await startSimulator();
  try {
    await simulator.set(fault, true);
    const { sightings, of } = await seen(simulator, 'external');
    expect(of('contradicted')).toHaveLength(1);
    expect(sightings.get(of('contradicted')[0]!)!.why.join()).toContain(why);
  } finally {
    await simulator.stop();
  }
});

test('an exposed port contradicts the rule against it', async () => {
  const simulator = await startSimulator();
  try {
    await simulator.set('exposed-tunnel', true);
    const { rules, of } = await seen(simulator, 'external');
    expect(of('contradicted')).toHaveLength(1);
    expect(rules.find(({ id }) => id === of('contradicted')[0])!.action).toBe('deny');
  } finally {
    await simulator.stop();
  }
});

test('a port that takes connections but speaks no TLS is neither verified nor contradicted', async () => {
  const simulator = await startSimulator();
  try {
    await simulator.set('not-tls', true);
    const { sightings, of } = await seen(simulator, 'external');
    expect(of('contradicted')).toEqual([]);
    expect([...sightings.values()].flatMap(({ why }) => why).join('\n')).toContain(
      'but then there is no TLS',
    );
  } finally {
    await simulator.stop();
  }
});

test('when nothing answers anywhere, nothing is said of any rule', async () => {
  const simulator = await startSimulator();
  await simulator.stop();
  const deployment = { ...deploymentOf(simulator, 'external'), timeoutMs: 300 };
  const { rules } = firewall(deployment, {});
  const round = await look(
    deployment,
    createGate({ concurrent: 64, perHost: 16 }),
    new AbortController().signal,
  );
  expect([...sightingsOf(rules, round).values()].every(({ state }) => state === 'unseen')).toBe(true);
});
