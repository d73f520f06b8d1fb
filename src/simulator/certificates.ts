import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

const { asn1 } = forge;
const { Class, Type } = asn1;
type Asn1 = forge.asn1.Asn1;

export type KeyKind = 'rsa' | 'rsa-1024' | 'ec';
export type Authority = 'public' | 'enterprise' | 'unknown';

/** A certificate as a simulated node serves it. Equal recipes give one and the same certificate. */
export type CertificateRecipe = {
  /** `unknown` is a root that nobody trusts; `self` signs itself. */
  readonly issuer: Authority | 'self';
  readonly key: KeyKind;
  readonly commonName?: string;
  /** DNS names of the subjectAltName. */
  readonly names: readonly string[];
  readonly uses: readonly ('server' | 'client')[];
  /** Start of validity in days from the start of the simulator; negative is the past. */
  readonly fromDay: number;
  readonly days: number;
  readonly hash: 'sha256' | 'sha1';
  /** What the handshake carries: the leaf with its intermediates, or the leaf alone. */
  readonly sends: 'chain' | 'leaf';
  /** Tells two certificates of otherwise equal content apart. */
  readonly edition: number;
};

/** What a TLS server needs: the certificates in the order they are sent, and the key. */
export type Credentials = { readonly cert: string; readonly key: string };

/** Issues what recipes ask for. Keys are few and shared, because making them is the slow part. */
export type CertificateOffice = {
  /** PEM of the public and the enterprise root. */
  readonly trust: string;
  /** PEM of the public root alone. */
  readonly publicTrust: string;
  issue(recipe: CertificateRecipe): Promise<Credentials>;
};

type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** The fields of one certificate to be signed. */
export type Draft = {
  readonly subject: Name;
  readonly issuer: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly issuerKey: Keys;
  readonly hash: 'sha256' | 'sha1';
  readonly ca?: { readonly pathLength?: number };
  readonly names?: readonly string[];
  readonly uses?: readonly ('server' | 'client')[];
};
type Name = { readonly organization: string; readonly commonName?: string };

type Signer = { readonly name: Name; readonly keys: Keys; readonly sent: string };

const dayMs = 86_400_000;
const newKeys = promisify(generateKeyPair);

/** Starts an office whose roots are valid around `now`. */
export async function openCertificateOffice(now: Date): Promise<CertificateOffice> {
  const keys = new Map<string, Promise<Keys>>();
  const keysOf = (purpose: string, kind: KeyKind = 'rsa') =>
    keep(keys, `${purpose}/${kind}`, () => makeKeys(kind));
  const authorities = new Map<Authority, Promise<Signer>>();
  const authority = (name: Authority) => keep(authorities, name, () => found(name, now, keysOf));
  const issued = new Map<string, Promise<Credentials>>();

  async function make(recipe: CertificateRecipe): Promise<Credentials> {
    const leafKeys = await keysOf('leaf', recipe.key);
    const subject = { organization: 'Example Collaboration', ...pick(recipe.commonName) };
    const signer =
      recipe.issuer === 'self' ? { name: subject, keys: leafKeys, sent: '' } : await authority(recipe.issuer);
    const notBefore = new Date(now.getTime() + recipe.fromDay * dayMs);
    const leaf = makeCertificate({
      subject,
      issuer: signer.name,
      notBefore,
      notAfter: new Date(notBefore.getTime() + recipe.days * dayMs),
      publicKey: leafKeys.publicKey,
      issuerKey: signer.keys,
      hash: recipe.hash,
      names: recipe.names,
      uses: recipe.uses,
    });
    return {
      cert: recipe.sends === 'chain' ? leaf + signer.sent : leaf,
      key: leafKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    };
  }

  const roots = await Promise.all([
    rootOf('Example Public Root', await keysOf('public-root'), now),
    rootOf('Example Enterprise Root', await keysOf('enterprise-root'), now),
    authority('public'),
    keysOf('leaf'),
  ]);
  return {
    trust: roots[0] + roots[1],
    publicTrust: roots[0],
    issue: recipe => keep(issued, JSON.stringify(recipe), () => make(recipe)),
  };
}

