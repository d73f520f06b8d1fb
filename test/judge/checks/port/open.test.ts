import { expect, test } from 'vitest';
import type { TcpReading } from '../../../../probes/index.ts';
import { open } from '../../../../src/judge/checks/port/open.ts';
import type { ServiceSubject, Vantage } from '../../../../src/model/subject.ts';
import { answer, dnsFailed, srv, tcpFailed, tcpOpen } from '../../readings.ts';
import { domain, judge, outcome, round, seen, service } from '../../round.ts';

const edge = service();
const tunnel = service({ port: 2222, purpose: 'tunnel-ssh', title: 'SSH tunnels' });
const admin = service({ port: 443, purpose: 'admin-https', expected: 'closed' });

test.each<[string, ServiceSubject, TcpReading, Vantage, string]>([
  ['open', edge, tcpOpen(), 'external', 'pass'],
  ['refused', edge, tcpFailed('refused'), 'external', 'fail PORT_REFUSED'],
  ['silent', edge, tcpFailed('filtered'), 'external', 'fail PORT_FILTERED'],
  ['unreachable', edge, tcpFailed('unreachable'), 'external', 'fail PORT_UNREACHABLE'],
  ['reset', edge, tcpFailed('reset'), 'external', 'fail PORT_RESET'],
  ['tunnel open from inside', tunnel, tcpOpen(), 'internal', 'pass'],
  ['tunnel refused from inside', tunnel, tcpFailed('refused'), 'internal', 'fail PORT_REFUSED'],
  ['tunnel dropped from inside', tunnel, tcpFailed('filtered'), 'internal', 'unknown'],
  ['tunnel rejected by a firewall inside', tunnel, tcpFailed('unreachable'), 'internal', 'unknown'],
  ['a port that has to be closed', admin, tcpFailed('refused'), 'external', 'not-applicable'],
])('%s', (_, subject, reading, vantage, expected) => {
  expect(outcome(judge(open, round({ vantage }, [seen(subject, 'tcp', reading)])))).toBe(expected);
});

test('a port that was not tried is unknown', () => {
  const observed = [{ subject: edge, need: 'tcp', skipped: 'the host has no address' }] as const;
  expect(outcome(judge(open, round({}, observed)))).toBe('unknown');
});

test('when not even a DNS server answers, no port is called silent', () => {
  const silent = seen(edge, 'tcp', tcpFailed('filtered'));
  const asked = (reading: Parameters<typeof seen<'dns:public:srv/collab-edge'>>[2]) =>
    seen(domain(), 'dns:public:srv/collab-edge', reading);
  const judged = (...observed: Parameters<typeof round>[1]) =>
    outcome(judge(open, round({}, observed), edge));
  expect(judged(silent, asked(dnsFailed('timeout')))).toBe('unknown');
  expect(judged(silent, asked(answer(srv('expe1.example.com'))))).toBe('fail PORT_FILTERED');
  const other = seen(service({ port: 5061 }), 'tcp', tcpFailed('refused'));
  expect(judged(silent, other, asked(dnsFailed('timeout')))).toBe('fail PORT_FILTERED');
});

test('the service that suffers is that of the port', () => {
  const calls = service({ port: 5061, purpose: 'edge-sip', title: 'SIP over TLS', affects: 'calls' });
  expect(judge(open, round({}, [seen(calls, 'tcp', tcpFailed('refused'))]))).toMatchObject({
    findings: [
      {
        affects: 'calls',
        message: 'expe1.example.com (198.51.100.11) refuses TCP connections on 5061 (SIP over TLS)',
      },
    ],
  });
});
