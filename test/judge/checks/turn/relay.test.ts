import { expect, test } from 'vitest';
import type { StunReading } from '../../../../probes/index.ts';
import { turnRelay } from '../../../../src/judge/checks/turn/relay.ts';
import { stunAnswer } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

const turn = service({ port: 3478, purpose: 'edge-turn', transport: 'udp', title: 'TURN' });
const failed = (reason: 'refused' | 'not-stun') =>
  stunAnswer('failed', { failure: { stage: 'response', reason, blame: 'target' } });

test.each<[string, StunReading, string]>([
  ['a demand for credentials', stunAnswer('error', { errorCode: 401, realm: 'TANDBERG' }), 'pass'],
  ['another error', stunAnswer('error', { errorCode: 400 }), 'pass'],
  ['a success without a relay', stunAnswer('success'), 'pass'],
  [
    'a relay for anybody',
    stunAnswer('success', { relayed: { address: '198.51.100.11', port: 24_000 } }),
    'fail TURN_WITHOUT_CREDENTIALS',
  ],
  ['a port where nobody listens', failed('refused'), 'fail TURN_REFUSED'],
  ['another protocol', failed('not-stun'), 'unknown'],
  ['silence', stunAnswer('no-answer'), 'unknown'],
])('%s', (_, reading, expected) => {
  expect(outcome(judge(turnRelay, round({}, [seen(turn, 'stun', reading)])))).toBe(expected);
});

test('another port is none of a TURN server', () => {
  expect(outcome(judge(turnRelay, round({}, [seen(service(), 'stun', stunAnswer('no-answer'))])))).toBe(
    'not-applicable',
  );
});
