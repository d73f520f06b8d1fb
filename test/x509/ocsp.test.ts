import fc from 'fast-check';
import { expect, test } from 'vitest';
import { certificateStatus } from '../../src/simulator/stapled.ts';
import { readCertificateStatus } from '../../src/x509/ocsp.ts';

/** Made with `openssl ocsp -index` for a certificate revoked on 1 November 2026. */
const revoked = Buffer.from(
  'MIIB1AoBAKCCAc0wggHJBgkrBgEFBQcwAQEEggG6MIIBtjCBn6EPMA0xCzAJBgNVBAMMAmNhGA8yMDI2MTEyMDE4MjUyM1owezB5MDswCQYFKw4DAhoFAAQUEQSM0gyzWSMH0Bn9CIlWK2LTZJIEFCVkIGx7fS+xcrO97Sb3WCo/GNIZAgIQAKEWGA8yMDI2MTEwMTAwMDAwMFqgAwoBARgPMjAyNjExMjAxODI1MjNaoBEYDzIwMjYxMTI3MTgyNTIzWjANBgkqhkiG9w0BAQsFAAOCAQEAFuQW4ZwUZ/Z3X1NxofvPANP0GRqZoejODtP5tCcLKiedMbt0sLPVMr5fFWwushL5+RnfGRkJwNOlHWTJbj6DyekRQDOD07+yXV1lChGd86+fQRHNVPME4ZTbIxhIZEO9teS04nxBgqbE6qBuRiZiZv/BpFvAw6E7dgaVd+/QY+uWy3He9llxuYalp58qvPXXkO1ckauVaxGgTFkoWdf14QL4WKhIit3GIZDmLEejxmzSdiTViLwhCGYZ/B+ly0bctOk9r2LssV/Qqo3n3ZtadrXmvfwcyqarsXiZ+tZ3GN/kgTeLEcpU2iof0TQdUC9egWdIb4OtDhzGHbfhb5+fnQ==',
  'base64',
);

test('an answer of OpenSSL about a revoked certificate', () => {
  expect(readCertificateStatus(revoked)).toEqual({
    status: 'revoked',
    thisUpdate: '2026-11-20T18:25:23.000Z',
    nextUpdate: '2026-11-27T18:25:23.000Z',
    revokedAt: '2026-11-01T00:00:00.000Z',
  });
});

test.each([
  ['good', 'good'],
  ['outdated', 'good'],
  ['revoked', 'revoked'],
] as const)('%s says %s', (kind, status) => {
  const now = new Date('2026-11-20T12:00:00Z');
  const read = readCertificateStatus(certificateStatus(kind, now));
  expect(read).toMatchObject({ status });
  expect(Date.parse(read!.nextUpdate!) < now.getTime()).toBe(kind === 'outdated');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['an error of the responder', Buffer.from('30030a0106', 'hex')],
  ['success without an answer', Buffer.from('30030a0100', 'hex')],
  ['more than anybody sends', Buffer.alloc(65_537, revoked)],
])('%s is no answer', (_what, bytes) => {
  expect(readCertificateStatus(bytes)).toBeUndefined();
});

test('whatever the bytes are, it says something or nothing', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), bytes => void readCertificateStatus(bytes)));
  for (let end = 0; end < revoked.length; end++) readCertificateStatus(revoked.subarray(0, end));
  for (let at = 0; at < revoked.length; at++) {
    const changed = Buffer.from(revoked);
    changed[at]! ^= 0xff;
    readCertificateStatus(changed);
  }
});
