import { expect, test } from 'vitest';
import { checks } from '../../src/judge/checks/index.ts';
import { diagnose } from '../../src/judge/diagnose.ts';
import { judgeRound } from '../../src/judge/judge.ts';
import { groupRounds, joinRounds } from '../../src/judge/together.ts';
import type { Diagnosis } from '../../src/model/finding.ts';
import type { Round } from '../../src/model/report.ts';
import type { Vantage } from '../../src/model/subject.ts';
import { httpAnswer, tcpFailed, tcpOpen } from './readings.ts';
import { node, round, type Seen, seen, service } from './round.ts';

const host = 'expe1.example.com';
const outside = '198.51.100.11';
const lan = '10.0.0.11';
type State = 'open' | 'filtered' | 'refused';

function port(number: number, state: State, address = outside, purpose = 'edge-https'): Seen {
  const subject = service({ host, address, port: number, purpose: purpose as 'edge-https' });
  const reading = state === 'open' ? tcpOpen() : tcpFailed(state);
  return seen(subject, 'tcp', { ...reading, address, port: number });
}

function from(vantage: Vantage, ...observed: readonly Seen[]): Round {
  return round({ vantage }, observed, [node(host)]);
}

function together(...rounds: readonly Round[]): Diagnosis {
  const [group] = groupRounds(rounds);
  const judgements = group!.flatMap(one =>
    judgeRound(
      one,
      checks,
      group!.filter(other => other !== one),
    ),
  );
  return diagnose(joinRounds(group!), judgements, checks);
}
const told = ({ causes }: Diagnosis) =>
  causes.filter(({ severity }) => severity !== 'info').map(({ code }) => code);

const silentOutside = from(
  'external',
  port(8443, 'filtered'),
  port(5061, 'filtered'),
  port(5222, 'filtered'),
);

test('silent outside and open in the DMZ is a firewall, and explains the silence', () => {
  const dmz = from('dmz', port(8443, 'open'), port(5061, 'open'), port(5222, 'open'));
  const { causes, status } = together(silentOutside, dmz);
  expect(told({ causes } as Diagnosis)).toEqual(['FIREWALL_BLOCKS']);
  expect(causes[0]!.title).toBe(
    `${host} is silent on 8443, 5061, 5222 seen from outside and answers there seen from the DMZ`,
  );
  expect(causes[0]!.consequences.map(({ code }) => code)).toContain('NODE_SILENT');
  expect(status).toBe('critical');
});

test('the same at the internal address of the host', () => {
  const inside = from('internal', port(8443, 'open', lan), port(7001, 'open', lan, 'zone-sip'));
  expect(told(together(inside, silentOutside))).toEqual(['FIREWALL_BLOCKS']);
});

test('silent for one source outside and open for another is a block of that source', () => {
  const other = from('external', port(8443, 'open'), port(5061, 'open'), port(5222, 'open'));
  const { causes, status } = together(silentOutside, other);
  expect(told({ causes } as Diagnosis)).toEqual(['SOURCE_BLOCKED']);
  expect(status).toBe('warning');
});

test('silent from everywhere is the host', () => {
  const dmz = from('dmz', port(8443, 'filtered'), port(5061, 'filtered'), port(5222, 'filtered'));
  expect(told(together(silentOutside, dmz))).toEqual(['NODE_SILENT']);
});

test('one place alone is judged as ever', () => {
  expect(told(together(silentOutside))).toEqual(['NODE_SILENT']);
});

test('rounds of other names with the same domains are one deployment, others are not', () => {
  const named = (name: string, domains: readonly string[]): Round => {
    const plain = from('internal', port(8443, 'open', lan));
    return JSON.parse(
      JSON.stringify({ ...plain, deployment: { ...plain.deployment, domains } })
        .replaceAll('"example/', `"${name}/`)
        .replaceAll('"example"', `"${name}"`),
    );
  };
  const [group, ...rest] = groupRounds([named('inside', ['example.com']), silentOutside]);
  expect(rest).toEqual([]);
  expect(group!.map(({ deployment }) => [deployment.name, deployment.vantage])).toEqual([
    ['example', 'external'],
    ['example', 'internal'],
  ]);
  expect(joinRounds(group!).subjects.map(({ id }) => id)).toContain(`example/service/${host}/${lan}/8443`);
  expect(groupRounds([named('other', ['example.net']), silentOutside])).toHaveLength(2);
});

test('the edge says 502 outside because the tunnel port refuses inside', () => {
  const edge = service({ host, address: outside });
  const failing = from(
    'external',
    port(8443, 'open'),
    port(5061, 'open'),
    seen(
      edge,
      'http',
      httpAnswer(502, {
        ...{ statusText: 'Next Hop Connection Failed', headers: { server: 'CE_E' } },
      }),
    ),
  );
  const inside = from(
    'internal',
    port(7001, 'open', lan, 'zone-sip'),
    port(7400, 'open', lan, 'zone-xcp'),
    port(2222, 'refused', lan, 'tunnel-ssh'),
  );
  const { causes } = together(failing, inside);
  expect(causes[0]!.code).toBe('PORT_REFUSED');
  expect(causes[0]!.consequences.map(({ code }) => code)).toContain('EDGE_NEXT_HOP_FAILED');
});
