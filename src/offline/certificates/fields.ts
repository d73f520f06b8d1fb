import { X509Certificate } from 'node:crypto';
import { type Certificate, readCertificate } from '../../x509/certificate.ts';
import { type DerElement, derChildren, derElement, derOid, derTag, derText } from '../../x509/der.ts';
import { printable } from '../../x509/text.ts';

/** One attribute of a distinguished name, its value made comparable (RFC 5280 section 7.1). */
export type Attribute = { readonly oid: string; readonly value: string };
/** A distinguished name: relative names, each of one attribute or more, in a fixed order. */
export type Name = readonly (readonly Attribute[])[];

/** One entry of a subjectAltName, or the base of a name constraint. RFC 5280 section 4.2.1.6. */
export type GeneralName =
  | { readonly type: 'dns' | 'email' | 'uri'; readonly value: string }
  | { readonly type: 'ip'; readonly bytes: Buffer }
  | { readonly type: 'directory'; readonly name: Name }
  | { readonly type: 'other'; readonly tag: number };

/** What a certificate allows below it by name. RFC 5280 section 4.2.1.10. */
export type NameConstraints = {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
};

/** Something about the form of a certificate that RFC 5280 forbids; `strict` when clients at large put up with it. */
export type Flaw = {
  readonly code: 'extension-malformed' | 'extension-misused' | 'form';
  readonly text: string;
  readonly strict: boolean;
};

/** Everything in a certificate that the validation of a path looks at. RFC 5280 section 6. */
export type Fields = {
  readonly x509: X509Certificate;
  readonly der: Buffer;
  readonly summary: Certificate;
  readonly version: number;
  readonly subject: Name;
  readonly issuer: Name;
  /** Canonical texts of the names: equal when the names are. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** The public key with its algorithm, as hexadecimal DER. */
  readonly publicKey: string;
  /** Milliseconds since 1970; NaN when unreadable. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Name of the signature algorithm, with its hash also where OpenSSL's name leaves it out. */
  readonly signature: string;
  /** Critical extensions that nobody here understands, by object identifier. */
  readonly unknownCritical: readonly string[];
  readonly isCa: boolean;
  readonly pathLength?: number;
  /** Bits of keyUsage, most significant first; absent when the extension is. */
  readonly keyUsage?: readonly boolean[];
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  /** Absent without subjectAltName. */
  readonly alternativeNames?: readonly GeneralName[];
  readonly nameConstraints?: NameConstraints;
  readonly policies?: readonly string[];
  readonly policyMappings: readonly (readonly [issuer: string, subject: string])[];
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
  readonly inhibitAnyPolicy?: number;
  readonly flaws: readonly Flaw[];
};

/** Bits of keyUsage by name. RFC 5280 section 4.2.1.3. */
export const keyUsageBit = {
  digitalSignature: 0,
  keyEncipherment: 2,
  keyAgreement: 4,
  keyCertSign: 5,
} as const;

const oids = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  policies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
} as const;

/** Those that do not touch a path without revocation; a critical one is therefore no obstacle. */
const understood: ReadonlySet<string> = new Set(Object.values(oids));

const names: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(oids).map(([name, oid]) => [oid, name]),
);

