import { expect, test } from 'vitest';
import type { TlsReading } from '../../../../probes/index.ts';
import { onboarding } from '../../../../src/judge/checks/tls/onboarding.ts';
import { tlsOk } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

const asks = (clientCertificate: TlsReading['clientCertificate']) => tlsOk({ clientCertificate });

test.each<[string, boolean | undefined, TlsReading, string]>([
  ['codes, and it asks', true, asks('requested'), 'pass'],
  ['codes, and it does not ask', true, asks('not-requested'), 'fail EDGE_ASKS_NO_CERTIFICATE'],
  ['no codes, and it asks', false, asks('requested'), 'fail EDGE_ASKS_CERTIFICATE'],
  ['no codes, and it does not ask', false, asks('not-requested'), 'pass'],
  ['nobody said', undefined, asks('requested'), 'not-applicable'],
  ['no handshake', true, { serverName: '', chain: [] }, 'unknown'],
])('%s', (_, activationCodes, reading, expected) => {
  const facts = activationCodes === undefined ? {} : { activationCodes };
  expect(outcome(judge(onboarding, round(facts, [seen(service(), 'tls', reading)])))).toBe(expected);
});

test('other ports ask as they like', () => {
  const sip = service({ port: 5061, purpose: 'edge-sip' });
  const observed = [seen(sip, 'tls', asks('not-requested'))];
  expect(outcome(judge(onboarding, round({ activationCodes: true }, observed)))).toBe('not-applicable');
});
