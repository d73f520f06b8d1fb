import { expect, test } from 'vitest';
import type { TlsReading } from '../../../../probes/index.ts';
import { handshake } from '../../../../src/judge/checks/tls/handshake.ts';
import type { Reason } from '../../../../src/model/failure.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { certificate, tlsOk } from '../../readings.ts';
import { judge, outcome, round, seen, service } from '../../round.ts';

/** A handshake that ended early; with a chain when the server had shown its certificate before. */
function ended(reason: Reason, facts: Partial<TlsReading> = {}): TlsReading {
  const failure = { stage: 'tls', reason, blame: 'target' } as const;
  return { serverName: 'expe1.example.com', chain: [], failure, ...facts };
}
const shown = { chain: [certificate()] };
const required = { ...shown, clientCertificate: 'required' } as const;

const edge = service();
const zone = service({ port: 7001, purpose: 'zone-sip', title: 'traversal zone' });
const trunk = service({ port: 5061, purpose: 'sip-tls', role: 'unified_cm', host: 'cucm1.example.com' });
const files = service({ port: 6972, purpose: 'tftp-https', role: 'unified_cm', host: 'cucm1.example.com' });

test.each<[string, ServiceSubject, TlsReading, string]>([
  ['a handshake', edge, tlsOk(), 'pass'],
  ['other bytes', edge, ended('not-tls'), 'fail TLS_NOT_TLS'],
  ['end of file', edge, ended('eof'), 'fail TLS_CLOSED'],
  ['reset', edge, ended('reset'), 'fail TLS_CLOSED'],
  ['silence', edge, ended('timeout'), 'fail TLS_SILENT'],
  ['an alert', edge, ended('tls-alert'), 'fail TLS_REFUSED'],
  ['no common version', edge, ended('tls-version'), 'fail TLS_REFUSED'],
  ['no common cipher', edge, ended('tls-cipher'), 'fail TLS_REFUSED'],
  ['a handshake that breaks off', edge, ended('handshake'), 'fail TLS_REFUSED'],
  [
    'a client certificate demanded of phones',
    edge,
    ended('client-certificate-required', required),
    'fail TLS_REFUSED',
  ],
  ['a client certificate demanded in the zone', zone, ended('client-certificate-required', required), 'pass'],
  ['an alert after that demand', zone, ended('tls-alert', required), 'pass'],
  ['a close after that demand', zone, ended('eof', required), 'pass'],
  ['a demand on the trunk', trunk, ended('client-certificate-required', required), 'pass'],
  ['a demand for configuration files', files, ended('client-certificate-required', required), 'pass'],
  ['an alert in the zone, perhaps for want of a certificate', zone, ended('tls-alert', shown), 'unknown'],
  ['a close in the zone, perhaps for want of a certificate', zone, ended('eof', shown), 'unknown'],
  ['an alert in the zone before any certificate', zone, ended('tls-alert'), 'fail TLS_REFUSED'],
  [
    'an alert in the zone although none was asked for',
    zone,
    ended('tls-alert', { ...shown, clientCertificate: 'not-requested' }),
    'fail TLS_REFUSED',
  ],
  ['other bytes in the zone', zone, ended('not-tls'), 'fail TLS_NOT_TLS'],
  ['an end that has no name', edge, ended('malformed'), 'unknown'],
  ['a port that has to be closed', service({ expected: 'closed' }), ended('eof'), 'not-applicable'],
])('%s', (_, subject, reading, expected) => {
  expect(outcome(judge(handshake, round({}, [seen(subject, 'tls', reading)])))).toBe(expected);
});

test('a port that was not reached is unknown', () => {
  const observed = [{ subject: edge, need: 'tls', skipped: 'the port is closed' }] as const;
  expect(outcome(judge(handshake, round({}, observed)))).toBe('unknown');
});
