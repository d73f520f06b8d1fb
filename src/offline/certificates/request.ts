import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import forge from 'node-forge';
import { addressBytes } from './names.ts';
import { type Need, usageOid } from './needs.ts';

/** Kinds of key that Expressway takes and authorities sign. */
export const keyKinds = ['rsa:2048', 'rsa:3072', 'rsa:4096', 'ec:P-256', 'ec:P-384'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** A private key and the request for a certificate over it, both PEM. */
export type SigningRequest = { readonly key: string; readonly request: string };

/**
 * Makes a key and a PKCS#10 request (RFC 2986) with the needed names and purposes; the common name is the host's own name.
 * RSA requests are written by node-forge, EC requests, which it cannot write, here.
 */
export function makeRequest(host: string, needs: readonly Need[], kind: KeyKind): SigningRequest {
  const [type, size] = kind.split(':') as ['rsa' | 'ec', string];
  const { privateKey, publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: Number(size) })
      : generateKeyPairSync('ec', { namedCurve: size });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const request =
    type === 'rsa'
      ? rsaRequest(host, needs, privateKey, publicKey)
      : ecRequest(host, needs, privateKey, publicKey);
  return { key, request };
}

function rsaRequest(
  host: string,
  needs: readonly Need[],
  privateKey: KeyObject,
  publicKey: KeyObject,
): string {
  const csr = forge.pki.createCertificationRequest();
  csr.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }) as string);
  csr.setSubject([
    { name: 'commonName', value: host, valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class },
  ]);
  const purposes = Object.fromEntries(
    needs.flatMap(({ kind, value }) => (kind === 'eku' ? [[value, true]] : [])),
  );
  const altNames = needs.flatMap(({ kind, value }): object[] => {
    if (kind === 'dns') return [{ type: 2, value }];
    return kind === 'ip' ? [{ type: 7, ip: value }] : [];
  });
  csr.setAttributes([
    {
      name: 'extensionRequest',
      extensions: [
        { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', ...purposes },
        { name: 'subjectAltName', altNames },
      ],
    },
  ] as unknown as forge.pki.CertificateField[]);
  const signer = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }) as string);
  csr.sign(signer, forge.md.sha256.create());
  return forge.pki.certificationRequestToPem(csr).replaceAll('\r\n', '\n');
}

function ecRequest(
  host: string,
  needs: readonly Need[],
  privateKey: KeyObject,
  publicKey: KeyObject,
): string {
  const names = needs.flatMap(({ kind, value }) => {
    if (kind === 'dns') return [der(0x82, Buffer.from(value, 'latin1'))];
    return kind === 'ip' ? [der(0x87, addressBytes(value)!)] : [];
  });
  const purposes = needs.flatMap(({ kind, value }) => (kind === 'eku' ? [oid(usageOid(value))] : []));
  const extension = (id: string, value: Buffer, critical = false) =>
    der(0x30, oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
  const extensions = der(
    0x30,
    // digitalSignature; an EC key does not encipher.
    extension('2.5.29.15', der(0x03, Buffer.from([7, 0x80])), true),
    extension('2.5.29.37', der(0x30, ...purposes)),
    extension('2.5.29.17', der(0x30, ...names)),
  );
  const info = der(
    0x30,
    der(0x02, Buffer.from([0])),
    der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, Buffer.from(host, 'utf8'))))),
    publicKey.export({ type: 'spki', format: 'der' }) as Buffer,
    der(0xa0, der(0x30, oid('1.2.840.113549.1.9.14'), der(0x31, extensions))),
  );
  const signature = sign('sha256', info, privateKey);
  const request = der(
    0x30,
    info,
    der(0x30, oid('1.2.840.10045.4.3.2')),
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = request.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const bytes = [40 * first + second, ...rest].flatMap(arc => {
    const base128 = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) base128.unshift(0x80 | (left & 0x7f));
    return base128;
  });
  return der(0x06, Buffer.from(bytes));
}
