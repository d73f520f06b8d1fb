import forge from 'node-forge';
import { derChildren, derElement, derOid, derTag } from '../../x509/der.ts';
import { type Fields, readFields } from './fields.ts';

/** A certificate of a file, or the reason why it is none. */
export type Entry = { readonly fields: Fields } | { readonly unreadable: string };

/** What a file holds, in its order. */
export type Bundle = {
  readonly format: 'PEM' | 'DER' | 'PKCS#7' | 'PKCS#12';
  readonly entries: readonly Entry[];
  readonly holdsKey: boolean;
};

/** Why a file cannot be read at all; the message is a sentence for the operator and holds no secret. */
export class BundleError extends Error {}

const maxBytes = 16 * 1024 * 1024;
const maxCertificates = 2000;
const maxIterations = 10_000_000;

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
} as const;

/**
 * Reads certificates from PEM with anything between the blocks, bare base64, DER, PKCS#7 (PEM, DER, BER) and PKCS#12, RSA or
 * not. Throws BundleError when the bytes are none of these or the password is wrong.
 */
export function readBundle(bytes: Buffer, password?: string): Bundle {
  if (bytes.length === 0) throw new BundleError('It is empty.');
  if (bytes.length > maxBytes) throw new BundleError('It is larger than 16 MiB; a certificate file is not.');
  const text = textOf(bytes);
  if (text !== undefined) return readText(text);
  const first = typeOf(bytes);
  if (first === 'certificate') return { format: 'DER', entries: [entry(bytes)], holdsKey: false };
  if (first === 'pkcs7') return { format: 'PKCS#7', entries: readPkcs7(bytes), holdsKey: false };
  if (first === 'pkcs12') return readPkcs12(bytes, password);
  throw new BundleError('It is neither PEM nor DER, PKCS#7 or PKCS#12.');
}

/** The text when the bytes are PEM or bare base64, UTF-16 included; undefined when they are binary. */
function textOf(bytes: Buffer): string | undefined {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = wide ? bytes.toString('utf16le') : bytes.toString('latin1');
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return text;
  return /^[\sA-Za-z0-9+/=]{64,}$/.test(text)
    ? `-----BEGIN CERTIFICATE-----${text}-----END CERTIFICATE-----`
    : undefined;
}

function readText(text: string): Bundle {
  const entries: Entry[] = [];
  let format: Bundle['format'] = 'PEM';
  let holdsKey = false;
  const block = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)(?:-----END \1-----)?/g;
  for (const [, label, body] of text.matchAll(block)) {
    const der = Buffer.from(body!.replace(/^[A-Za-z-]+:.*$/gm, ''), 'base64');
    if (label === 'PKCS7' || label === 'CMS') {
      format = 'PKCS#7';
      entries.push(...readPkcs7(der));
    } else if (label!.endsWith('CERTIFICATE')) entries.push(entry(firstElement(der)));
    else if (label!.endsWith('PRIVATE KEY')) holdsKey = true;
    if (entries.length > maxCertificates)
      throw new BundleError(`It holds more than ${maxCertificates} certificates.`);
  }
  if (entries.length === 0)
    throw new BundleError(
      holdsKey ? 'It holds a private key and no certificate.' : 'It holds no certificate.',
    );
  return { format, entries, holdsKey };
}

/** OpenSSL's TRUSTED CERTIFICATE has its own data behind the certificate. */
function firstElement(der: Buffer): Buffer {
  const element = derElement(der, 0, der.length);
  return element ? der.subarray(0, element.end) : der;
}

function entry(der: Uint8Array): Entry {
  try {
    return { fields: readFields(der) };
  } catch (error) {
    // OpenSSL tries PEM last, and that is what its message is about.
    const told = error instanceof Error && !error.message.startsWith('error:') ? error.message : '';
    return { unreadable: told || 'it does not have the form of a certificate' };
  }
}

function typeOf(bytes: Buffer): 'certificate' | 'pkcs7' | 'pkcs12' | undefined {
  if (bytes[0] !== derTag.sequence) return undefined;
  // Not derElement: PKCS#7 and PKCS#12 may have lengths left open (BER).
  const at = bytes[1]! < 0x80 || bytes[1] === 0x80 ? 2 : 2 + (bytes[1]! & 0x7f);
  if (bytes[at] === derTag.sequence) return 'certificate';
  if (bytes[at] === derTag.oid) return 'pkcs7';
  return bytes[at] === 0x02 ? 'pkcs12' : undefined;
}

