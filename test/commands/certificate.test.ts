import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterAll, describe, expect, test } from 'vitest';
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
const trust = ['--trust', file('root.pem', root.pem), '--only-trust'];
const chain = file('chain.pem', leaf.pem + middle.pem);
const alone = file('leaf.pem', leaf.pem);
const role = ['--role', 'expressway-e', '--domain', 'example.com', '--product-version', 'X15.0'];

async function asJson(...words: string[]) {
  const { status, out, err } = await mradar(['certificate', ...words, '--format', 'json']);
  expect(err).toBe('');
  const data = JSON.parse(out);
  return { status, data, codes: data.reasons.map(({ code }: { code: string }) => code) };
}

describe('from files', () => {
  test('a good certificate for its role', async () => {
    const { status, data } = await asJson(chain, ...trust, ...role, '--host', host);
    expect(status).toBe(0);
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
    const { status, data, codes } = await asJson(alone, ...trust, '--host', 'expe2.example.com');
    expect([status, codes]).toEqual([2, ['issuer-missing', 'name-mismatch']]);
    expect(data.missing).toEqual([{ subject: 'CN=Middle', inTrust: false }]);
  });

  test('an intermediate that only the trust store has is named as one to send', async () => {
    const both = file('both.pem', root.pem + middle.pem);
    const { data } = await asJson(alone, '--trust', both, '--only-trust');
    expect(data).toMatchObject({ verdict: 'trusted' });
    const elsewhere = file('middle-only.pem', middle.pem);
    const { data: given } = await asJson(alone, elsewhere, ...trust);
    expect(given).toMatchObject({ verdict: 'trusted', missing: [] });
  });

  test('the rules of the role are those of the live checks, with their entries', async () => {
    const poor = issue({ name: host, by: middle, extensions: [san(dnsName(host)), eku(serverAuth)] });
    const { status, data } = await asJson(
      file('poor.pem', poor.pem + middle.pem),
      ...trust,
      ...role,
      '--host',
      host,
    );
    expect([status, data.verdict]).toEqual([2, 'trusted']);
    const found = data.findings.map(({ code }: { code: string }) => code);
    expect(found.toSorted()).toEqual(['CERT_EKU_CLIENT_MISSING', 'CERT_SAN_DOMAIN_MISSING']);
    expect(data.findings[0].remedy.length).toBeGreaterThan(0);
  });

  test('at another time', async () => {
    const { status, codes } = await asJson(chain, ...trust, '--at', '2041-01-01');
    expect([status, codes.includes('expired')]).toEqual([2, true]);
  });

  test('a certificate that nobody can read is not trusted, whatever else is there', async () => {
    const broken = file(
      'broken.pem',
      `${leaf.pem}-----BEGIN CERTIFICATE-----\n${der(0x30, der(0x30)).toString('base64')}\n-----END CERTIFICATE-----\n${middle.pem}`,
    );
    const { status, codes } = await asJson(broken, ...trust);
    expect([status, codes]).toEqual([2, ['unreadable']]);
  });

  test('in words', async () => {
    const { status, out } = await mradar(['certificate', alone, ...trust, '--host', 'expe2.example.com']);
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
  test('what a server sends, its missing issuer named', async () => {
    const port = await tlsServer({ key: leaf.key, cert: leaf.pem });
    const { status, data, codes } = await asJson(`127.0.0.1:${port}`, ...trust, ...role, '--host', host);
    expect([status, codes]).toEqual([2, ['issuer-missing']]);
    expect(data.findings.map(({ code }: { code: string }) => code)).toEqual(['CERT_CHAIN_INCOMPLETE']);
    expect(data.live).toMatchObject({ address: '127.0.0.1', openssl: { trusted: false } });
  });

  test('a whole chain', async () => {
    const port = await tlsServer({ key: leaf.key, cert: leaf.pem + middle.pem });
    const { status, data } = await asJson(`127.0.0.1:${port}`, ...trust, ...role, '--host', host);
    expect([status, data.verdict, data.findings]).toEqual([0, 'trusted', []]);
  });

  test('a port where nobody listens', async () => {
    const { status, codes } = await asJson(`127.0.0.1:${await closedPort()}`);
    expect([status, codes]).toEqual([2, ['no-certificate']]);
  });
});
