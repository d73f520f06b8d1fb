import { expect, test } from 'vitest';
import type { TcpReading } from '../../../../probes/index.ts';
import { natReflection } from '../../../../src/judge/checks/port/nat-reflection.ts';
import type { DeclaredNode, Deployment } from '../../../../src/model/deployment.ts';
import { tcpFailed, tcpOpen } from '../../readings.ts';
import { deployment, judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';

const publicAddress = '203.0.113.11';
const behindNat: DeclaredNode = { name: 'expe1.example.com', publicAddress };
const port = (number: number, reading: TcpReading, address = publicAddress): Seen =>
  seen(service({ address, port: number, purpose: `zone-${number}` }), 'tcp', {
    ...reading,
    address,
    port: number,
  });
const silent = tcpFailed('filtered');

function facts(declared: DeclaredNode, more: Partial<Deployment> = {}): Partial<Deployment> {
  const nodes = { ...deployment().nodes, expressway_e: [declared] };
  return { vantage: 'internal', nodes, ...more };
}

test.each<[string, Partial<Deployment>, readonly Seen[], string]>([
  ['every port is open', facts(behindNat), [port(7001, tcpOpen()), port(7400, tcpOpen())], 'pass'],
  [
    'every port is silent',
    facts(behindNat),
    [port(7001, silent), port(7400, silent)],
    'fail NAT_REFLECTION_FAILS',
  ],
  [
    'every port refuses',
    facts(behindNat),
    [port(7001, tcpFailed('refused')), port(7400, tcpFailed('refused'))],
    'fail NAT_REFLECTION_FAILS',
  ],
  ['one port is silent', facts(behindNat), [port(7001, tcpOpen()), port(7400, silent)], 'pass'],
  [
    'inside, it has another address',
    facts(behindNat),
    [port(7001, silent, '192.168.7.11'), port(7400, silent, '192.168.7.11')],
    'not-applicable',
  ],
  [
    'two interfaces',
    facts({ ...behindNat, internalAddress: '10.0.1.11' }),
    [port(7001, silent), port(7400, silent)],
    'not-applicable',
  ],
  [
    'no NAT',
    facts({ name: 'expe1.example.com' }),
    [port(7001, silent), port(7400, silent)],
    'not-applicable',
  ],
  [
    'seen from outside',
    facts(behindNat, { vantage: 'external' }),
    [port(7001, silent), port(7400, silent)],
    'not-applicable',
  ],
])('%s', (_, declared, observed, expected) => {
  expect(outcome(judge(natReflection, round(declared, observed, [node()]), node()))).toBe(expected);
});
