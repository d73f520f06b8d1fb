import { DEFAULT_CIPHERS } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tls } from '../../probes/tls.ts';
import type { CertificateRecipe } from '../../src/simulator/certificates.ts';
import { type Authority, domain, issue, labAt, openAuthority, startEdge } from './edge.ts';
import { startOpenssl } from './openssl.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const lab = labAt(4);
/** Which suite is taken depends on the order in which the client names them. */
const offered = `${DEFAULT_CIPHERS.split(':')
  .filter(name => !name.startsWith('TLS_'))
  .join(':')}:@SECLEVEL=0`;
const weak = 'ALL:@SECLEVEL=0';
let authority: Authority;
let standardNames: ReadonlyMap<string, string>;

beforeAll(async () => {
  authority = await openAuthority();
  const { out } = await run('openssl', ['ciphers', '-stdname', weak]);
  standardNames = new Map(
    out.split('\n').flatMap(line => {
      const [standard, , own] = line.split(/\s+/);
      return own ? [[own, standard!] as const] : [];
    }),
  );
});
afterAll(() => authority?.close());

type Target = { readonly address: string; readonly port: number; readonly serverName: string };

/** What `openssl x509` shows of one certificate. */
async function opensslShows(pem: string) {
  const args = ['x509', '-noout', '-serial', '-fingerprint', '-sha256', '-dates', '-dateopt', 'iso_8601'];
  const { out } = await run('openssl', [...args, '-text', '-ext', 'subjectAltName'], pem);
  const value = (label: string) => new RegExp(`^${label}=(.*)$`, 'm').exec(out)?.[1] ?? '';
  return {
    fingerprint: value('sha256 Fingerprint').replaceAll(':', ''),
    serial: value('serial'),
    notBefore: Date.parse(value('notBefore')),
    notAfter: Date.parse(value('notAfter')),
    names: [...new Set([...out.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name))],
    signature: /Signature Algorithm: (.*)/.exec(out)?.[1],
  };
}

/** What `openssl s_client` reads from a server. */
async function opensslReads({ address, port, serverName }: Target) {
  const args = ['s_client', '-connect', `${address}:${port}`, '-servername', serverName];
  args.push('-CAfile', authority.trustFile, '-cipher', offered, '-legacy_server_connect');
  const [long, brief] = [
    await run('openssl', [...args, '-showcerts']),
    await run('openssl', [...args, '-brief']),
  ];
  const said = (label: string) => new RegExp(`^${label}: (.*)$`, 'm').exec(brief.err)?.[1];
  const blocks = long.out.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const cipher = said('Ciphersuite') ?? '';
  return {
    protocol: said('Protocol version'),
    cipher: standardNames.get(cipher) ?? cipher,
    trusted: said('Verification') === 'OK',
    chain: await Promise.all(blocks.map(opensslShows)),
    bits: /, (\d+) bits/.exec(said('Server Temp Key') ?? '')?.[1],
  };
}

/** The same of what the probe reads. */
async function probeReads(target: Target) {
  const layers = await tls.run({ ...target, trust: [authority.office.trust] }, context());
  const reading = layers.tls;
  if (reading === undefined || 'notApplicable' in reading) throw new Error('no TLS reading');
  const { protocol, cipher, chain, keyExchange, verification } = reading;
  return {
    reading,
    comparable: {
      protocol,
      cipher,
      trusted: verification?.trusted,
      chain: chain.map(({ fingerprint, serial, notBefore, notAfter, names, signature }) => ({
        fingerprint,
        serial,
        notBefore: Date.parse(notBefore),
        notAfter: Date.parse(notAfter),
        names: names.dns,
        signature,
      })),
      bits: keyExchange?.bits?.toString(),
    },
  };
}

test('nginx: chain, protocol, cipher suite and key exchange as openssl s_client reads them', async () => {
  const edge = await startEdge(lab, authority);
  try {
    for (const port of [8443, 5061]) {
      const target = { address: lab.expe1, port, serverName: `expe1.${domain}` };
      const { reading, comparable } = await probeReads(target);
      expect(comparable).toEqual(await opensslReads(target));
      expect(comparable).toMatchObject({ protocol: 'TLSv1.2', trusted: true });
      expect(reading).toMatchObject({ clientCertificate: 'not-requested', path: { end: 'anchored' } });
      expect(reading.chain).toHaveLength(2);
    }
  } finally {
    await edge.stop();
  }
});

