import { expect, test } from 'vitest';
import { roundTrip } from '../../../../src/judge/checks/sip/round-trip.ts';
import { nxdomain, tcpFailed, tcpOpen, tlsOk } from '../../readings.ts';
import { domain, judge, node, outcome, round, seen, service } from '../../round.ts';

const ports = [8443, 5061, 5222] as const;
const connects = (host: string, times: readonly number[]) =>
  times.map((connectMs, i) => seen(service({ host, port: ports[i]! }), 'tcp', tcpOpen({ connectMs })));
const [own, peer] = ['expe1.example.com', 'expe2.example.com'];
const hosts = [node(own), node(peer)];

test.each<[string, readonly number[], readonly number[], string]>([
  ['quick', [20, 21, 22], [20], 'pass'],
  ['far away', [900, 950, 900], [20], 'pass'],
  ['one slow look', [20, 3_100, 21], [20], 'pass'],
  ['most slow', [3_100, 20, 3_200], [20], 'fail PATH_SLOW'],
  ['all slow, and the peer quick', [3_100, 3_300, 3_200], [20], 'fail PATH_SLOW'],
  ['all slow, and the peer too', [3_100, 3_300, 3_200], [3_100], 'unknown'],
  ['all slow, and nothing to compare with', [3_100, 3_300, 3_200], [], 'unknown'],
  ['two slow looks, and no third', [3_100, 3_200], [20], 'unknown'],
  ['one of two slow', [3_100, 20], [20], 'pass'],
  ['just in time', [3_000, 3_000, 3_000], [20], 'pass'],
  ['no connection', [], [20], 'unknown'],
])('%s', (_when, times, others, expected) => {
  const observed = [...connects(own, times), ...connects(peer, others)];
  expect(outcome(judge(roundTrip, round({}, observed, hosts), node(own)))).toBe(expected);
});

const slow = connects(own, [3_100, 3_300, 3_200]);
test('a quick DNS server shows that it is not our own line', () => {
  const quick = seen(domain(), 'dns:public:srv/cuplogin', nxdomain());
  expect(outcome(judge(roundTrip, round({}, [...slow, quick], hosts), node(own)))).toBe('fail PATH_SLOW');
  const late = seen(domain(), 'dns:public:srv/cuplogin', { ...nxdomain(), rttMs: 2_000 });
  expect(outcome(judge(roundTrip, round({}, [...slow, late], hosts), node(own)))).toBe('unknown');
});

test('a slow connection with a quick handshake is no slow way', () => {
  const handshakes = (handshakeMs: number) =>
    ports.map(port => seen(service({ host: own, port }), 'tls', tlsOk({ handshakeMs })));
  const verdict = (handshakeMs: number) =>
    outcome(
      judge(
        roundTrip,
        round({}, [...slow, ...handshakes(handshakeMs), ...connects(peer, [20])], hosts),
        node(own),
      ),
    );
  expect(verdict(20)).toBe('pass');
  expect(verdict(3_200)).toBe('fail PATH_SLOW');
});

test('inside, before keep-alives, and where nothing connects it is no question', () => {
  const observed = [...slow, ...connects(peer, [20])];
  const verdict = (facts: Parameters<typeof round>[0]) =>
    outcome(judge(roundTrip, round(facts, observed, hosts), node(own)));
  expect(verdict({ vantage: 'internal' })).toBe('not-applicable');
  expect(verdict({ versions: { expressway_e: 'X12.6' } })).toBe('not-applicable');
  expect(verdict({ versions: { expressway_e: 'X12.7' } })).toBe('fail PATH_SLOW');
  const filtered = [seen(service(), 'tcp', tcpFailed('filtered'))];
  expect(outcome(judge(roundTrip, round({}, filtered, hosts), node(own)))).toBe('unknown');
});
