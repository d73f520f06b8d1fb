import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Examination, examine } from '../../src/commands/examine.ts';
import { toData } from '../../src/offline/certificates/tell.ts';
import { issue as issueRsa } from '../net/certificates.ts';
import { closedPort, tlsServer } from '../net/servers.ts';
import {
  authority,
  clientAuth,
  der,
  dnsName,
  eku,
  issue,
  san,
  serverAuth,
} from '../offline/certificates/issue.ts';
import { mradar } from './program.ts';

vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), 'mradar-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const root = authority('Root');
const middle = authority('Middle', root);
const host = 'expe1.example.com';
const leaf = issue({
  name: host,
  by: middle,
  extensions: [san(dnsName(host), dnsName('example.com')), eku(serverAuth, clientAuth)],
});
const rootFile = file('root.pem', root.pem);
const trust = { trust: [rootFile], onlyTrust: true } as const;
const trustWords = ['--trust', rootFile, '--only-trust'];
const chain = file('chain.pem', leaf.pem + middle.pem);
const alone = file('leaf.pem', leaf.pem);
const role = { role: 'expressway_e', domain: ['example.com'], productVersion: 'X15.0' } as const;

async function judge(targets: readonly string[], options: Partial<Examination> = {}) {
  const data = toData(await examine(targets, { timeout: 5, ...trust, ...options }));
  return {
    data,
    codes: data.reasons.map(({ code }) => code),
    found: data.findings?.map(({ code }) => code),
  };
}

describe('from files', () => {
  test('a good certificate for its role', async () => {
    const words = ['--role', 'expressway-e', '--domain', 'example.com', '--product-version', 'X15.0'];
    const { status, out, err } = await mradar([
      'certificate',
      chain,
      ...trustWords,
      ...words,
      '--host',
      host,
      '--format',
      'json',
    ]);
    expect([status, err]).toEqual([0, '']);
    const data = JSON.parse(out);
    expect(data).toMatchObject({
      schema: 1,
      verdict: 'trusted',
      reasons: [],
      status: 'ok',
      findings: [],
      host,
    });
    expect(data.chain.map(({ commonName }: { commonName: string }) => commonName)).toEqual([
      host,
      'Middle',
      'Root',
    ]);
    expect(data.chain[0]).toMatchObject({ from: chain, isCa: false, lifetimeDays: 7305 });
    expect(data.passed).toContain('certificate/san-service-domain');
  });

  test('the wrong name and a missing issuer are told together', async () => {
    const { data, codes } = await judge([alone], { host: 'expe2.example.com' });
    expect([data.status, codes]).toEqual(['critical', ['issuer-missing', 'name-mismatch']]);
    expect(data.missing).toEqual([{ subject: 'CN=Middle', inTrust: false }]);
  });

  test('an intermediate may come from a file of its own, and is named when only the trust store has it', async () => {
    const elsewhere = file('middle-only.pem', middle.pem);
    const given = await judge([alone, elsewhere]);
    expect(given.data).toMatchObject({ verdict: 'trusted', missing: [] });
    const trusting = await judge([alone], { trust: [rootFile, elsewhere] });
    expect(trusting.data).toMatchObject({ verdict: 'trusted' });
  });

  test('the rules of the role are those of the live checks, with their entries', async () => {
    const poor = issue({ name: host, by: middle, extensions: [san(dnsName(host)), eku(serverAuth)] });
    const { data, found } = await judge([file('poor.pem', poor.pem + middle.pem)], { ...role, host });
    expect([data.status, data.verdict]).toEqual(['critical', 'trusted']);
    expect(found?.toSorted()).toEqual(['CERT_EKU_CLIENT_MISSING', 'CERT_SAN_DOMAIN_MISSING']);
    expect(data.findings?.every(finding => 'remedy' in finding && finding.remedy!.length > 0)).toBe(true);
  });

  test('at another time', async () => {
    expect((await judge([chain], { at: Date.parse('2041-01-01') })).codes).toContain('expired');
  });

  test('a certificate that nobody can read is not trusted, whatever else is there', async () => {
    const odd = der(0x30, der(0x30)).toString('base64');
    const block = `-----BEGIN CERTIFICATE-----\n${odd}\n-----END CERTIFICATE-----\n`;
    const { codes } = await judge([file('broken.pem', leaf.pem + block + middle.pem)]);
    expect(codes).toEqual(['unreadable']);
  });

  test('in words', async () => {
    const { status, out } = await mradar([
      'certificate',
      alone,
      ...trustWords,
      '--host',
      'expe2.example.com',
    ]);
    expect(status).toBe(2);
    expect(out).toContain(`${alone}: NOT TRUSTED as expe2.example.com`);
    expect(out).toContain('expe1.example.com was issued by CN=Middle, whose certificate is missing.');
    expect(out).toContain(`made out to ${host}, example.com, not to expe2.example.com`);
  });

  test('PKCS#12 with the password from a file or the environment, and never in the output', async () => {
    const made = issueRsa({ commonName: 'rsa.test', names: { dns: ['rsa.test'] } });
    const container = forge.pkcs12.toPkcs12Asn1(
      forge.pki.privateKeyFromPem(made.key),
      [forge.pki.certificateFromPem(made.pem)],
      'geheim-4711',
      { algorithm: '3des', count: 10 },
    );
    const p12 = file('a.p12', Buffer.from(forge.asn1.toDer(container).getBytes(), 'binary'));
    const own = ['--trust', file('own.pem', made.pem), '--only-trust'];
    const opened = await mradar([
      'certificate',
      p12,
      ...own,
      '--password-file',
      file('secret', 'geheim-4711\n'),
    ]);
    expect([opened.status, opened.err]).toEqual([0, '']);
    const wrong = await mradar([
      'certificate',
      p12,
      ...own,
      '--password-file',
      file('wrong', 'falsch-0815\n'),
    ]);
    expect(wrong.status).toBe(3);
    expect(wrong.err).toContain('The password does not open it.');
    expect(opened.out + wrong.err + wrong.out).not.toMatch(/geheim-4711|falsch-0815/);
  });

  test.each([
    [['/nonexistent.pem'], 'no such file'],
    [[alone, '--at', 'tomorrow'], 'time'],
    [[alone, '--role', 'router'], 'expressway-e'],
    [[alone, '--only-trust'], '--trust'],
    [[file('words.txt', 'no certificate at all')], 'neither PEM nor DER'],
  ])('%j is a wrong usage', async (words, told) => {
    const { status, err } = await mradar(['certificate', ...words]);
    expect(status).toBe(3);
    expect(err.toLowerCase()).toContain(told.toLowerCase());
  });
});