/** The certificates of a SignedData, in its order. RFC 5652 section 5.1. */
function readPkcs7(bytes: Buffer): readonly Entry[] {
  const der = definite(bytes);
  const [type, wrapped] = derChildren(der, derElement(der, 0, der.length));
  if (derOid(der, type) !== oids.signedData)
    throw new BundleError('It is PKCS#7, but not of the kind that holds certificates.');
  const certificates = derChildren(der, derChildren(der, wrapped)[0]).find(({ tag }) => tag === 0xa0);
  let at = certificates?.start ?? 0;
  const entries: Entry[] = [];
  for (const element of derChildren(der, certificates)) {
    if (element.tag === derTag.sequence) entries.push(entry(der.subarray(at, element.end)));
    at = element.end;
  }
  if (entries.length === 0) throw new BundleError('It is PKCS#7 without a certificate.');
  return entries;
}

/** The same with every length given, for what has some left open. */
function definite(bytes: Buffer): Buffer {
  if (derElement(bytes, 0, bytes.length) !== undefined) return bytes;
  try {
    const parsed = loosely(bytes);
    return Buffer.from(forge.asn1.toDer(parsed).getBytes(), 'binary');
  } catch {
    throw new BundleError('It is damaged: its lengths do not add up.');
  }
}

/** Node-forge opens the container and the encryption; certificates it cannot read itself (EC) it hands on as they are. */
function readPkcs12(bytes: Buffer, password: string | undefined): Bundle {
  let container: forge.pkcs12.Pkcs12Pfx;
  try {
    const parsed = loosely(bytes);
    if (macIterations(parsed) > maxIterations)
      throw new BundleError('Its password is stretched beyond all measure.');
    container = unlock(parsed, password);
  } catch (error) {
    if (error instanceof BundleError) throw error;
    const told = error instanceof Error ? error.message : '';
    if (/mac could not be verified|invalid password/i.test(told))
      throw new BundleError(
        password === undefined
          ? 'It is PKCS#12 with a password: give it by --password-file or in MRADAR_PASSWORD.'
          : 'The password does not open it.',
      );
    throw new BundleError(
      'It is PKCS#12 of a kind that cannot be opened here; "openssl pkcs12 -in FILE -nokeys" makes PEM of it.',
    );
  }
  const bags = container.safeContents.flatMap(({ safeBags }) => safeBags);
  const entries = bags
    .filter(({ type }) => type === forge.pki.oids.certBag)
    .map(bag => {
      const asn1 = bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1;
      return entry(Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary'));
    });
  if (entries.length === 0) throw new BundleError('It is PKCS#12 without a certificate.');
  const keys: readonly (string | undefined)[] = [forge.pki.oids.pkcs8ShroudedKeyBag, forge.pki.oids.keyBag];
  return { format: 'PKCS#12', entries, holdsKey: bags.some(({ type }) => keys.includes(type)) };
}

/** Without a password there are two ways to have none: an empty one, and none at all. */
function unlock(container: forge.asn1.Asn1, password: string | undefined): forge.pkcs12.Pkcs12Pfx {
  if (password !== undefined) return forge.pkcs12.pkcs12FromAsn1(container, false, password);
  try {
    return forge.pkcs12.pkcs12FromAsn1(container, false, '');
  } catch {
    return forge.pkcs12.pkcs12FromAsn1(container, false);
  }
}

function macIterations(container: forge.asn1.Asn1): number {
  const mac = (container.value as forge.asn1.Asn1[])[2];
  const count = Array.isArray(mac?.value) ? mac.value[2] : undefined;
  return typeof count?.value === 'string' ? Number(`0x${forge.util.bytesToHex(count.value) || '0'}`) : 0;
}

/** ASN.1 with lengths left open and bytes behind it, which forge's types do not know it takes. */
function loosely(bytes: Buffer): forge.asn1.Asn1 {
  const fromDer = forge.asn1.fromDer as unknown as (
    bytes: forge.util.ByteStringBuffer,
    options: { readonly strict: boolean; readonly parseAllBytes: boolean },
  ) => forge.asn1.Asn1;
  return fromDer(forge.util.createBuffer(bytes.toString('binary')), { strict: false, parseAllBytes: false });
}

/** The certificate for which the others of a bundle are there: it issued none of them, is no authority if any is none. */
export function chooseLeaf(
  certificates: readonly Fields[],
  fits: (fields: Fields) => boolean,
): Fields | undefined {
  const issuers = Map.groupBy(
    certificates.filter(one => one.issuerKey !== one.subjectKey),
    one => one.issuerKey,
  );
  const issuedOthers = (one: Fields) =>
    issuers
      .get(one.subjectKey)
      ?.some(
        ({ authorityKeyId }) =>
          authorityKeyId === undefined ||
          one.subjectKeyId === undefined ||
          authorityKeyId === one.subjectKeyId,
      ) === true;
  const ends = certificates.filter(one => !issuedOthers(one));
  const candidates = ends.length > 0 ? ends : certificates;
  const rank = (one: Fields) => (one.isCa ? 0 : 2) + (fits(one) ? 1 : 0);
  return candidates.toSorted((a, b) => rank(b) - rank(a))[0];
}