/** The same promise for the same key, so that concurrent callers share the work. */
function keep<K, V>(map: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function pick(commonName: string | undefined): { readonly commonName?: string } {
  return commonName === undefined ? {} : { commonName };
}

async function makeKeys(kind: KeyKind): Promise<Keys> {
  if (kind === 'ec') return newKeys('ec', { namedCurve: 'prime256v1' });
  return newKeys('rsa', { modulusLength: kind === 'rsa' ? 2048 : 1024 });
}

async function found(
  authority: Authority,
  now: Date,
  keysOf: (purpose: string) => Promise<Keys>,
): Promise<Signer> {
  if (authority === 'enterprise')
    return { name: nameOf('Example Enterprise Root'), keys: await keysOf('enterprise-root'), sent: '' };
  const isPublic = authority === 'public';
  const root = nameOf(isPublic ? 'Example Public Root' : 'Example Lab Root');
  const name = nameOf(isPublic ? 'Example Issuing CA 3' : 'Example Lab Issuing CA');
  const [rootKeys, keys] = await Promise.all([keysOf(`${authority}-root`), keysOf(`${authority}-issuing`)]);
  const intermediate = makeCertificate({
    subject: name,
    issuer: root,
    notBefore: new Date(now.getTime() - 1000 * dayMs),
    notAfter: new Date(now.getTime() + 2500 * dayMs),
    publicKey: keys.publicKey,
    issuerKey: rootKeys,
    hash: 'sha256',
    ca: { pathLength: 0 },
  });
  return { name, keys, sent: intermediate };
}

function rootOf(commonName: string, keys: Keys, now: Date): string {
  const name = nameOf(commonName);
  return makeCertificate({
    subject: name,
    issuer: name,
    notBefore: new Date(now.getTime() - 2000 * dayMs),
    notAfter: new Date(now.getTime() + 5000 * dayMs),
    publicKey: keys.publicKey,
    issuerKey: keys,
    hash: 'sha256',
    ca: {},
  });
}

function nameOf(commonName: string): Name {
  return { organization: 'Example Trust', commonName };
}

/**
 * One X.509 v3 certificate (RFC 5280) as PEM. The fields are encoded by node-forge and signed by node:crypto: forge knows
 * RSA keys only, and signs them a hundred times slower.
 */
export function makeCertificate(draft: Draft): string {
  const algorithm = signatureAlgorithm(draft.issuerKey.privateKey, draft.hash);
  const tbs = sequence(
    explicit(0, integer('\x02')),
    integer(`\x01${randomBytes(15).toString('latin1')}`),
    algorithm,
    nameAsn1(draft.issuer),
    sequence(time(draft.notBefore), time(draft.notAfter)),
    nameAsn1(draft.subject),
    fromBuffer(draft.publicKey.export({ type: 'spki', format: 'der' })),
    explicit(3, sequence(...extensions(draft))),
  );
  const signature = sign(draft.hash, toBuffer(tbs), draft.issuerKey.privateKey);
  const der = toBuffer(sequence(tbs, algorithm, bits(signature)));
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extensions(draft: Draft): Asn1[] {
  const { ca, names = [], uses = [] } = draft;
  const list = [
    extension('2.5.29.14', octets(keyId(draft.publicKey))),
    extension('2.5.29.35', sequence(implicit(0, keyId(draft.issuerKey.publicKey).toString('latin1')))),
  ];
  if (ca) {
    const pathLength = ca.pathLength === undefined ? [] : [integer(String.fromCharCode(ca.pathLength))];
    list.push(extension('2.5.29.19', sequence(boolean(true), ...pathLength), true));
    list.push(extension('2.5.29.15', bitString('\x01\x06'), true));
    return list;
  }
  list.push(extension('2.5.29.15', bitString('\x05\xa0'), true));
  if (names.length > 0) list.push(extension('2.5.29.17', sequence(...names.map(name => implicit(2, name)))));
  if (uses.length > 0) {
    const purposes = uses.map(use => oid(use === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2'));
    list.push(extension('2.5.29.37', sequence(...purposes)));
  }
  return list;
}

function extension(id: string, value: Asn1, critical = false): Asn1 {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(toBuffer(value)));
}

function signatureAlgorithm(key: KeyObject, hash: 'sha256' | 'sha1'): Asn1 {
  if (key.asymmetricKeyType === 'ec')
    return sequence(oid(hash === 'sha256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.1'));
  const id = hash === 'sha256' ? '1.2.840.113549.1.1.11' : '1.2.840.113549.1.1.5';
  return sequence(oid(id), universal(Type.NULL, ''));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function nameAsn1(name: Name): Asn1 {
  const attribute = (id: string, value: string) =>
    asn1.create(Class.UNIVERSAL, Type.SET, true, [sequence(oid(id), universal(Type.UTF8, value))]);
  const common = name.commonName === undefined ? [] : [attribute('2.5.4.3', name.commonName)];
  return sequence(attribute('2.5.4.10', name.organization), ...common);
}

function time(date: Date): Asn1 {
  return date.getUTCFullYear() < 2050
    ? universal(Type.UTCTIME, asn1.dateToUtcTime(date) as string)
    : universal(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date) as string);
}

function universal(type: forge.asn1.Type, value: string): Asn1 {
  return asn1.create(Class.UNIVERSAL, type, false, value);
}
function sequence(...values: Asn1[]): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, values);
}
function explicit(tag: number, value: Asn1): Asn1 {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag as forge.asn1.Type, true, [value]);
}
function implicit(tag: number, value: string): Asn1 {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag as forge.asn1.Type, false, value);
}
function integer(bytes: string): Asn1 {
  return universal(Type.INTEGER, bytes);
}
function boolean(value: boolean): Asn1 {
  return universal(Type.BOOLEAN, value ? '\xff' : '\x00');
}
function oid(id: string): Asn1 {
  return universal(Type.OID, asn1.oidToDer(id).getBytes());
}
function octets(bytes: Buffer): Asn1 {
  return universal(Type.OCTETSTRING, bytes.toString('latin1'));
}
/** The first octet counts the unused bits at the end. */
function bitString(bytes: string): Asn1 {
  return universal(Type.BITSTRING, bytes);
}
function bits(bytes: Buffer): Asn1 {
  return bitString(`\x00${bytes.toString('latin1')}`);
}
function fromBuffer(der: Buffer): Asn1 {
  return asn1.fromDer(der.toString('latin1'));
}
function toBuffer(value: Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), 'latin1');
}