/** Reads all that path validation needs. Throws when OpenSSL or this walk cannot read the certificate at all. */
export function readFields(bytes: Uint8Array): Fields {
  const x509 = new X509Certificate(bytes);
  const der = x509.raw;
  const flaws: Flaw[] = [];
  const flaw = (code: Flaw['code'], text: string, strict = false) => flaws.push({ code, text, strict });
  const [tbs, algorithm] = derChildren(der, derElement(der, 0, der.length));
  const parts = derChildren(der, tbs);
  const version = parts[0]?.tag === 0xa0 ? (integer(der, derChildren(der, parts[0])[0]) ?? -1) + 1 : 1;
  const [serial, inner, issuer, validity, subject, spki] = parts[0]?.tag === 0xa0 ? parts.slice(1) : parts;
  if (!tbs || !serial || !inner || !issuer || !subject || !spki)
    throw new Error('the certificate is cut short');
  if (!content(der, inner).equals(content(der, algorithm)))
    flaw('form', 'names two different signature algorithms');
  if (issuer.start === issuer.end) flaw('form', 'has no issuer name');
  const serialBytes = content(der, serial);
  if (serialBytes.length > 20) flaw('form', 'has a serial number longer than 20 bytes', true);
  if (serialBytes.every(byte => byte === 0)) flaw('form', 'has the serial number zero', true);
  if (!derChildren(der, validity).every(time => isSoundTime(der, time)))
    flaw('form', 'has a date in a form that RFC 5280 does not allow');
  if (derChildren(der, validity).some(time => time.tag === 0x18 && /^(?:19|20[0-4])/.test(textOf(der, time))))
    flaw('form', 'has a date before 2050 with four digits for the year', true);
  if (version < 3) flaw('form', `is a version ${version} certificate`, true);

  const extensions = readExtensions(der, parts, flaws);
  const isCritical = (oid: string) => extensions.get(oid)?.critical === true;
  const parsed = <T>(oid: string, read: (element: DerElement) => T | undefined): T | undefined => {
    const extension = extensions.get(oid);
    if (!extension) return undefined;
    const value = extension.value && read(extension.value);
    if (value === undefined) flaw('extension-malformed', `has an unreadable extension ${names[oid] ?? oid}`);
    return value;
  };

  const basic = parsed(oids.basicConstraints, element => readBasicConstraints(der, element));
  const isCa = basic?.ca === true;
  const keyUsage = parsed(oids.keyUsage, element => readBits(der, element));
  const extendedKeyUsage = parsed(oids.extendedKeyUsage, element => nonEmpty(oidsIn(der, element)));
  const subjectKeyId = parsed(oids.subjectKeyId, element => hexOf(der, element, derTag.octets));
  const authority = parsed(oids.authorityKeyId, element => readAuthority(der, element));
  const alternativeNames = parsed(oids.subjectAltName, element => nonEmpty(generalNames(der, element)));
  const nameConstraints = parsed(oids.nameConstraints, element => readNameConstraints(der, element));
  const policies = parsed(oids.policies, element =>
    nonEmpty(all(whole(der, element)?.map(info => derOid(der, derChildren(der, info)[0])))),
  );
  const mappings = parsed(oids.policyMappings, element => readMappings(der, element));
  const constraints = parsed(oids.policyConstraints, element => readPolicyConstraints(der, element));
  const inhibitAnyPolicy = parsed(oids.inhibitAnyPolicy, element => integer(der, element));
  parsed(oids.authorityInfoAccess, element =>
    nonEmpty(whole(der, element)?.map(one => derOid(der, derChildren(der, one)[0]))),
  );

  for (const oid of [oids.authorityKeyId, oids.subjectKeyId, oids.authorityInfoAccess])
    if (isCritical(oid))
      flaw('extension-misused', `has a critical ${names[oid]}, which must not be critical`);
  // Long-standing test suites hold policyConstraints to be good without it, so clients put up with that.
  if (extensions.has(oids.policyConstraints) && !isCritical(oids.policyConstraints))
    flaw('extension-misused', 'has policyConstraints that are not critical', true);
  if (extensions.has(oids.inhibitAnyPolicy) && !isCritical(oids.inhibitAnyPolicy))
    flaw('extension-misused', 'has an inhibitAnyPolicy that is not critical, which it has to be');
  const subjectEmpty = subject.start === subject.end;
  if (isCa && subjectEmpty) flaw('form', 'is an authority without a name');
  if (subjectEmpty && !isCa && !isCritical(oids.subjectAltName))
    flaw('extension-misused', 'has an empty subject and no critical subjectAltName');
  if (!subjectEmpty && isCritical(oids.subjectAltName))
    flaw('extension-misused', 'has a critical subjectAltName beside a subject', true);
  if (nameConstraints && !isCa) flaw('extension-misused', 'has nameConstraints and is no authority');
  if (isCa && !isCritical(oids.basicConstraints))
    flaw('extension-misused', 'has basicConstraints that are not critical', true);
  if (!isCa && basic?.pathLength !== undefined)
    flaw('extension-misused', 'has a path length and is no authority', true);
  if (!isCa && keyUsage?.[keyUsageBit.keyCertSign])
    flaw('extension-misused', 'may sign certificates by its keyUsage and is no authority', true);
  if (isCa && keyUsage === undefined) flaw('form', 'is an authority without keyUsage', true);
  if (isCa && subjectKeyId === undefined) flaw('form', 'is an authority without subjectKeyIdentifier', true);
  const subjectName = readName(der, subject);
  const issuerName = readName(der, issuer);
  const subjectKey = keyOf(subjectName);
  const issuerKey = keyOf(issuerName);
  if (authority?.keyId === undefined && subjectKey !== issuerKey)
    flaw('form', 'has no authorityKeyIdentifier', true);
  if (alternativeNames?.some(name => name.type === 'dns' && !/^[\x21-\x7e]+$/.test(name.value)))
    flaw('extension-malformed', 'has a DNS name with characters that are not ASCII');
  if (alternativeNames?.some(name => name.type === 'ip' && name.bytes.length % 12 !== 4))
    flaw('extension-malformed', 'has an IP address of a wrong length');

  const summary = readCertificate(der);
  if (summary.key.type.startsWith('rsa') && (summary.key.bits ?? 0) % 8 !== 0)
    flaw('form', 'has an RSA key whose length is no multiple of eight bits', true);
  return {
    ...{ x509, der, summary, version, subjectKey, issuerKey, isCa, flaws },
    subject: subjectName,
    issuer: issuerName,
    publicKey: der.toString('hex', spki.start, spki.end),
    signature:
      summary.signature === 'rsassaPss' ? `rsassaPss with ${pssHash(der, inner)}` : summary.signature,
    notBefore: Date.parse(summary.notBefore),
    notAfter: Date.parse(summary.notAfter),
    unknownCritical: [...extensions].flatMap(([oid, { critical }]) =>
      critical && !understood.has(oid) ? [oid] : [],
    ),
    policyMappings: mappings ?? [],
    ...defined({ pathLength: basic?.pathLength, keyUsage, extendedKeyUsage, subjectKeyId }),
    ...defined({ authorityKeyId: authority?.keyId, alternativeNames, nameConstraints, policies }),
    ...defined({ inhibitAnyPolicy, ...constraints }),
  };
}

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA1',
  '2.16.840.1.101.3.4.2.1': 'SHA256',
  '2.16.840.1.101.3.4.2.2': 'SHA384',
  '2.16.840.1.101.3.4.2.3': 'SHA512',
};

