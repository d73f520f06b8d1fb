import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  X509Certificate,
} from 'node:crypto';
import forge from 'node-forge';

const { asn1 } = forge;
// Exported by forge, missing in its types.
const { getTBSCertificate } = forge.pki as unknown as {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1;
};

/** A certificate made for a test, with its private key. */
export type Issued = { readonly pem: string; readonly key: string; readonly x509: X509Certificate };

export type Names = { dns?: string[]; ip?: number[][]; srv?: string[]; xmpp?: string[]; uri?: string[] };

export type Wish = {
  readonly commonName?: string;
  readonly issuer?: Issued;
  /** Whose name stands as issuer, when it is not the one that signs. */
  readonly issuerName?: string;
  readonly keyPem?: string;
  readonly ca?: boolean;
  readonly fromDays?: number;
  readonly toDays?: number;
  readonly names?: Names;
  readonly extendedKeyUsage?: readonly string[];
  readonly digest?: 'sha1' | 'sha256';
  readonly issuerUrl?: string;
};

const keys = new Map<string, string>();

/** A private key, made once for each name: keys are slow to make. */
export function keyFor(name: string, kind: 'rsa' | 'ec' = 'rsa', bits = 2048): string {
  const known = keys.get(`${name} ${kind} ${bits}`);
  if (known !== undefined) return known;
  const { privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: bits });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  keys.set(`${name} ${kind} ${bits}`, pem);
  return pem;
}

let serial = 0;

/** Makes a certificate, self-signed when there is no issuer: names and extensions by forge, key and signature by OpenSSL. */
export function issue(wish: Wish): Issued {
  const key = wish.keyPem ?? keyFor(wish.issuer === undefined ? 'root' : wish.ca ? 'intermediate' : 'leaf');
  const signer = wish.issuer?.key ?? key;
  const digest = wish.digest ?? 'sha256';
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = placeholder;
  certificate.serialNumber = (++serial + 0x1000).toString(16);
  const dayMs = 86_400_000;
  certificate.validity.notBefore = new Date(Date.now() + (wish.fromDays ?? -1) * dayMs);
  certificate.validity.notAfter = new Date(Date.now() + (wish.toDays ?? 30) * dayMs);
  const subject =
    wish.commonName === undefined
      ? [{ name: 'organizationName', value: 'Nameless' }]
      : named(wish.commonName);
  certificate.setSubject(subject);
  const issuerName = wish.issuerName ?? /CN=(.*)/.exec(wish.issuer?.x509.subject ?? '')?.[1];
  certificate.setIssuer(issuerName === undefined ? subject : named(issuerName));
  certificate.setExtensions([
    ...(wish.ca ? [{ name: 'basicConstraints', cA: true, critical: true }] : []),
    ...(wish.names ? [{ id: '2.5.29.17', value: subjectAltName(wish.names) }] : []),
    ...(wish.extendedKeyUsage ? [{ id: '2.5.29.37', value: sequence(wish.extendedKeyUsage.map(oid)) }] : []),
    ...(wish.issuerUrl
      ? [
          {
            id: '1.3.6.1.5.5.7.1.1',
            value: sequence([sequence([oid('1.3.6.1.5.5.7.48.2'), tagged(6, wish.issuerUrl)])]),
          },
        ]
      : []),
  ]);
  certificate.md = forge.md.sha256.create();
  certificate.signatureOid = '1.2.840.113549.1.1.11';
  certificate.siginfo.algorithmOid = '1.2.840.113549.1.1.11';

  const tbs = getTBSCertificate(certificate);
  const parts = tbs.value as forge.asn1.Asn1[];
  const publicKey: KeyObject = createPublicKey(key);
  const algorithm = signatureAlgorithm(createPublicKey(signer), digest);
  parts[2] = algorithm;
  parts[6] = asn1.fromDer(publicKey.export({ type: 'spki', format: 'der' }).toString('binary'));
  const bytes = Buffer.from(asn1.toDer(tbs).getBytes(), 'binary');
  const signature = signBytes(digest, bytes, signer);
  const der = asn1
    .toDer(
      sequence([
        tbs,
        algorithm,
        asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature.toString('binary')}`),
      ]),
    )
    .getBytes();
  const x509 = new X509Certificate(Buffer.from(der, 'binary'));
  return { pem: x509.toString(), key, x509 };
}

/** root > issuing > leaf, as a public CA has it. */
export function hierarchy(leaf: Wish = {}): { root: Issued; issuing: Issued; leaf: Issued } {
  const root = issue({ commonName: 'Test Root', ca: true });
  const issuing = issue({ commonName: 'Test Issuing CA', issuer: root, ca: true });
  return {
    root,
    issuing,
    leaf: issue({ commonName: 'a.test', issuer: issuing, names: { dns: ['a.test'] }, ...leaf }),
  };
}

const placeholder = forge.pki.publicKeyFromPem(
  createPublicKey(keyFor('leaf')).export({ type: 'spki', format: 'pem' }) as string,
);

function named(commonName: string): forge.pki.CertificateField[] {
  return [{ name: 'commonName', value: commonName }];
}

function signatureAlgorithm(key: KeyObject, digest: 'sha1' | 'sha256'): forge.asn1.Asn1 {
  if (key.asymmetricKeyType === 'ec') return sequence([oid('1.2.840.10045.4.3.2')]);
  const algorithm = digest === 'sha1' ? '1.2.840.113549.1.1.5' : '1.2.840.113549.1.1.11';
  return sequence([oid(algorithm), asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, '')]);
}

function subjectAltName(names: Names): forge.asn1.Asn1 {
  const other = (id: string, type: forge.asn1.Type, text: string) =>
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [
      oid(id),
      asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [
        asn1.create(asn1.Class.UNIVERSAL, type, false, text),
      ]),
    ]);
  return sequence([
    ...(names.dns ?? []).map(name => tagged(2, name)),
    ...(names.uri ?? []).map(name => tagged(6, name)),
    ...(names.ip ?? []).map(bytes => tagged(7, String.fromCharCode(...bytes))),
    ...(names.srv ?? []).map(name => other('1.3.6.1.5.5.7.8.7', asn1.Type.IA5STRING, name)),
    ...(names.xmpp ?? []).map(name => other('1.3.6.1.5.5.7.8.5', asn1.Type.UTF8, name)),
  ]);
}

function sequence(parts: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts);
}

function oid(text: string): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(text).getBytes());
}

function tagged(tag: number, content: string): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, false, content);
}
