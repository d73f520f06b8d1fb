import { expect, test } from 'vitest';
import type { TlsReading } from '../../../../probes/index.ts';
import { clientAuthority } from '../../../../src/judge/checks/certificate/client-authority.ts';
import { certificate, tlsOk } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';
import { expresswayC, zoneSip } from './shown.ts';

const tftp = service({
  ...{ role: 'unified_cm', host: 'cucm1.example.com', address: '10.0.0.31' },
  ...{ port: 6972, purpose: 'tftp-https' },
});
const path = { end: 'anchored', endName: 'CN=Inner Root', suppliedByStore: [], inOrder: true } as const;
const client: Seen = seen(
  expresswayC,
  'tls',
  tlsOk({ chain: [certificate({ issuer: 'CN=Inner CA' })], path }),
);
const asks = (...clientAuthorities: string[]): TlsReading =>
  tlsOk({ clientCertificate: 'requested', ...(clientAuthorities.length > 0 && { clientAuthorities }) });

test.each<[string, TlsReading, readonly Seen[], string]>([
  ['the issuing authority is named', asks('CN=Other', 'CN=Inner CA'), [client], 'pass'],
  ['the root is named', asks('CN=Inner Root'), [client], 'pass'],
  ['neither', asks('CN=Other'), [client], 'fail CERT_CLIENT_AUTHORITY_MISSING'],
  ['no names', asks(), [client], 'not-applicable'],
  ['not asked', tlsOk({ clientCertificate: 'not-requested' }), [client], 'not-applicable'],
  ['Expressway-C not seen', asks('CN=Other'), [], 'not-applicable'],
  ['no handshake', { serverName: '', chain: [] }, [client], 'unknown'],
])('%s', (_, reading, others, expected) => {
  expect(outcome(judge(clientAuthority, round({}, [seen(tftp, 'tls', reading), ...others]), tftp))).toBe(
    expected,
  );
});

test('voicemail is another matter', () => {
  const other = service({ ...tftp, purpose: 'voicemail-https' });
  const observed = [seen(other, 'tls', asks('CN=Other')), client];
  expect(outcome(judge(clientAuthority, round({}, observed), other))).toBe('not-applicable');
});

test.each([
  ['CN=Other', 'fail CERT_CLIENT_AUTHORITY_MISSING'],
  ['CN=Inner CA', 'pass'],
])('the traversal zone takes %s', (authority, expected) => {
  const observed = [seen(zoneSip, 'tls', asks(authority)), client];
  expect(outcome(judge(clientAuthority, round({}, observed), zoneSip))).toBe(expected);
});
