import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SurveyReading, tlsSurvey } from '../../probes/tls-survey.ts';
import type { SecureVersion } from '../../src/net/tls.ts';
import type { Credentials } from '../../src/simulator/certificates.ts';
import { certificateStatus } from '../../src/simulator/stapled.ts';
import { type Authority, domain, issue, labAt, openAuthority } from './edge.ts';
import { startOpenssl } from './openssl.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(15);
const target = { address, port: 8443, serverName: `expe1.${domain}` };
const weak = 'ALL:@SECLEVEL=0';
const flags = { TLSv1: '-tls1', 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;
const versions = Object.keys(flags) as readonly SecureVersion[];

let authority: Authority;
let own: Credentials;
beforeAll(async () => {
  authority = await openAuthority();
  own = await issue(authority, 'expe1');
});
afterAll(() => authority?.close());

const file = (name: string) => join(authority.folder, name);

/** One handshake of `openssl s_client`: what it wrote, undefined when there was none. */
async function shakes(...args: readonly string[]): Promise<string | undefined> {
  const at = ['s_client', '-connect', `${address}:${target.port}`, '-ign_eof'];
  const name = args.includes('-noservername') ? [] : ['-servername', target.serverName];
  const ask = 'GET / HTTP/1.0\r\n\r\n';
  const { out, err } = await run('openssl', [...at, ...name, '-CAfile', authority.trustFile, ...args], ask);
  return /BEGIN CERTIFICATE/.test(out) ? out + err : undefined;
}

function fingerprint(output: string | undefined): string {
  const [pem] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(output ?? '') ?? [];
  if (pem === undefined) return 'none';
  const args = ['x509', '-noout', '-fingerprint', '-sha256'];
  return execFileSync('openssl', args, { input: pem, encoding: 'utf8' })
    .trim()
    .split('=')[1]!
    .replaceAll(':', '');
}

/** What `openssl s_client` finds with one offer after the other. */
async function opensslFinds() {
  const all = await Promise.all(
    versions.map(version => shakes(flags[version], ...(version === 'TLSv1.3' ? [] : ['-cipher', weak]))),
  );
  const limit = all[2] === undefined && all[3] !== undefined ? '-tls1_3' : '-tls1_2';
  const kind = (suites: string, signatures: string) =>
    limit === '-tls1_3'
      ? shakes(limit, '-sigalgs', signatures)
      : shakes(limit, '-cipher', `${suites}:@SECLEVEL=0`);
  const [rsa, ecdsa] = [await kind('aRSA', 'RSA-PSS+SHA256'), await kind('aECDSA', 'ECDSA+SHA256')];
  const group = await shakes('-no_tls1_3', '-cipher', `kDHE:@SECLEVEL=0`);
  const status = all.findLast(one => one !== undefined) && (await shakes('-status'));
  const names = /Acceptable client certificate CA names\n((?:.*=.*\n)+)/.exec(all.join('\n'))?.[1];
  return {
    accepted: versions.filter((_, i) => all[i] !== undefined),
    rsa: fingerprint(rsa),
    ecdsa: fingerprint(ecdsa),
    withoutName: fingerprint(await shakes('-noservername')),
    dhBits: /Server Temp Key: DH, (\d+) bits/.exec(group ?? '')?.[1] ?? 'none',
    stapled: /Cert Status: (\w+)/.exec(status ?? '')?.[1] ?? 'none',
    clientAuthorities: names?.trim().split('\n').length ?? 0,
  };
}

/** The same of what the probe reads. */
async function probeFinds() {
  const { survey } = await tlsSurvey.run({ ...target, trust: [authority.office.trust] }, context());
  const reading = survey as SurveyReading;
  const shown = (what: SurveyReading['rsa']) =>
    what === undefined || what === 'none' ? what : what.certificate.fingerprint;
  const { stapled } = reading;
  return {
    reading,
    comparable: {
      accepted: reading.accepted,
      rsa: shown(reading.rsa),
      ecdsa: shown(reading.ecdsa),
      withoutName: shown(reading.withoutName),
      // of TLS 1.3 it is not asked
      dhBits: String(reading.dhBits ?? 'none'),
      stapled: typeof stapled === 'object' && 'status' in stapled ? stapled.status : 'none',
      clientAuthorities: reading.clientAuthorities?.length ?? 0,
    },
  };
}

describe('a server of OpenSSL is surveyed as openssl s_client finds it', () => {
  beforeAll(async () => {
    const write = async (name: string, { cert, key }: Credentials) => {
      await writeFile(file(`${name}.pem`), cert);
      await writeFile(file(`${name}.key`), key, { mode: 0o600 });
    };
    await write('ec', await issue(authority, 'expe1', { key: 'ec' }));
    await write('other', await issue(authority, 'expe2'));
    for (const kind of ['good', 'revoked'] as const)
      await writeFile(file(`${kind}.der`), certificateStatus(kind, new Date()));
  });

  type Case = {
    readonly when: string;
    readonly args: () => readonly string[];
    readonly expected: Partial<SurveyReading>;
  };
  const cases: readonly Case[] = [
    { when: 'as it comes', args: () => [], expected: { accepted: ['TLSv1.2', 'TLSv1.3'], ecdsa: 'none' } },
    { when: 'TLS 1.2 only', args: () => ['-tls1_2'], expected: { accepted: ['TLSv1.2'] } },
    { when: 'TLS 1.3 only', args: () => ['-tls1_3'], expected: { accepted: ['TLSv1.3'] } },
    {
      when: 'TLS 1.0 and 1.1 as well',
      args: () => ['-min_protocol', 'TLSv1', '-cipher', weak],
      expected: { accepted: [...versions] },
    },
    {
      when: 'two certificates',
      args: () => ['-dcert', file('ec.pem'), '-dkey', file('ec.key')],
      expected: { ecdsa: expect.objectContaining({ certificate: expect.anything() }) },
    },
    {
      when: 'another certificate for who names the server',
      args: () => [
        ...['-servername', target.serverName],
        ...['-cert2', file('other.pem'), '-key2', file('other.key')],
      ],
      expected: {},
    },
    {
      when: 'a Diffie-Hellman group',
      args: () => ['-tls1_2', '-cipher', weak],
      expected: { dhBits: 2048 },
    },
    {
      when: 'a client certificate asked for, with the authorities named',
      args: () => ['-verify', '1', '-CAfile', authority.trustFile],
      expected: { withoutCertificate: { 'TLSv1.2': 'requested', 'TLSv1.3': 'requested' } },
    },
    {
      when: 'a client certificate demanded',
      args: () => ['-Verify', '1', '-CAfile', authority.trustFile],
      expected: { withoutCertificate: { 'TLSv1.2': 'required', 'TLSv1.3': 'required' } },
    },
    { when: 'a good status', args: () => ['-status_file', file('good.der')], expected: {} },
    { when: 'a revoked status', args: () => ['-status_file', file('revoked.der')], expected: {} },
  ];
  test.each(cases)('$when', async ({ args, expected }) => {
    const server = await startOpenssl(target, own, args());
    try {
      const { reading, comparable } = await probeFinds();
      expect(comparable).toEqual(await opensslFinds());
      expect(reading).toMatchObject(expected);
    } finally {
      await server.stop();
    }
  });
});