/** RFC 4055 section 3.1: SHA-1 when nothing is said. */
function pssHash(der: Buffer, algorithm: DerElement): string {
  const given = derChildren(der, derChildren(der, algorithm)[1]).find(({ tag }) => tag === 0xa0);
  if (!given) return 'SHA1';
  const oid = derOid(der, derChildren(der, derChildren(der, given)[0])[0]) ?? 'an unknown hash';
  return hashes[oid] ?? oid;
}

/** Without the members that are not there. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

type Extension = { readonly critical: boolean; readonly value: DerElement | undefined };

function readExtensions(
  der: Buffer,
  parts: readonly DerElement[],
  flaws: Flaw[],
): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  const outer = parts.find(part => part.tag === 0xa3);
  if (!outer) return extensions;
  const list = whole(der, derChildren(der, outer)[0]);
  if (!list) flaws.push({ code: 'extension-malformed', text: 'has unreadable extensions', strict: false });
  for (const element of list ?? []) {
    const fields = derChildren(der, element);
    const oid = derOid(der, fields[0]);
    const octets = fields.at(-1);
    if (oid === undefined || octets?.tag !== derTag.octets) {
      flaws.push({ code: 'extension-malformed', text: 'has an unreadable extension', strict: false });
      continue;
    }
    if (extensions.has(oid))
      flaws.push({
        code: 'extension-misused',
        text: `has the extension ${names[oid] ?? oid} twice`,
        strict: false,
      });
    const value = derElement(der, octets.start, octets.end);
    const critical = fields.length === 3 && fields[1]!.tag === 0x01 && der[fields[1]!.start] !== 0;
    extensions.set(oid, { critical, value: value?.end === octets.end ? value : undefined });
  }
  return extensions;
}

/** Whole seconds in UTC, with two digits for the year up to 2049 or with four. RFC 5280 section 4.1.2.5. */
function isSoundTime(der: Buffer, time: DerElement): boolean {
  const text = textOf(der, time);
  return (time.tag === 0x17 && /^\d{12}Z$/.test(text)) || (time.tag === 0x18 && /^\d{14}Z$/.test(text));
}

