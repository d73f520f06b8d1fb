import { expect, test } from 'vitest';
import type { TcpReading } from '../../../../probes/index.ts';
import { serverGroups } from '../../../../src/judge/checks/port/server-groups.ts';
import { judgeRound } from '../../../../src/judge/judge.ts';
import type { Role } from '../../../../src/model/subject.ts';
import { tcpFailed, tcpOpen } from '../../readings.ts';
import { judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';
import { declares } from '../declared/declared.ts';

const roleOf: Readonly<Record<string, Role>> = {
  ...{ expe1: 'expressway_e', expe2: 'expressway_e', expc1: 'expressway_c', expc2: 'expressway_c' },
  ...{ cucm1: 'unified_cm', cucm2: 'unified_cm' },
};
const nameOf = (host: string) => `${host}.example.com`;
const hosts = Object.keys(roleOf);
const nodes = hosts.map(host => node(nameOf(host), roleOf[host]!));
const serverGroups2 = [['expe1', 'expc1', 'cucm2'].map(nameOf), ['expe2', 'expc2', 'cucm1'].map(nameOf)];
const facts = declares(
  {
    expressway_e: ['expe1', 'expe2'].map(nameOf),
    expressway_c: ['expc1', 'expc2'].map(nameOf),
    unified_cm: ['cucm1', 'cucm2'].map(nameOf),
  },
  { vantage: 'internal', phones: { serverGroups: serverGroups2 } },
);

function contact(host: string, state: TcpReading['state'], port = 5061): Seen {
  const at = service({
    host: nameOf(host),
    role: roleOf[host]!,
    port,
    address: `10.0.0.${hosts.indexOf(host)}`,
  });
  return seen(at, 'tcp', state === 'open' ? tcpOpen() : tcpFailed(state));
}
const all = (states: Readonly<Record<string, TcpReading['state'] | 'untold'>> = {}) =>
  hosts.flatMap(host => {
    const state = states[host] ?? 'open';
    return state === 'untold' ? [] : [contact(host, state)];
  });

test.each<[string, Parameters<typeof all>[0], string]>([
  ['all live', {}, 'pass'],
  ['one server is dead', { expc2: 'refused' }, 'pass'],
  ['two servers of one group', { expc2: 'refused', cucm1: 'filtered' }, 'pass'],
  ['servers of both groups', { expc2: 'refused', cucm2: 'filtered' }, 'fail PHONE_GROUPS_BROKEN'],
  ['an edge and a Unified CM', { expe1: 'unreachable', cucm1: 'reset' }, 'fail PHONE_GROUPS_BROKEN'],
  ['no Unified CM at all', { cucm1: 'refused', cucm2: 'refused' }, 'not-applicable'],
  ['one is dead, another was not looked at', { expc2: 'refused', cucm2: 'untold' }, 'unknown'],
])('%s', (_, states, expected) => {
  expect(outcome(judge(serverGroups, round(facts, all(states), nodes)))).toBe(expected);
});

test('a server that answers on one port is not dead', () => {
  const observed = [...all({ expc2: 'refused', cucm2: 'refused' }), contact('cucm2', 'open', 8443)];
  expect(outcome(judge(serverGroups, round(facts, observed, nodes)))).toBe('pass');
});

test('the finding names the dead member of each group, at the first of them', () => {
  const judgement = judge(serverGroups, round(facts, all({ expc2: 'refused', cucm2: 'refused' }), nodes));
  expect(judgement?.verdict === 'fail' && judgement.findings[0]).toMatchObject({
    subject: 'example/node/unified_cm/cucm2.example.com',
    evidence: { dead: ['cucm2.example.com', 'expc2.example.com'] },
  });
});

test('an edge that is dead seen from outside is dead for phones', () => {
  const inside = round(facts, all({ cucm2: 'refused' }), nodes);
  const outside = round({ ...facts, vantage: 'external' }, [
    contact('expe2', 'filtered'),
    contact('expe1', 'open'),
  ]);
  expect(outcome(judgeRound(inside, [serverGroups], [outside])[0])).toBe('fail PHONE_GROUPS_BROKEN');
  expect(outcome(judgeRound(outside, [serverGroups], [inside])[0])).toBe('not-applicable');
});

test.each([
  ['no groups', { ...facts, phones: {} }],
  ['from outside', { ...facts, vantage: 'external' as const }],
])('%s', (_, given) => {
  expect(outcome(judge(serverGroups, round(given, all(), nodes)))).toBe('not-applicable');
});
