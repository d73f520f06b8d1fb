import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { type Fields, readFields } from '../../../src/offline/certificates/fields.ts';

/** Writes DER, so that a test can make any certificate there is, sound or not. */
export function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map(part => Buffer.from(part)));
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const bytes = [40 * first + second, ...rest].flatMap(arc => {
    const base128 = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      base128.unshift(0x80 | (left & 0x7f));
    return base128;
  });
  return der(0x06, Buffer.from(bytes));
}

export const number = (value: number) => der(0x02, Buffer.from([value]));
export const truth = der(0x01, Buffer.from([0xff]));

export type Extension = { readonly oid: string; readonly critical?: boolean; readonly value: Buffer };

export const dnsName = (name: string) => der(0x82, Buffer.from(name, 'latin1'));
export const emailName = (name: string) => der(0x81, name);
export const uriName = (name: string) => der(0x86, name);
export const ipName = (...bytes: number[]) => der(0x87, Buffer.from(bytes));
export const directoryName = (commonName: string) => der(0xa4, nameOf(commonName));

export const san = (...names: Buffer[]): Extension => ({ oid: '2.5.29.17', value: der(0x30, ...names) });
export const eku = (...oids: string[]): Extension => ({
  oid: '2.5.29.37',
  value: der(0x30, ...oids.map(oid)),
});
export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';
export const basicConstraints = (ca: boolean, pathLength?: number, critical = true): Extension => ({
  oid: '2.5.29.19',
  critical,
  value: der(0x30, ...(ca ? [truth] : []), ...(pathLength === undefined ? [] : [number(pathLength)])),
});
/** The first byte of keyUsage: 0x80 digitalSignature, 0x20 keyEncipherment, 0x04 keyCertSign. */
export const keyUsage = (bits: number): Extension => ({
  oid: '2.5.29.15',
  critical: true,
  value: der(0x03, Buffer.from([0, bits])),
});
export const nameConstraints = (permitted: Buffer[], excluded: Buffer[] = []): Extension => ({
  oid: '2.5.29.30',
  critical: true,
  value: der(
    0x30,
    ...(permitted.length > 0 ? [der(0xa0, ...permitted.map(base => der(0x30, base)))] : []),
    ...(excluded.length > 0 ? [der(0xa1, ...excluded.map(base => der(0x30, base)))] : []),
  ),
});

export type Made = {
  readonly der: Buffer;
  readonly pem: string;
  readonly fields: Fields;
  readonly key: string;
};

export type Wish = {
  /** Common name; none at all when empty. */
  readonly name?: string;
  readonly by?: Made;
  /** The name that stands as issuer, when it is not the one that signs. */
  readonly issuerName?: string;
  readonly key?: string;
  readonly extensions?: readonly Extension[];
  readonly from?: string;
  readonly to?: string;
  readonly spoilt?: boolean;
  readonly version?: 1 | 3;
};

const keys = new Map<string, string>();

/** A private key of this name, made once. */
export function keyFor(name: string, kind: 'p256' | 'p192' | 'rsa1024' | 'rsa2048' = 'p256'): string {
  const known = keys.get(`${name} ${kind}`);
  if (known !== undefined) return known;
  const { privateKey } = kind.startsWith('rsa')
    ? generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(3)) })
    : generateKeyPairSync('ec', { namedCurve: kind === 'p256' ? 'P-256' : 'P-192' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  keys.set(`${name} ${kind}`, pem);
  return pem;
}

function nameOf(commonName: string): Buffer {
  if (commonName === '') return der(0x30);
  return der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, commonName))));
}

function time(text: string): Buffer {
  return der(0x17, `${text.slice(2).replaceAll('-', '')}000000Z`);
}

let serial = 0;

/** Makes a certificate, self-signed when nobody issues it; valid in the years 2020 to 2040. */
export function issue(wish: Wish = {}): Made {
  const name = wish.name ?? 'a.test';
  const key = wish.key ?? keyFor(name);
  const signer = wish.by?.key ?? key;
  const isEc = createPrivateKey(signer).asymmetricKeyType === 'ec';
  const algorithm = isEc
    ? der(0x30, oid('1.2.840.10045.4.3.2'))
    : der(0x30, oid('1.2.840.113549.1.1.11'), der(0x05));
  const issuer = wish.issuerName ?? wish.by?.fields.summary.commonName ?? (wish.by ? '' : name);
  const extensions = (wish.extensions ?? []).map(one =>
    der(0x30, oid(one.oid), ...(one.critical ? [truth] : []), der(0x04, one.value)),
  );
  const tbs = der(
    0x30,
    ...(wish.version === 1 ? [] : [der(0xa0, number(2))]),
    der(0x02, Buffer.from([1, ++serial >> 8, serial & 0xff])),
    algorithm,
    nameOf(issuer),
    der(0x30, time(wish.from ?? '2020-01-01'), time(wish.to ?? '2040-01-01')),
    nameOf(name),
    createPublicKey(key).export({ type: 'spki', format: 'der' }) as Buffer,
    ...(wish.version === 1 || extensions.length === 0 ? [] : [der(0xa3, der(0x30, ...extensions))]),
  );
  const signature = sign('sha256', tbs, signer);
  if (wish.spoilt) signature[signature.length - 1]! ^= 1;
  const bytes = der(0x30, tbs, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g)!;
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  return { der: bytes, pem, fields: readFields(bytes), key };
}

/** An authority with what one needs, and with more or other extensions on demand. */
export function authority(name: string, by?: Made, more: Wish = {}): Made {
  return issue({
    name,
    ...(by && { by }),
    extensions: [basicConstraints(true), keyUsage(0x04)],
    ...more,
  });
}
