import { expect, test } from 'vitest';
import { node as check } from '../../../../src/judge/checks/port/node.ts';
import type { Vantage } from '../../../../src/model/subject.ts';
import { dnsFailed, tcpFailed, tcpOpen } from '../../readings.ts';
import { domain, judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';

const on = (port: number, reading = tcpOpen(), facts: Parameters<typeof service>[0] = {}) =>
  seen(service({ port, purpose: `p${port}`, ...facts }), 'tcp', reading);
const silent = tcpFailed('filtered');
const refused = tcpFailed('refused');
const unreachable = tcpFailed('unreachable');
const tunnel = { purpose: 'tunnel-ssh' };

function judged(observed: readonly Seen[], vantage: Vantage = 'external') {
  return outcome(judge(check, round({ vantage }, observed, [node()]), node()));
}

test.each<[string, Seen[], string]>([
  ['all open', [on(8443), on(5061), on(5222)], 'pass'],
  ['one open', [on(8443), on(5061, silent), on(5222, silent)], 'pass'],
  ['all silent', [on(8443, silent), on(5061, silent), on(5222, silent)], 'fail NODE_SILENT'],
  ['all refuse', [on(8443, refused), on(5061, refused)], 'fail NODE_REFUSES'],
  ['all unreachable', [on(8443, unreachable), on(5061, unreachable)], 'fail NODE_UNREACHABLE'],
  ['the network says so now and then', [on(8443, silent), on(5061, unreachable)], 'fail NODE_UNREACHABLE'],
  ['some silent, some refuse', [on(8443, silent), on(5061, refused)], 'pass'],
  ['all reset', [on(8443, tcpFailed('reset')), on(5061, tcpFailed('reset'))], 'pass'],
  ['one port only', [on(8443, silent)], 'not-applicable'],
  [
    'one port on two addresses',
    [on(8443, silent), on(8443, silent, { address: '2001:db8::11' })],
    'not-applicable',
  ],
  [
    'one of two addresses is silent',
    [...[on(8443), on(5061)], ...[8443, 5061].map(port => on(port, silent, { address: '2001:db8::11' }))],
    'pass',
  ],
  [
    'ports that have to be closed do not count',
    [on(8443, silent), on(5061, silent), on(443, refused, { expected: 'closed' })],
    'fail NODE_SILENT',
  ],
  [
    'other hosts do not count',
    [on(8443, silent), on(5061, silent), on(8443, tcpOpen(), { host: 'expe2.example.com' })],
    'fail NODE_SILENT',
  ],
  ['nothing was tried', [], 'not-applicable'],
  [
    'not even a DNS server answers',
    [on(8443, silent), on(5061, silent), seen(domain(), 'dns:public:srv/collab-edge', dnsFailed('timeout'))],
    'unknown',
  ],
])('%s', (_, observed, expected) => {
  expect(judged(observed)).toBe(expected);
});

test('inside, a dropped tunnel port bears witness only beside another silent port', () => {
  expect(judged([on(7001, silent), on(2222, silent, tunnel)], 'internal')).toBe('fail NODE_SILENT');
  expect(judged([on(7001), on(2222, silent, tunnel)], 'internal')).toBe('pass');
});

test('sign-in comes first among what suffers', () => {
  const observed = [on(5061, refused, { affects: 'calls' }), on(8443, refused, { affects: 'sign-in' })];
  expect(judge(check, round({}, observed, [node()]), node())).toMatchObject({
    findings: [{ affects: 'sign-in' }],
  });
});

test('what suffers is what the host is for', () => {
  const imp = node('imp1.example.com', 'im_presence');
  const facts = { host: imp.host, role: imp.role, affects: 'messaging' } as const;
  const observed = [on(8443, refused, facts), on(7400, refused, facts)];
  expect(judge(check, round({ vantage: 'internal' }, observed, [imp]), imp)).toMatchObject({
    findings: [
      {
        affects: 'messaging',
        message:
          'The IM and Presence imp1.example.com refuses TCP connections on all of its ports 8443, 7400',
      },
    ],
  });
});
