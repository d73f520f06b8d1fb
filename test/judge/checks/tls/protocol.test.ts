import { expect, test } from 'vitest';
import { protocol } from '../../../../src/judge/checks/tls/protocol.ts';
import { tlsOk } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

test.each([
  ['TLSv1.3', 'pass'],
  ['TLSv1.2', 'pass'],
  ['TLSv1.1', 'fail TLS_PROTOCOL_OLD'],
  ['TLSv1', 'fail TLS_PROTOCOL_OLD'],
  ['SSLv3', 'fail TLS_PROTOCOL_OLD'],
  [undefined, 'unknown'],
])('%s: %s', (version, expected) => {
  const { protocol: _, ...reading } = tlsOk();
  const observed = [seen(service(), 'tls', version ? { ...reading, protocol: version } : reading)];
  expect(outcome(judge(protocol, round({}, observed)))).toBe(expected);
});

test('a port that has to be closed is not judged', () => {
  const observed = [seen(service({ expected: 'closed' }), 'tls', tlsOk({ protocol: 'TLSv1' }))];
  expect(outcome(judge(protocol, round({}, observed)))).toBe('not-applicable');
});

test('a port that was not reached is unknown', () => {
  const observed = [{ subject: service(), need: 'tls', skipped: 'the port is closed' }] as const;
  expect(outcome(judge(protocol, round({}, observed)))).toBe('unknown');
});
