import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Need } from '../../../src/offline/certificates/needs.ts';
import { keyKinds, makeRequest } from '../../../src/offline/certificates/request.ts';
import { derChildren, derElement, derName, derOid } from '../../../src/x509/der.ts';

const need = (kind: Need['kind'], value: string): Need => ({
  ...{ kind, value, orElse: [], inCommonName: false, level: 'required', why: '' },
  sources: [{ document: 'D0', section: '', requirements: [] }],
});
const needs = [
  need('dns', 'expe1.example.com'),
  need('dns', 'example.com'),
  need('ip', '192.0.2.1'),
  need('ip', '2001:db8::1'),
  need('eku', 'serverAuth'),
  need('eku', 'clientAuth'),
];

/** What a certification authority sees in the request. RFC 2986. */
function readRequest(pem: string) {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const [info, , signature] = derChildren(der, derElement(der, 0, der.length));
  const [, subject, spki, attributes] = derChildren(der, info);
  const [attribute] = derChildren(der, attributes);
  const [, values] = derChildren(der, attribute);
  const extensions = new Map(
    derChildren(der, derChildren(der, values)[0]).map(extension => {
      const parts = derChildren(der, extension);
      const octets = parts.at(-1)!;
      return [derOid(der, parts[0])!, derElement(der, octets.start, octets.end)!] as const;
    }),
  );
  return {
    subject: derName(der, subject),
    publicKey: createPublicKey({ key: bytesOf(der, spki!), format: 'der', type: 'spki' }),
    names: derChildren(der, extensions.get('2.5.29.17')).map(name => {
      const bytes = der.subarray(name.start, name.end);
      return name.tag === 0x82 ? bytes.toString() : bytes.toString('hex');
    }),
    usages: derChildren(der, extensions.get('2.5.29.37')).map(usage => derOid(der, usage)),
    signed: bytesOf(der, info!),
    signature: der.subarray(signature!.start + 1, signature!.end),
  };
}

/** An element with its head. */
function bytesOf(der: Buffer, { start, end }: { readonly start: number; readonly end: number }): Buffer {
  const length = end - start;
  const head = length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
  return der.subarray(start - head, end);
}

test.each(keyKinds.filter(kind => kind !== 'rsa:4096'))('a request with a key %s', kind => {
  const { key, request } = makeRequest('expe1.example.com', needs, kind);
  const read = readRequest(request);
  expect(read.subject).toBe('CN=expe1.example.com');
  expect(read.names).toEqual([
    'expe1.example.com',
    'example.com',
    'c0000201',
    '20010db8000000000000000000000001',
  ]);
  expect(read.usages).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(verify('sha256', read.signed, read.publicKey, read.signature)).toBe(true);
  const own = createPublicKey(createPrivateKey(key));
  expect(own.equals(read.publicKey)).toBe(true);
  expect(key.endsWith('\n')).toBe(true);
});
