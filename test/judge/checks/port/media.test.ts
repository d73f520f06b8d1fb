import { expect, test } from 'vitest';
import type { UdpReading } from '../../../../probes/index.ts';
import { media } from '../../../../src/judge/checks/port/media.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import { address, judge, outcome, round, seen, service } from '../../round.ts';

const at = { address: '198.51.100.11', sent: 1 } as const;
const path = { stage: 'response', reason: 'host-unreachable', blame: 'path' } as const;
type State = UdpReading['state'] | 'other-error';
function reading(port: number, state: State): UdpReading {
  const failure: Failure | undefined =
    state === 'filtered'
      ? { ...path, code: 'EHOSTUNREACH' }
      : state === 'other-error'
        ? { ...path, code: 'ENETUNREACH' }
        : undefined;
  return { ...at, port, state: state === 'other-error' ? 'filtered' : state, ...(failure && { failure }) };
}

test.each<[string, readonly State[], string]>([
  ['silence', ['open-or-filtered', 'open-or-filtered'], 'unknown'],
  ['nobody listens', ['closed', 'closed'], 'not-applicable'],
  ['nobody listens, or silence', ['closed', 'open-or-filtered'], 'unknown'],
  ['an answer', ['closed', 'open'], 'pass'],
  ['prohibited', ['filtered', 'filtered'], 'fail MEDIA_PROHIBITED'],
  ['some prohibited', ['filtered', 'closed'], 'unknown'],
  ['another error of the network', ['other-error', 'other-error'], 'not-applicable'],
  ['not looked at', [], 'not-applicable'],
])('%s', (_when, states, expected) => {
  const observed = states.map((state, i) => {
    const port = 37_210 + i;
    return seen(service({ port, purpose: 'media', expected: 'any' }), 'udp', reading(port, state));
  });
  expect(outcome(judge(media, round({}, observed, [address()]), address()))).toBe(expected);
});

test('the ports of another address say nothing', () => {
  const other = service({ port: 37_210, purpose: 'media', address: '198.51.100.12' });
  const observed = [seen(other, 'udp', reading(37_210, 'filtered'))];
  expect(outcome(judge(media, round({}, observed, [address()]), address()))).toBe('not-applicable');
});