function content(der: Buffer, element: DerElement | undefined): Buffer {
  return element ? der.subarray(element.start, element.end) : Buffer.alloc(0);
}

function textOf(der: Buffer, element: DerElement): string {
  return content(der, element).toString('latin1');
}

/** The elements inside another one when they fill it exactly; undefined when something is left over. */
function whole(der: Buffer, parent: DerElement | undefined): readonly DerElement[] | undefined {
  if (!parent || (parent.tag & 0x20) === 0) return undefined;
  const children = derChildren(der, parent);
  return (children.at(-1)?.end ?? parent.start) === parent.end ? children : undefined;
}

function all<T>(values: readonly (T | undefined)[] | undefined): readonly T[] | undefined {
  return values?.every(value => value !== undefined) ? (values as readonly T[]) : undefined;
}

function nonEmpty<T>(values: readonly (T | undefined)[] | undefined): readonly T[] | undefined {
  const complete = all(values);
  return complete && complete.length > 0 ? complete : undefined;
}

/** A small number, zero or more, under any tag; undefined for all else. */
function integer(der: Buffer, element: DerElement | undefined): number | undefined {
  if (!element || element.end === element.start || element.end - element.start > 4) return undefined;
  const value = der.readIntBE(element.start, element.end - element.start);
  return value < 0 ? undefined : value;
}

function hexOf(der: Buffer, element: DerElement | undefined, tag: number): string | undefined {
  return element?.tag === tag && element.end > element.start
    ? content(der, element).toString('hex')
    : undefined;
}

function oidsIn(der: Buffer, element: DerElement): readonly string[] | undefined {
  return all(whole(der, element)?.map(one => derOid(der, one)));
}

function readBasicConstraints(der: Buffer, element: DerElement) {
  const fields = whole(der, element);
  if (!fields) return undefined;
  const [first] = fields;
  const ca = first?.tag === 0x01 && der[first.start] !== 0;
  const rest = first?.tag === 0x01 ? fields.slice(1) : fields;
  if (rest.length === 0) return { ca };
  const pathLength = rest[0]!.tag === 0x02 ? integer(der, rest[0]) : undefined;
  return pathLength === undefined || rest.length > 1 ? undefined : { ca, pathLength };
}

function readBits(der: Buffer, element: DerElement): readonly boolean[] | undefined {
  if (element.tag !== 0x03 || element.end - element.start < 2) return undefined;
  const bits: boolean[] = [];
  for (const byte of der.subarray(element.start + 1, element.end))
    for (let mask = 0x80; mask > 0; mask >>= 1) bits.push((byte & mask) !== 0);
  return bits.some(bit => bit) ? bits : bits.slice(0, 9);
}

function readAuthority(der: Buffer, element: DerElement): { readonly keyId?: string } | undefined {
  const fields = whole(der, element);
  if (!fields) return undefined;
  const keyId = hexOf(
    der,
    fields.find(field => field.tag === 0x80),
    0x80,
  );
  return keyId === undefined ? {} : { keyId };
}

function generalNames(der: Buffer, element: DerElement): readonly GeneralName[] | undefined {
  return all(whole(der, element)?.map(one => generalName(der, one)));
}

function generalName(der: Buffer, element: DerElement): GeneralName | undefined {
  const bytes = content(der, element);
  switch (element.tag) {
    case 0x81:
      return { type: 'email', value: bytes.toString('latin1') };
    case 0x82:
      return { type: 'dns', value: bytes.toString('latin1') };
    case 0x86:
      return { type: 'uri', value: bytes.toString('latin1') };
    case 0x87:
      return [4, 8, 16, 32].includes(bytes.length) ? { type: 'ip', bytes } : undefined;
    case 0xa4: {
      const name = derChildren(der, element)[0];
      return name && { type: 'directory', name: readName(der, name) };
    }
    default:
      return { type: 'other', tag: element.tag };
  }
}

