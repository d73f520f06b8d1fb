import { expect, test } from 'vitest';
import { serverSynchronised } from '../../../../src/judge/checks/time/server-synchronised.ts';
import type { Reason } from '../../../../src/model/failure.ts';
import { ntpAnswer } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const server = service({
  role: 'ntp',
  host: '10.0.0.123',
  address: '10.0.0.123',
  port: 123,
  purpose: 'ntp',
  transport: 'udp',
});
const failed = (reason: Reason) =>
  seen(server, 'ntp', ntpAnswer({ failure: { stage: 'response', reason, blame: 'target' }, stratum: 16 }));

test.each<[string, Seen[], string]>([
  ['it answers and is synchronised', [seen(server, 'ntp', ntpAnswer())], 'pass'],
  ['it is not synchronised', [failed('unsynchronised')], 'fail NTP_UNSYNCHRONISED'],
  ['it is silent', [failed('timeout')], 'fail NTP_SILENT'],
  ['nobody listens', [failed('refused')], 'fail NTP_SILENT'],
  ['it wants no more questions from here', [failed('kiss-of-death')], 'unknown'],
  [
    'we could not look',
    [{ subject: server, need: 'ntp', errored: { stage: 'route', reason: 'no-route', blame: 'prober' } }],
    'unknown',
  ],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(serverSynchronised, round({}, observed)))).toBe(expected);
});