describe('openssl s_server', () => {
  const target = { address: lab.behind, port: 8443, serverName: `expe1.${domain}` };

  type Case = {
    readonly when: string;
    readonly recipe?: Partial<CertificateRecipe>;
    readonly args?: readonly string[];
    readonly expected: object;
    readonly length?: number;
    readonly withRoot?: true;
  };
  const cases: readonly Case[] = [
    { when: 'TLS 1.2 only', args: ['-tls1_2'], expected: { protocol: 'TLSv1.2' } },
    { when: 'TLS 1.3 only', args: ['-tls1_3'], expected: { protocol: 'TLSv1.3' } },
    { when: 'TLS 1.1 only', args: ['-tls1_1', '-cipher', weak], expected: { protocol: 'TLSv1.1' } },
    { when: 'TLS 1.0 only', args: ['-tls1', '-cipher', weak], expected: { protocol: 'TLSv1' } },
    {
      when: 'RSA key transport',
      args: ['-tls1_2', '-cipher', 'AES128-SHA256'],
      expected: { cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA256' },
    },
    {
      when: 'a finite-field group of 2048 bits',
      args: ['-tls1_2', '-cipher', 'DHE-RSA-AES128-GCM-SHA256'],
      expected: { keyExchange: { type: 'DH', bits: 2048 } },
    },
    { when: 'an EC key', recipe: { key: 'ec' }, expected: { verification: { trusted: true } } },
    {
      when: 'the leaf alone',
      recipe: { sends: 'leaf' },
      length: 1,
      expected: { path: { end: 'incomplete' } },
    },
    { when: 'the root as well', withRoot: true, length: 3, expected: { path: { end: 'anchored' } } },
    {
      when: 'a certificate that is expired',
      recipe: { fromDay: -400 },
      expected: { path: { end: 'anchored' }, verification: { trusted: false, code: 'CERT_HAS_EXPIRED' } },
    },
    {
      when: 'a certificate that signs itself',
      recipe: { issuer: 'self' },
      length: 1,
      expected: { path: { end: 'untrusted-root' }, verification: { trusted: false } },
    },
    {
      when: 'a certificate of an unknown authority',
      recipe: { issuer: 'unknown' },
      expected: { path: { end: 'incomplete' }, verification: { trusted: false } },
    },
    {
      when: 'a client certificate asked for, TLS 1.2',
      args: ['-tls1_2', '-verify', '1'],
      expected: { clientCertificate: 'requested' },
    },
    {
      when: 'a client certificate asked for, TLS 1.3',
      args: ['-tls1_3', '-verify', '1'],
      expected: { clientCertificate: 'requested' },
    },
  ];

  test.each(cases)('$when', async ({ recipe = {}, args = [], expected, length = 2, withRoot }) => {
    const issued = await issue(authority, 'expe1', recipe);
    const root = authority.office.trust.split(/(?<=-----END CERTIFICATE-----\n)/)[0]!;
    const credentials = withRoot ? { ...issued, cert: issued.cert + root } : issued;
    const server = await startOpenssl(target, credentials, args);
    try {
      const { reading, comparable } = await probeReads(target);
      expect(comparable).toEqual(await opensslReads(target));
      expect(reading).toMatchObject(expected);
      expect(reading.chain).toHaveLength(length);
    } finally {
      await server.stop();
    }
  });

  test.each([
    { version: 'TLS 1.2', args: ['-tls1_2', '-Verify', '1'] },
    { version: 'TLS 1.3', args: ['-tls1_3', '-Verify', '1'] },
  ])('a client certificate insisted on, $version: the chain is read all the same', async ({ args }) => {
    const server = await startOpenssl(target, await issue(authority, 'expe1'), args);
    try {
      const { reading, comparable } = await probeReads(target);
      expect(reading).toMatchObject({ clientCertificate: 'required', path: { end: 'anchored' } });
      const { chain } = await opensslReads(target);
      expect(comparable.chain).toEqual(chain);
      expect(chain).toHaveLength(2);
    } finally {
      await server.stop();
    }
  });
});
