import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Fields, readFields } from '../../../src/offline/certificates/fields.ts';
import { findPath, indexAnchors } from '../../../src/offline/certificates/path.ts';
import { BundleError, readBundle } from '../../../src/offline/certificates/read.ts';

/** Debian's python3-cryptography-vectors: certificates that nobody here has made. */
const vectors = '/usr/lib/python3/dist-packages/cryptography_vectors';
/** An unpacked OpenSSL source; `apt-get source openssl` gives one. */
const openssl = process.env.OPENSSL_SOURCE ?? '';

const missing = (folder: string, how: string) => (existsSync(folder) ? '' : ` (skipped: ${how})`);

/** Those whose verdict hangs on a revocation list, which is not looked at. */
const aboutRevocation =
  /CRL|cRLIssuer|[Rr]evoked|IDP|deltaC|distributionPoint|onlyContains|onlySome|KeyRollover|cRLSign|BasicSelfIssued(OldWithNewTest2|NewWithOldTest5)|(Long|Negative)SerialNumberTest(18|15)/;

describe.skipIf(!existsSync(vectors))(
  `the Public Key Interoperability Test Suite of NIST${missing(vectors, 'install python3-cryptography-vectors')}`,
  () => {
    const folder = join(vectors, 'x509/PKITS_data/certs');
    const files = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.crt')) : [];
    const all = new Map(files.map(name => [name, readFields(readFileSync(join(folder, name)))]));
    const anchors = indexAnchors(
      [all.get('TrustAnchorRootCertificate.crt')].filter(one => one !== undefined),
    );
    const authorities = [...all].filter(([name]) => !name.endsWith('EE.crt')).map(([, fields]) => fields);
    const cases = [...all].filter(
      ([name]) =>
        /^(Valid|Invalid).*Test\d+/.test(name) && !(name.startsWith('Invalid') && aboutRevocation.test(name)),
    );

    test('gets the verdict that its file names say, out of one heap of all authorities', () => {
      expect(cases.length).toBeGreaterThan(150);
      const wrong = cases.flatMap(([name, leaf]) => {
        const others = authorities.filter(one => one !== leaf);
        const { reasons } = findPath(leaf, others, anchors, {
          atMs: Date.parse('2020-01-01'),
          strict: false,
        });
        return (reasons.length === 0) === name.startsWith('Valid') ? [] : [name];
      });
      // OpenSSL 3 has no DSA keys that inherit their parameters.
      expect(wrong).toEqual(['ValidDSAParameterInheritanceTest5EE.crt']);
    });

    test('and its PKCS#12 files open, with a password, an empty one and none', () => {
      const files = readdirSync(join(vectors, 'pkcs12')).filter(name => name !== 'no-cert-key-aes256cbc.p12');
      expect(files.length).toBeGreaterThan(25);
      for (const name of files) {
        const words = { cert: 'cryptography', none: undefined, word: 'password' };
        const which = name.startsWith('cert-')
          ? 'cert'
          : /no-(pwd|password)|^no-password/.test(name)
            ? 'none'
            : 'word';
        const { entries } = readBundle(readFileSync(join(vectors, 'pkcs12', name)), words[which]);
        expect(entries.length, name).toBeGreaterThan(0);
        expect(
          entries.every(entry => 'fields' in entry),
          name,
        ).toBe(true);
      }
    });

    test('and every other certificate of the package is read or refused in words', () => {
      const odd = readdirSync(vectors, { recursive: true, encoding: 'utf8' }).filter(name =>
        /^(x509|pkcs7|pkcs12)\/.*\.(pem|der|crt|p7b|p7c|p12)$/.test(name),
      );
      expect(odd.length).toBeGreaterThan(500);
      for (const name of odd) {
        try {
          readBundle(readFileSync(join(vectors, name)), 'cryptography');
        } catch (error) {
          expect(error, name).toBeInstanceOf(BundleError);
        }
      }
    });
  },
);

type Line = {
  readonly title: string;
  readonly good: boolean;
  readonly leaf: string;
  readonly purpose: string;
  readonly trusted: readonly string[];
  readonly untrusted: readonly string[];
  readonly options: string;
};

/** The calls of `verify` in OpenSSL's own test, read as text. */
function linesOf(recipe: string): readonly Line[] {
  const call =
    /ok(?:_nofips)?\((!?)verify\("([^"]+)",\s*"([^"]*)",\s*\[([^\]]*)\],\s*\[([^\]]*)\]([^)]*)\),\s*"([^"]*)"/g;
  const list = (text: string) => text.replace(/qw\(([^)]*)\)/g, '$1').match(/[\w.+-]+/g) ?? [];
  return [...recipe.matchAll(call)].map(
    ([, not, leaf = '', purpose = '', trusted = '', untrusted = '', options = '', title = '']) => ({
      ...{ title, leaf, purpose, options, good: not !== '!' },
      ...{ trusted: list(trusted), untrusted: list(untrusted) },
    }),
  );
}

/** Trust settings inside certificates, proxy certificates, other levels than the default: not what a client sees. */
const elsewhere = /proxy|depth|vfyopt|prov|strict|policy|check_ss|auth_level", "[03]/;

describe.skipIf(openssl === '')(
  `OpenSSL's own test of verification${openssl === '' ? ' (skipped: OPENSSL_SOURCE names no source tree)' : ''}`,
  () => {
    test('gets the same verdict, but where turning back finds a path that OpenSSL misses', () => {
      const read = (name: string): readonly Fields[] =>
        readBundle(readFileSync(join(openssl, `test/certs/${name}.pem`))).entries.flatMap(entry =>
          'fields' in entry ? [entry.fields] : [],
        );
      const lines = linesOf(readFileSync(join(openssl, 'test/recipes/25-test_verify.t'), 'utf8')).filter(
        ({ leaf, trusted, untrusted, options }) =>
          !elsewhere.test(options) &&
          ![leaf, ...trusted, ...untrusted].some(name => /[+-](server|client|any)/.test(name)),
      );
      expect(lines.length).toBeGreaterThan(75);
      const wrong = lines.flatMap(({ title, leaf, purpose, trusted, untrusted, options, good }) => {
        const at = /attime", "(\d+)/.exec(options)?.[1];
        const [first] = read(leaf);
        const { reasons } = findPath(first!, untrusted.flatMap(read), indexAnchors(trusted.flatMap(read)), {
          atMs: at === undefined ? Date.now() : Number(at) * 1000,
          purpose: purpose === 'sslclient' ? 'client' : 'server',
          strict: false,
        });
        return (reasons.length === 0) === good ? [] : [title];
      });
      expect(wrong).toEqual([
        // There is another path, by the intermediate that was sent.
        'fail client purpose intermediate trusted',
        // The recipe expects the exit status of a failure here.
        'Name constraints bad othername name constraint',
        // OpenSSL's limit counts names that no constraint is about.
        'Too many names and constraints to check (3)',
        // Any trusted certificate is an anchor here, as with -partial_chain.
        'fail trusted Ed25519-signed self-issued X25519 cert',
      ]);
    });
  },
);
