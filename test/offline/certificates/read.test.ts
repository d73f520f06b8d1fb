import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import forge from 'node-forge';
import { describe, expect, test } from 'vitest';
import { readFields } from '../../../src/offline/certificates/fields.ts';
import { BundleError, chooseLeaf, readBundle } from '../../../src/offline/certificates/read.ts';
import { issue as issueRsa } from '../../net/certificates.ts';
import { authority, der, dnsName, issue, number, oid, san } from './issue.ts';

const root = authority('Root');
const middle = authority('Middle', root);
const leaf = issue({ by: middle, extensions: [san(dnsName('a.test'))] });

const namesIn = (bytes: Buffer | string, password?: string) =>
  readBundle(Buffer.from(bytes), password).entries.map(entry =>
    'fields' in entry ? entry.fields.summary.commonName : 'unreadable',
  );

/** A SignedData that carries certificates and nothing else. */
function pkcs7(...certificates: readonly Buffer[]): Buffer {
  const signedData = der(
    0x30,
    number(1),
    der(0x31),
    der(0x30, oid('1.2.840.113549.1.7.1')),
    der(0xa0, ...certificates),
    der(0x31),
  );
  return der(0x30, oid('1.2.840.113549.1.7.2'), der(0xa0, signedData));
}

function pemOf(label: string, bytes: Buffer): string {
  return `-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----\n`;
}

describe('a file is read that is', () => {
  const both = ['a.test', 'Middle'];
  const chain = `${leaf.pem}${middle.pem}`;
  test.each<[string, Buffer | string, readonly string[]]>([
    ['PEM', chain, both],
    ['PEM with Windows line ends', chain.replaceAll('\n', '\r\n'), both],
    ['PEM on old Macs', chain.replaceAll('\n', '\r'), both],
    ['PEM in UTF-16', Buffer.from(`\ufeff${chain}`, 'utf16le'), both],
    [
      'PEM with words between the blocks',
      `Bag Attributes\n  friendlyName: x\n${leaf.pem}\nissuer=/CN=x\n${middle.pem}`,
      both,
    ],
    ['PEM with its private key', `${leaf.key}${chain}`, both],
    ['base64 without frame', leaf.der.toString('base64'), ['a.test']],
    ['DER', leaf.der, ['a.test']],
    [
      "OpenSSL's TRUSTED CERTIFICATE",
      pemOf('TRUSTED CERTIFICATE', Buffer.concat([leaf.der, der(0x30)])),
      ['a.test'],
    ],
    ['PKCS#7 in DER', pkcs7(leaf.der, middle.der), both],
    ['PKCS#7 in PEM', pemOf('PKCS7', pkcs7(leaf.der, middle.der)), both],
    [
      'PEM with a broken block among good ones',
      `${leaf.pem}${pemOf('CERTIFICATE', der(0x30, der(0x30)))}`,
      ['a.test', 'unreadable'],
    ],
  ])('%s', (_kind, bytes, expected) => {
    expect(namesIn(bytes)).toEqual(expected);
  });

  test('PKCS#7 with lengths left open, as Windows and Java write it', () => {
    const closed = pkcs7(leaf.der);
    const content = closed.subarray(4);
    const open = Buffer.concat([Buffer.from([0x30, 0x80]), content, Buffer.from([0, 0])]);
    expect(closed.readUInt16BE(0)).toBe(0x3082);
    expect(namesIn(open)).toEqual(['a.test']);
  });

  test('PKCS#12 with a password, which no message repeats', () => {
    const made = issueRsa({ commonName: 'rsa.test', names: { dns: ['rsa.test'] } });
    const bytes = Buffer.from(
      forge.asn1
        .toDer(
          forge.pkcs12.toPkcs12Asn1(
            forge.pki.privateKeyFromPem(made.key),
            [forge.pki.certificateFromPem(made.pem)],
            'geheim',
            { algorithm: '3des', count: 10 },
          ),
        )
        .getBytes(),
      'binary',
    );
    expect(readBundle(bytes, 'geheim')).toMatchObject({ format: 'PKCS#12', holdsKey: true });
    expect(namesIn(bytes, 'geheim')).toEqual(['rsa.test']);
    expect(() => readBundle(bytes)).toThrow('--password-file');
    expect(() => readBundle(bytes, 'falsch-4711')).toThrow('The password does not open it.');
  });
});

test.each([
  ['nothing', ''],
  ['a private key only', leaf.key],
  ['words', 'this is not a certificate'],
  ['PKCS#7 without certificates', pkcs7()],
  ['PKCS#7 of another kind', der(0x30, oid('1.2.840.113549.1.7.1'), der(0xa0, der(0x04, 'x')))],
])('%s is refused with a reason', (_what, bytes) => {
  expect(() => readBundle(Buffer.from(bytes))).toThrow(BundleError);
});

test('bytes of any kind give certificates or a BundleError, and never anything else', () => {
  const check = (bytes: Uint8Array) => {
    try {
      readBundle(Buffer.from(bytes), 'x');
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check), { numRuns: 500 });
  for (const good of [leaf.der, pkcs7(leaf.der, middle.der), Buffer.from(leaf.pem)])
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(good.length),
        (at, flip, end) => {
          const bytes = Buffer.from(good);
          bytes[at]! ^= flip;
          check(bytes);
          check(bytes.subarray(0, end));
        },
      ),
      { numRuns: 500 },
    );
});

test('a certificate with any one byte changed is read, or refused with an Error', () => {
  const rich = issue({ by: root, extensions: root.fields.x509.ca ? [san(dnsName('a.test'))] : [] });
  for (let at = 0; at < rich.der.length; at++) {
    const bytes = Buffer.from(rich.der);
    bytes[at]! ^= 0xff;
    try {
      readFields(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }
});

test('our reading agrees with that of OpenSSL', () => {
  for (const { der: bytes } of [root, middle, leaf]) {
    const ours = readFields(bytes);
    const theirs = new X509Certificate(bytes);
    expect(ours.isCa).toBe(theirs.ca);
    expect(ours.notAfter).toBe(theirs.validToDate.getTime());
  }
});

test('the certificate of the server is found in any order', () => {
  const fields = [root, middle, leaf].map(made => made.fields);
  for (const order of [fields, fields.toReversed(), [fields[1]!, fields[2]!, fields[0]!]])
    expect(chooseLeaf(order, () => false)).toBe(leaf.fields);
  const other = issue({ name: 'b.test', by: middle, extensions: [san(dnsName('b.test'))] });
  expect(chooseLeaf([...fields, other.fields], one => one === other.fields)).toBe(other.fields);
});