/** Bases of the subtrees; undefined for what RFC 5280 does not allow, which nobody can apply safely. */
function readNameConstraints(der: Buffer, element: DerElement): NameConstraints | undefined {
  const fields = whole(der, element);
  if (!fields || fields.length === 0) return undefined;
  const subtrees = (tag: number): readonly GeneralName[] | undefined => {
    const list = fields.find(field => field.tag === tag);
    if (!list) return [];
    return nonEmpty(
      whole(der, list)?.map(subtree => {
        const [base, ...limits] = derChildren(der, subtree);
        // Minimum has to be zero and maximum absent; zero is the default and not encoded.
        if (!base || limits.some(limit => limit.tag !== 0x80 || integer(der, limit) !== 0)) return undefined;
        const name = generalName(der, base);
        return name && isSoundBase(name) ? name : undefined;
      }),
    );
  };
  const permitted = subtrees(0xa0);
  const excluded = subtrees(0xa1);
  if (!permitted || !excluded || permitted.length + excluded.length === 0) return undefined;
  return { permitted, excluded };
}

function isSoundBase(name: GeneralName): boolean {
  if (name.type === 'dns') return !name.value.includes('*') && /^[\x21-\x7e]*$/.test(name.value);
  if (name.type !== 'ip') return true;
  if (name.bytes.length !== 8 && name.bytes.length !== 32) return false;
  const mask = [...name.bytes.subarray(name.bytes.length / 2)]
    .map(byte => byte.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(mask);
}

function readMappings(der: Buffer, element: DerElement): Fields['policyMappings'] | undefined {
  return nonEmpty(
    whole(der, element)?.map(pair => {
      const [issuer, subject] = derChildren(der, pair).map(one => derOid(der, one));
      return issuer !== undefined && subject !== undefined ? ([issuer, subject] as const) : undefined;
    }),
  );
}

function readPolicyConstraints(der: Buffer, element: DerElement) {
  const fields = whole(der, element);
  if (!fields || fields.length === 0) return undefined;
  const field = (tag: number) =>
    integer(
      der,
      fields.find(one => one.tag === tag),
    );
  return { requireExplicitPolicy: field(0x80), inhibitPolicyMapping: field(0x81) };
}

function readName(der: Buffer, element: DerElement): Name {
  return derChildren(der, element).map(set =>
    derChildren(der, set)
      .map(attribute => {
        const [type, value] = derChildren(der, attribute);
        const text = derText(der, value);
        return {
          oid: derOid(der, type) ?? '?',
          value: text === undefined ? `#${content(der, value).toString('hex')}` : comparable(text),
        };
      })
      .sort((a, b) => (a.oid + a.value < b.oid + b.value ? -1 : 1)),
  );
}

/** Letter case and runs of blanks do not count, nor which of several code points spell a character. */
function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
}

function keyOf(name: Name): string {
  return JSON.stringify(name.map(set => set.map(({ oid, value }) => [oid, value])));
}

/** A name that was read, for a sentence. */
export function nameText(name: GeneralName): string {
  switch (name.type) {
    case 'ip': {
      const half =
        name.bytes.length % 8 === 0 && name.bytes.length !== 16 ? name.bytes.length / 2 : name.bytes.length;
      const address = name.bytes.subarray(0, half);
      const text = half === 4 ? address.join('.') : address.toString('hex').replace(/(.{4})(?=.)/g, '$1:');
      const ones = [...name.bytes.subarray(half)].reduce(
        (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
        0,
      );
      return half === name.bytes.length ? text : `${text}/${ones}`;
    }
    case 'directory':
      return printable(name.name.flatMap(set => set.map(({ value }) => value)).join(', '));
    case 'other':
      return `a name of kind ${name.tag & 0x1f}`;
    default:
      return printable(name.value);
  }
}
