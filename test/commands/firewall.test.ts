import { describe, expect, test } from 'vitest';
import { sightingsOf } from '../../src/commands/firewall.ts';
import { look } from '../../src/pipeline.ts';
import { firewall } from '../../src/plan/firewall.ts';
import { createGate } from '../../src/schedule/gate.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { a, answer, dnsFailed, tcpFailed, tcpOpen } from '../judge/readings.ts';
import { deployment, node, round, seen, service } from '../judge/round.ts';
import { deploymentOf } from '../scenarios/simulated.ts';

/** What each rule looks like over a simulated deployment, by state. */
async function sight(simulator: Simulator, vantage: 'external' | 'internal') {
  const simulated = deploymentOf(simulator, vantage);
  const { rules } = firewall(simulated, {});
  const gate = createGate({ concurrent: 64, perHost: 16 });
  const looked = await look(simulated, gate, new AbortController().signal);
  const sightings = sightingsOf(rules, looked);
  const of = (state: string) =>
    rules.filter(({ id }) => sightings.get(id)!.state === state).map(({ id }) => id);
  return { rules, sightings, of };
}

test('a healthy deployment from outside: what is open and closed there is verified, nothing is contradicted', async () => {
  const simulator = await startSimulator();
  try {
    const { rules, sightings, of } = await sight(simulator, 'external');
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

test('from inside the zone and the servers are verified; a tunnel port that lets us in tells nothing of others', async () => {
  const simulator = await startSimulator();
  try {
    const { sightings, of } = await sight(simulator, 'internal');
    expect(of('contradicted')).toEqual([]);
    const others = sightings.get('no-others-e-ssh')!;
    expect([others.state, others.why[0]]).toEqual([
      'unseen',
      expect.stringContaining('this machine is let in'),
    ]);
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
    const { sightings, of } = await sight(simulator, 'external');
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
    const { rules, of } = await sight(simulator, 'external');
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
    const { sightings, of } = await sight(simulator, 'external');
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
  const gone = { ...deploymentOf(simulator, 'external'), timeoutMs: 300 };
  const { rules } = firewall(gone, {});
  const gate = createGate({ concurrent: 64, perHost: 16 });
  const looked = await look(gone, gate, new AbortController().signal);
  expect([...sightingsOf(rules, looked).values()].every(({ state }) => state === 'unseen')).toBe(true);
});

describe('silence', () => {
  const edge = service({ port: 8443 });
  const tunnel = service({ port: 2222, purpose: 'tunnel-ssh', expected: 'closed' });
  const named = seen(node(), 'dns:public:address/a', answer(a('198.51.100.11')));
  const states = (...observed: Parameters<typeof round>[1]) => {
    const sightings = sightingsOf(firewall(deployment(), {}).rules, round({}, observed));
    return [sightings.get('internet-e-https')!.state, sightings.get('no-internet-e-ssh')!.state];
  };

  test('on one port of a host that answers elsewhere verifies that the port is closed', () => {
    expect(states(named, seen(edge, 'tcp', tcpOpen()), seen(tunnel, 'tcp', tcpFailed('filtered')))).toEqual([
      'verified',
      'verified',
    ]);
  });

  test('on every port of a host contradicts what has to be open, and tells nothing of what has to be closed', () => {
    const silent = tcpFailed('filtered');
    expect(states(named, seen(edge, 'tcp', silent), seen(tunnel, 'tcp', silent))).toEqual([
      'contradicted',
      'unseen',
    ]);
  });

  test('from everywhere, DNS included, tells nothing at all', () => {
    const silent = tcpFailed('filtered');
    const unanswered = seen(node(), 'dns:public:address/a', dnsFailed('timeout'));
    expect(states(unanswered, seen(edge, 'tcp', silent), seen(tunnel, 'tcp', silent))).toEqual([
      'unseen',
      'unseen',
    ]);
  });

  test('inside, seen from the DMZ, is what is wanted there', () => {
    const server = service({
      host: 'cucm1.example.com',
      role: 'unified_cm',
      port: 5060,
      purpose: 'sip',
      expected: 'closed',
    });
    const of = (state: 'open' | 'filtered') => {
      const reading = state === 'open' ? tcpOpen() : tcpFailed(state);
      const one = round({ vantage: 'dmz' }, [named, seen(server, 'tcp', reading)]);
      return sightingsOf(firewall(deployment(), {}).rules, one).get('no-dmz-inside')!.state;
    };
    expect([of('filtered'), of('open')]).toEqual(['verified', 'contradicted']);
  });
});
