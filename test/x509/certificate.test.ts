import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { derChildren, derElement, derName, derOid } from '../../src/x509/der.ts';
import { hierarchy, issue, keyFor } from '../net/certificates.ts';

test('reads what a certificate says of itself', () => {
  const { leaf } = hierarchy({
    commonName: 'expe1.example.com',
    names: {
      dns: ['expe1.example.com', 'collab-edge.example.com'],
      ip: [
        [203, 0, 113, 7],
        [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ],
      srv: ['_collab-edge._tls.example.com'],
      xmpp: ['example.com'],
      uri: ['sip:example.com'],
    },
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    issuerUrl: 'http://pki.example.com/issuing.cer',
  });
  const read = readCertificate(leaf.x509.raw);
  expect(read).toEqual({
    subject: 'CN=expe1.example.com',
    issuer: 'CN=Test Issuing CA',
    commonName: 'expe1.example.com',
    serial: leaf.x509.serialNumber,
    fingerprint: expect.stringMatching(/^[0-9A-F]{64}$/),
    notBefore: new Date(leaf.x509.validFrom).toISOString(),
    notAfter: new Date(leaf.x509.validTo).toISOString(),
    names: {
      dns: ['expe1.example.com', 'collab-edge.example.com'],
      ip: ['203.0.113.7', '2001:db8::1'],
      srv: ['_collab-edge._tls.example.com'],
      xmpp: ['example.com'],
      uri: ['sip:example.com'],
    },
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    isCa: false,
    key: { type: 'rsa', bits: 2048 },
    signature: 'sha256WithRSAEncryption',
    selfSigned: false,
    issuerUrl: 'http://pki.example.com/issuing.cer',
    der: leaf.x509.raw.toString('base64'),
  });
});

test('an absent extension is not an empty one', () => {
  const read = readCertificate(issue({ commonName: 'bare' }).x509.raw);
  expect(read.extendedKeyUsage).toBeUndefined();
  expect(read.issuerUrl).toBeUndefined();
  expect(read.names).toEqual({ dns: [], ip: [], srv: [], xmpp: [], uri: [] });
});

test('a certificate without a common name', () => {
  expect(readCertificate(issue({}).x509.raw)).toMatchObject({ subject: 'O=Nameless' });
  expect(readCertificate(issue({}).x509.raw).commonName).toBeUndefined();
});

test.each([
  [
    'an EC key',
    { keyPem: keyFor('ec', 'ec') },
    { type: 'ec', bits: 256, curve: 'prime256v1' },
    'ecdsa-with-SHA256',
  ],
  [
    'a short RSA key',
    { keyPem: keyFor('short', 'rsa', 1024) },
    { type: 'rsa', bits: 1024 },
    'sha256WithRSAEncryption',
  ],
  ['SHA-1', { digest: 'sha1' as const }, { type: 'rsa', bits: 2048 }, 'sha1WithRSAEncryption'],
])('%s', (_title, wish, key, signature) => {
  expect(readCertificate(issue({ commonName: 'x', ...wish }).x509.raw)).toMatchObject({ key, signature });
});

test('self-signed means signed by itself, not named like itself', () => {
  const root = issue({ commonName: 'Root', ca: true });
  const namedAlike = issue({ commonName: 'Root', issuer: root, keyPem: keyFor('leaf') });
  expect(readCertificate(root.x509.raw)).toMatchObject({ selfSigned: true, isCa: true });
  expect(readCertificate(namedAlike.x509.raw)).toMatchObject({ selfSigned: false, isCa: false });
});

test('a name that looks like another kind of name stays what it is', () => {
  const names = { dns: ['a.test, DNS:evil.test', 'othername:SRVName::_x._tls.evil.test'] };
  const read = readCertificate(issue({ commonName: 'x', names }).x509.raw);
  expect(read.names.dns).toEqual(names.dns);
  expect(read.names.srv).toEqual([]);
});

test('control characters of a name are dropped', () => {
  const read = readCertificate(issue({ commonName: 'x', names: { dns: ['a\u001b[2Jb\n.test'] } }).x509.raw);
  expect(read.names.dns).toEqual(['a[2Jb.test']);
});

test('a key of an unknown kind leaves the rest readable', () => {
  const der = Buffer.from(issue({ commonName: 'odd' }).x509.raw);
  const rsaEncryption = Buffer.from('2a864886f70d010101', 'hex');
  der[der.indexOf(rsaEncryption) + rsaEncryption.length - 1] = 0x7f;
  expect(readCertificate(der)).toMatchObject({
    commonName: 'odd',
    key: { type: 'unknown' },
    selfSigned: false,
  });
});

test('what is no certificate throws, what is one does not, whatever is wrong inside', () => {
  const der = hierarchy({
    names: { dns: ['a'], srv: ['b'] },
    extendedKeyUsage: ['1.2.3'],
    issuerUrl: 'http://x',
  }).leaf.x509.raw;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      edits => {
        const mutated = Buffer.from(der);
        for (const [at, byte] of edits) mutated[at] = byte;
        try {
          readCertificate(mutated);
        } catch (error) {
          // OpenSSL's own refusal is the only one allowed.
          expect((error as { code?: string }).code).toMatch(/^ERR_OSSL_|^ERR_CRYPTO_/);
        }
      },
    ),
    { numRuns: 1500 },
  );
});

test('the DER walk ends on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const buffer = Buffer.from(bytes);
      const walk = (at: number, end: number, depth: number): void => {
        const element = derElement(buffer, at, end);
        if (element === undefined) return;
        expect(element.end).toBeLessThanOrEqual(end);
        derOid(buffer, element);
        derName(buffer, element);
        if (depth < 10)
          for (const child of derChildren(buffer, element)) walk(child.start, child.end, depth + 1);
      };
      walk(0, buffer.length, 0);
    }),
    { numRuns: 1000 },
  );
});
