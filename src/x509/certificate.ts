import { X509Certificate } from 'node:crypto';
import { type DerElement, derChildren, derElement, derOid, derTag, derText } from './der.ts';
import { printable } from './text.ts';

/** What a certificate says of itself, and how it stands to its neighbour in the flight. RFC 5280. */
export type Certificate = {
  /** Distinguished names as OpenSSL prints them, one attribute per line joined by `, `. */
  readonly subject: string;
  readonly issuer: string;
  /** Last CN of the subject; absent when it has none. */
  readonly commonName?: string;
  readonly serial: string;
  /** SHA-256 of the DER, upper-case hex without colons: the identity of a certificate. */
  readonly fingerprint: string;
  /** ISO 8601 UTC; empty when the certificate holds no readable time. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: {
    readonly dns: readonly string[];
    readonly ip: readonly string[];
    /** otherName SRVName (RFC 4985), `_collab-edge._tls.example.com`. */
    readonly srv: readonly string[];
    /** otherName id-on-xmppAddr (RFC 6120). */
    readonly xmpp: readonly string[];
    readonly uri: readonly string[];
  };
  /** Object identifiers of extendedKeyUsage; absent when the extension is absent (then every use is allowed). */
  readonly extendedKeyUsage?: readonly string[];
  readonly isCa: boolean;
  readonly key: { readonly type: string; readonly bits?: number; readonly curve?: string };
  /** Signature algorithm as OpenSSL names it: `sha256WithRSAEncryption`. */
  readonly signature: string;
  /** Subject equals issuer and its own key verifies the signature. */
  readonly selfSigned: boolean;
  /** AIA caIssuers, where the issuer's certificate can be had. */
  readonly issuerUrl?: string;
  /** DER, base64, so that a saved round can be looked at with other tools. */
  readonly der: string;
};

/** Reads what a certificate says of itself. Throws when the bytes are no certificate. */
export function readCertificate(der: Uint8Array): Certificate {
  const certificate = new X509Certificate(der);
  const raw = certificate.raw;
  const extensions = readExtensions(raw);
  const commonName = readCommonName(raw);
  const use = extensions.get(oids.extendedKeyUsage);
  const issuerUrl = readIssuerUrl(raw, extensions.get(oids.authorityInfoAccess));
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    ...(commonName !== undefined && { commonName }),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256.replaceAll(':', ''),
    notBefore: isoTime(certificate.validFromDate),
    notAfter: isoTime(certificate.validToDate),
    names: readNames(raw, extensions.get(oids.subjectAltName)),
    ...(use !== undefined && {
      extendedKeyUsage: derChildren(raw, use).flatMap(child => derOid(raw, child) ?? []),
    }),
    isCa: certificate.ca,
    key: readKey(certificate),
    signature: certificate.signatureAlgorithm ?? certificate.signatureAlgorithmOid,
    selfSigned: isSelfSigned(certificate),
    ...(issuerUrl !== undefined && { issuerUrl }),
    der: raw.toString('base64'),
  };
}

/** Subject equals issuer and its own key verifies the signature. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isSignedBy(certificate, certificate);
}

/** Whether the issuer's key verifies the certificate's signature; false also when the key cannot be used here. */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

const oids = {
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  xmppAddr: '1.3.6.1.5.5.7.8.5',
  srvName: '1.3.6.1.5.5.7.8.7',
} as const;

/** Extensions by object identifier: the element inside the octet string. */
function readExtensions(raw: Buffer): ReadonlyMap<string, DerElement> {
  const [tbs] = derChildren(raw, derElement(raw, 0, raw.length));
  const [list] = derChildren(
    raw,
    derChildren(raw, tbs).find(element => element.tag === 0xa3),
  );
  const extensions = new Map<string, DerElement>();
  for (const extension of derChildren(raw, list)) {
    const parts = derChildren(raw, extension);
    const oid = derOid(raw, parts[0]);
    const octets = parts.at(-1);
    const value = octets?.tag === derTag.octets ? derElement(raw, octets.start, octets.end) : undefined;
    if (oid !== undefined && value !== undefined) extensions.set(oid, value);
  }
  return extensions;
}

/** Our own walk, because OpenSSL's text form of a name cannot be told from a name that holds such a text. */
function readNames(raw: Buffer, extension: DerElement | undefined): Certificate['names'] {
  const names = {
    dns: [] as string[],
    ip: [] as string[],
    srv: [] as string[],
    xmpp: [] as string[],
    uri: [] as string[],
  };
  for (const name of derChildren(raw, extension)) {
    const content = raw.subarray(name.start, name.end);
    switch (name.tag) {
      case 0x82:
        names.dns.push(printable(content.toString('latin1')));
        break;
      case 0x86:
        names.uri.push(printable(content.toString('latin1')));
        break;
      case 0x87:
        names.ip.push(addressText(content));
        break;
      case 0xa0: {
        const [type, wrapped] = derChildren(raw, name);
        const text = printable(derText(raw, derChildren(raw, wrapped)[0]) ?? '');
        const oid = derOid(raw, type);
        if (oid === oids.srvName) names.srv.push(text);
        if (oid === oids.xmppAddr) names.xmpp.push(text);
      }
    }
  }
  return names;
}

function readIssuerUrl(raw: Buffer, extension: DerElement | undefined): string | undefined {
  for (const description of derChildren(raw, extension)) {
    const [method, location] = derChildren(raw, description);
    if (derOid(raw, method) === oids.caIssuers && location?.tag === 0x86) {
      return printable(raw.toString('latin1', location.start, location.end));
    }
  }
  return undefined;
}

/** Not from `toLegacyObject`: that crashes the process when the key is of a kind that OpenSSL cannot load (Node 24.21). */
function readCommonName(raw: Buffer): string | undefined {
  const [tbs] = derChildren(raw, derElement(raw, 0, raw.length));
  // Serial number, signature algorithm, issuer, validity, subject; a version may stand before.
  const fields = derChildren(raw, tbs).filter(element => element.tag !== 0xa0);
  const commonName = derChildren(raw, fields[4])
    .flatMap(set => derChildren(raw, set).map(attribute => derChildren(raw, attribute)))
    .findLast(([type]) => derOid(raw, type) === oids.commonName);
  const text = derText(raw, commonName?.[1]);
  return text === undefined ? undefined : printable(text);
}

function readKey(certificate: X509Certificate): Certificate['key'] {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
    const curve = details?.namedCurve;
    // Curves bear their size in their name: prime256v1, secp384r1, brainpoolP512r1.
    const bits = details?.modulusLength ?? (Number(/\d{3}/.exec(curve ?? '')?.[0] ?? 0) || undefined);
    return {
      type: type ?? 'unknown',
      ...(bits !== undefined && { bits }),
      ...(curve !== undefined && { curve }),
    };
  } catch {
    // A key of a kind that OpenSSL cannot load; the certificate is readable all the same.
    return { type: 'unknown' };
  }
}

/** A distinguished name of OpenSSL's several lines on one. */
export function oneLine(name: string | undefined): string {
  return printable((name ?? '').replaceAll('\n', ', '), 2048);
}

function isoTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** Text of 4 or 16 address bytes; hexadecimal for any other length, which no address matches. */
function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return bytes.toString('hex');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
