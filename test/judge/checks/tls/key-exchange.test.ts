import { expect, test } from 'vitest';
import type { TlsReading } from '../../../../probes/index.ts';
import { keyExchange } from '../../../../src/judge/checks/tls/key-exchange.ts';
import { tlsOk } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

const uds = service({ role: 'unified_cm', host: 'cucm1.example.com', purpose: 'uds-https' });
const failed = (reason: 'tls-weak-dh' | 'timeout'): Partial<TlsReading> => ({
  failure: { stage: 'tls', reason, blame: 'target' },
});

test.each<[string, TlsReading, string]>([
  ['an elliptic curve', tlsOk({ keyExchange: { type: 'ECDH', bits: 253 } }), 'pass'],
  ['1024 bits', tlsOk({ keyExchange: { type: 'DH', bits: 1024 } }), 'pass'],
  ['768 bits', tlsOk({ keyExchange: { type: 'DH', bits: 768 } }), 'fail TLS_DH_WEAK'],
  ['refused here too', tlsOk({ ...failed('tls-weak-dh'), keyExchange: undefined }), 'fail TLS_DH_WEAK'],
  ['no exchange of its own', tlsOk(), 'pass'],
  ['no handshake', tlsOk(failed('timeout')), 'unknown'],
])('%s', (_, reading, expected) => {
  expect(outcome(judge(keyExchange, round({}, [seen(uds, 'tls', reading)])))).toBe(expected);
});

test('a port that has to be closed, and the edge', () => {
  const weak = tlsOk({ keyExchange: { type: 'DH', bits: 768 } });
  const closed = service({ ...uds, expected: 'closed' });
  expect(outcome(judge(keyExchange, round({}, [seen(closed, 'tls', weak)])))).toBe('not-applicable');
  expect(outcome(judge(keyExchange, round({}, [seen(service(), 'tls', weak)])))).toBe('not judged');
});
