import type { Certificate, TlsReading } from '../../../../probes/index.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { certificate, tlsOk } from '../../readings.ts';
import { type Seen, seen, service } from '../../round.ts';

/** The ports where certificates are seen, as the plan makes them. */
export const edgeHttps = service();
export const edgeSip = service({ port: 5061, purpose: 'edge-sip', title: 'SIP over TLS', affects: 'calls' });
export const edgeXmpp = service({ port: 5222, purpose: 'edge-xmpp', title: 'XMPP', affects: 'messaging' });
export const zoneSip = service({ port: 7001, purpose: 'zone-sip', affects: 'calls' });
export const zoneClosed = service({ ...zoneSip, expected: 'closed' });
export const expresswayC = service({
  role: 'expressway_c',
  host: 'expc1.example.com',
  address: '10.0.0.21',
  port: 5061,
  purpose: 'sip',
  affects: 'calls',
});
const unifiedCm = { role: 'unified_cm', host: 'cucm1.example.com', address: '10.0.0.31' } as const;
export const uds = service({ ...unifiedCm, port: 8443, purpose: 'uds-https' });
export const cucmSip = service({ ...unifiedCm, port: 5061, purpose: 'sip-tls', affects: 'calls' });

/** A server that shows one certificate. */
export function shows(
  facts: Parameters<typeof certificate>[0],
  at: ServiceSubject = edgeHttps,
  reading: Partial<TlsReading> = {},
): Seen {
  return seen(at, 'tls', tlsOk({ chain: [certificate(facts)], ...reading }));
}

/** A server that sends these certificates, leaf first. */
export function sends(
  chain: readonly Certificate[],
  path: NonNullable<TlsReading['path']>,
  at: ServiceSubject = edgeHttps,
): Seen {
  return seen(at, 'tls', tlsOk({ chain, path }));
}

/** A server that ended the conversation before it showed a certificate. */
export function showsNothing(at: ServiceSubject = edgeHttps): Seen {
  const failure = { stage: 'tls', reason: 'eof', blame: 'target' } as const;
  return seen(at, 'tls', { serverName: at.host, chain: [], failure });
}

export function notLooked(at: ServiceSubject = edgeHttps): Seen {
  return { subject: at, need: 'tls', skipped: 'the port is closed' };
}

export const issuing = certificate({
  subject: 'CN=Example Issuing CA 3',
  issuer: 'CN=Example Public Root',
  commonName: 'Example Issuing CA 3',
  fingerprint: 'BB02',
  notBefore: '2020-01-01T00:00:00.000Z',
  notAfter: '2035-01-01T00:00:00.000Z',
  extendedKeyUsage: undefined,
  isCa: true,
  names: { dns: [] },
});

export const root = certificate({
  ...issuing,
  subject: 'CN=Example Public Root',
  commonName: 'Example Public Root',
  fingerprint: 'CC03',
  selfSigned: true,
});

/** What a self-signed server certificate adds to the usual facts. */
export const selfSigned = { issuer: 'CN=expe1.example.com', selfSigned: true } as const;

export const anchored = {
  end: 'anchored',
  endName: 'CN=Example Public Root',
  suppliedByStore: [],
  inOrder: true,
} as const;
export const incomplete = { ...anchored, end: 'incomplete', endName: 'CN=Example Issuing CA 3' } as const;
export const untrusted = { ...anchored, end: 'untrusted-root' } as const;
