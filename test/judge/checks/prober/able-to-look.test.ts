import { expect, test } from 'vitest';
import { ableToLook } from '../../../../src/judge/checks/prober/able-to-look.ts';
import type { Reason } from '../../../../src/model/failure.ts';
import { tcpOpen } from '../../readings.ts';
import { judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';

function errored(reason: Reason, port = 8443, code?: string): Seen {
  const failure = { stage: 'connect', reason, blame: 'prober', ...(code && { code }) } as const;
  return { subject: service({ port }), need: 'tcp', errored: failure };
}

test.each<[string, Seen[], string]>([
  ['everything was looked at', [seen(service(), 'tcp', tcpOpen())], 'pass'],
  ['no descriptors', [errored('no-descriptors')], 'fail PROBER_OUT_OF_DESCRIPTORS'],
  ['no route', [errored('no-route'), errored('no-route', 5061)], 'fail PROBER_NO_ROUTE'],
  ['no permission', [errored('no-permission')], 'fail PROBER_NOT_PERMITTED'],
  ['no memory', [errored('internal')], 'fail PROBER_FAULT'],
  ['our own mistake', [errored('internal'), errored('aborted', 5061)], 'fail PROBER_FAULT'],
  [
    'two of these',
    [errored('no-route'), errored('no-descriptors', 5061)],
    'fail PROBER_NO_ROUTE PROBER_OUT_OF_DESCRIPTORS',
  ],
  ['skipped is not errored', [{ subject: node(), need: 'tcp', skipped: 'no address' }], 'pass'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(ableToLook, round({}, observed)))).toBe(expected);
});

test('it counts what could not be looked at, and says nothing about the targets', () => {
  const observed = [
    errored('no-descriptors', 8443, 'EMFILE'),
    errored('no-descriptors', 5061, 'EMFILE'),
    seen(service({ port: 5222 }), 'tcp', tcpOpen()),
  ];
  expect(judge(ableToLook, round({}, observed))).toMatchObject({
    findings: [
      {
        severity: 'critical',
        affects: 'operations',
        message:
          '2 steps could not be looked at because mradar has no file descriptors left (EMFILE); nothing is said about expe1.example.com',
      },
    ],
  });
});