describe('live', () => {
  test('with --only-trust the rules of the role trust nothing else either', async () => {
    const port = await tlsServer({ key: leaf.key, cert: leaf.pem + middle.pem });
    const other = file('other-root.pem', authority('Other').pem);
    const of = async (...files: readonly string[]) =>
      (await judge([`127.0.0.1:${port}`], { ...role, host, trust: files })).found ?? [];
    expect(await of(rootFile)).not.toContain('CERT_ISSUER_UNTRUSTED');
    expect(await of(other)).toContain('CERT_ISSUER_UNTRUSTED');
  });

  test('what a server sends, its missing issuer named', async () => {
    const port = await tlsServer({ key: leaf.key, cert: leaf.pem });
    const { data, codes, found } = await judge([`127.0.0.1:${port}`], { ...role, host });
    expect([codes, found]).toEqual([['issuer-missing'], ['CERT_CHAIN_INCOMPLETE']]);
    expect(data.live).toMatchObject({ address: '127.0.0.1', openssl: { trusted: false } });
  });

  test('a whole chain', async () => {
    const port = await tlsServer({ key: leaf.key, cert: leaf.pem + middle.pem });
    const { data } = await judge([`127.0.0.1:${port}`], { ...role, host });
    expect([data.status, data.verdict, data.findings]).toEqual(['ok', 'trusted', []]);
  });

  test('a port where nobody listens', async () => {
    const { data, codes } = await judge([`127.0.0.1:${await closedPort()}`]);
    expect([data.status, codes]).toEqual(['critical', ['no-certificate']]);
  });
});
