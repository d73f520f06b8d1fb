import { expect, test } from 'vitest';
import { ownClockAgrees } from '../../../../src/judge/checks/prober/clock.ts';
import { clockAgrees } from '../../../../src/judge/checks/time/clock-agrees.ts';
import { httpAnswer, ntpAnswer } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const edges = [1, 2].map(i => service({ host: `expe${i}.example.com`, address: `198.51.100.1${i}` }));
const server = service({
  role: 'ntp',
  host: '10.0.0.123',
  address: '10.0.0.123',
  port: 123,
  purpose: 'ntp',
  transport: 'udp',
});
const http = (i: number, clockDifferenceMs: number) =>
  seen(edges[i]!, 'http', httpAnswer(401, { clockDifferenceMs }));
const ntp = (offsetMs: number) => seen(server, 'ntp', ntpAnswer({ offsetMs }));

test.each<[string, Seen[], string, string]>([
  ['NTP agrees', [ntp(20)], 'pass', 'not judged'],
  [
    'NTP says that we are an hour behind, and so are all servers',
    [ntp(3_600_000), http(0, 3_600_000)],
    'fail PROBER_CLOCK_DIFFERS',
    'pass',
  ],
  ['NTP agrees with us, and a server does not', [ntp(0), http(0, 300_000)], 'pass', 'fail CLOCK_DIFFERS'],
  ['both servers agree with us', [http(0, 0), http(1, 300)], 'not-applicable', 'pass'],
  [
    'both servers agree with each other only',
    [http(0, 300_000), http(1, 300_400)],
    'fail PROBER_CLOCK_DOUBTED',
    'pass',
  ],
  ['one of two servers differs', [http(0, 300_000), http(1, 0)], 'not-applicable', 'fail CLOCK_DIFFERS'],
  ['one server alone differs', [http(0, 300_000)], 'not-applicable', 'fail CLOCK_DIFFERS'],
  ['nobody tells the time', [], 'not-applicable', 'not judged'],
])('%s', (_, observed, ours, theirs) => {
  const seenRound = round({}, observed);
  expect(outcome(judge(ownClockAgrees, seenRound))).toBe(ours);
  expect(outcome(judge(clockAgrees, seenRound, edges[0]))).toBe(theirs);
});
