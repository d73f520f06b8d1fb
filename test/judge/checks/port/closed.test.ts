import { expect, test } from 'vitest';
import type { TcpReading } from '../../../../probes/index.ts';
import { closed } from '../../../../src/judge/checks/port/closed.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { tcpFailed, tcpOpen } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

const tunnel = service({ port: 2222, purpose: 'tunnel-ssh', title: 'SSH tunnels', expected: 'closed' });

test.each<[string, ServiceSubject, TcpReading, string]>([
  ['open', tunnel, tcpOpen(), 'fail PORT_EXPOSED'],
  ['refused', tunnel, tcpFailed('refused'), 'pass'],
  ['silent', tunnel, tcpFailed('filtered'), 'pass'],
  ['unreachable', tunnel, tcpFailed('unreachable'), 'pass'],
  ['reset', tunnel, tcpFailed('reset'), 'pass'],
  ['a port that has to be open', service(), tcpOpen(), 'not-applicable'],
])('%s', (_, subject, reading, expected) => {
  expect(outcome(judge(closed, round({}, [seen(subject, 'tcp', reading)])))).toBe(expected);
});

test('a port that was not tried is unknown', () => {
  const observed = [{ subject: tunnel, need: 'tcp', skipped: 'the host has no address' }] as const;
  expect(outcome(judge(closed, round({}, observed)))).toBe('unknown');
});

test('it says from where', () => {
  const judgement = judge(closed, round({ vantage: 'dmz' }, [seen(tunnel, 'tcp', tcpOpen())]));
  expect(judgement).toMatchObject({
    findings: [{ affects: 'exposure', message: expect.stringContaining('from the DMZ') }],
  });
});
