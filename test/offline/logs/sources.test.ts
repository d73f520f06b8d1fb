import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { assert, asyncProperty, constantFrom, nat, uint8Array } from 'fast-check';
import forge from 'node-forge';
import { expect, test } from 'vitest';
import { toTar, toZip } from './archives.ts';
import { readFiles } from './read.ts';

const trouble =
  '2020-01-01T00:00:00Z expc tvcs: Event="Registration Rejected" Reason="Unknown domain" Service="SIP"\n';

function certificate(): string {
  const keys = forge.pki.rsa.generateKeyPair(1024);
  const made = forge.pki.createCertificate();
  made.publicKey = keys.publicKey;
  made.serialNumber = '01';
  made.validity.notBefore = new Date('2026-01-01T00:00:00Z');
  made.validity.notAfter = new Date('2027-01-01T00:00:00Z');
  made.setSubject([{ name: 'commonName', value: 'expc.example.com' }]);
  made.setIssuer([{ name: 'commonName', value: 'Example CA' }]);
  made.sign(keys.privateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(made);
}

test('reads plain, gzip, tar, tar.gz and zip alike, and one in another', async () => {
  const { causes } = await readFiles({
    'plain.log': trouble,
    'one.log.gz': gzipSync(trouble),
    'two.log.gz': Buffer.concat([gzipSync(trouble), gzipSync(trouble)]),
    'logs.tar': toTar({ 'a.log': trouble }),
    'logs.tar.gz': gzipSync(toTar({ 'x/b.log': trouble, [`${'d/'.repeat(80)}c.log`]: trouble })),
    'report.zip': toZip({ 'd.log': trouble, 'inner.tar.gz': gzipSync(toTar({ 'e.log': trouble })) }),
    'nested.tar': toTar({ 'inner.zip': toZip({ 'f.log': trouble }) }),
  });
  expect(causes).toHaveLength(1);
  expect(causes[0]!.count).toBe(10);
  expect(causes[0]!.files).toEqual([
    'plain.log',
    'one.log',
    'two.log',
    'logs.tar/a.log',
    'logs.tar/x/b.log',
    `logs.tar/${'d/'.repeat(80)}c.log`,
    'report.zip/d.log',
    'report.zip/inner.tar/e.log',
    'nested.tar/inner.zip/f.log',
  ]);
});

test('lists certificates, settings and the version that a diagnostic archive holds', async () => {
  const report = await readFiles({
    'diagnostic.tar.gz': gzipSync(
      toTar({
        'loggingsnapshot_expc_2026.txt': trouble,
        'xconf_dump_expc.txt':
          '*c xConfiguration SIP TLS Certificate ExtendedKeyUsage Checking Mode: "On"\n*c xConfiguration Authentication Password: "{cipher}abc"\n',
        'xstat_dump_expc.txt': '*s SystemUnit:\n  Software:\n    Version: "X15.0.2"\n',
        'server_expc.pem': certificate(),
        'eth0_diagnostic_logging_tcpdump00.pcap': Buffer.from('d4c3b2a1020004000000', 'hex'),
      }),
    ),
  });
  expect(report.certificates).toMatchObject([
    {
      file: 'diagnostic.tar/server_expc.pem',
      subject: 'CN=expc.example.com',
      issuer: 'CN=Example CA',
      notAfter: '2027-01-01T00:00:00.000Z',
    },
  ]);
  expect(report.settings.map(({ name, value }) => [name, value])).toEqual([
    ['SIP TLS Certificate ExtendedKeyUsage Checking Mode', 'On'],
    ['Authentication Password', '<hidden>'],
  ]);
  expect(report.versions).toEqual(['X15.0.2']);
  expect(report.files).toHaveLength(1);
  expect(report.notes).toEqual([
    {
      place: 'diagnostic.tar/eth0_diagnostic_logging_tcpdump00.pcap',
      message: 'is a packet capture and was not searched',
    },
  ]);
});

test('a packed log of many megabytes is read whole', async () => {
  const noise = randomBytes(6 * 1024 * 1024)
    .toString('base64url')
    .match(/.{1,512}/g)!;
  const { files, notes } = await readFiles({ 'a.log.gz': gzipSync(noise.join('\n'), { level: 1 }) });
  expect(files[0]!.lines).toBe(noise.length);
  expect(notes.map(({ message }) => message).join()).not.toContain('in part');
});

test('what can be read before an archive breaks off is read, and that is said', async () => {
  const filler = Array.from({ length: 20_000 }, (_, i) => `line ${(i * 7919) % 10007}`).join('\n');
  const whole = gzipSync(`${trouble}${filler}`);
  const { causes, notes } = await readFiles({ 'a.log.gz': whole.subarray(0, whole.length - 2000) });
  expect(causes).toHaveLength(1);
  expect(notes.map(({ message }) => message)).toContainEqual(expect.stringContaining('read only in part'));
});

test('a damaged member of a tar archive does not hide the one before it', async () => {
  const tar = toTar({ 'a.log': trouble, 'b.log': trouble });
  tar.fill(0x55, 1024, 1100);
  const { causes, notes } = await readFiles({ 'x.tar': tar });
  expect(causes[0]!.count).toBe(1);
  expect(notes.map(({ message }) => message)).toContainEqual(expect.stringContaining('is damaged'));
});

test('an encrypted member of a zip archive is named', async () => {
  const { notes, status } = await readFiles({ 'x.zip': toZip({ 'a.log': trouble }, 1) });
  expect(notes).toEqual([{ place: 'x.zip/a.log', message: 'is encrypted' }]);
  expect(status).toBe('unknown');
});

test('UTF-16 of both kinds and lines that end with a carriage return are read, and noted', async () => {
  const wide = Buffer.from(`\ufeff${trouble}`, 'utf16le');
  const { causes, notes, files } = await readFiles({
    'le.log': wide,
    'be.log': Buffer.from(wide).swap16(),
    'bare.log': Buffer.from(`${'first line\n'}${trouble}`, 'utf16le'),
    'cr.log': `one\r${trouble.replace('\n', '\r')}`,
  });
  expect(causes[0]!.count).toBe(4);
  expect(files.map(({ lines }) => lines)).toEqual([1, 1, 2, 2]);
  expect(notes.map(({ message }) => message)).toEqual(
    expect.arrayContaining(['is written as UTF-16', 'has lines that end with a carriage return alone']),
  );
});

test('binary junk around a line does not hide it', async () => {
  const junk = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 31) % 256));
  const { causes, notes } = await readFiles({
    'a.log': Buffer.concat([junk, Buffer.from(`\n${trouble}`), junk]),
  });
  expect(causes).toHaveLength(1);
  expect(notes.map(({ message }) => message)).toContain('holds bytes that are not text');
});

test('no bytes, packed or damaged anywhere, make it throw or hang', async () => {
  const archives = [
    gzipSync(
      toTar({ 'a.log': trouble, 'b.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
    ),
    toZip({ 'a.log': trouble.repeat(50), 'xconf_dump.txt': 'xConfiguration A B: "1"' }),
    toTar({ 'a.log': trouble }),
    Buffer.from(trouble),
  ];
  await assert(
    asyncProperty(
      constantFrom(...archives),
      nat(),
      uint8Array({ maxLength: 40 }),
      nat(),
      async (archive, at, noise, cut) => {
        const damaged = Buffer.from(archive);
        damaged.set(noise.subarray(0, damaged.length - (at % damaged.length)), at % damaged.length);
        const { schema } = await readFiles({
          'x.bin': damaged.subarray(0, damaged.length - (cut % damaged.length)),
        });
        expect(schema).toBe(1);
      },
    ),
    { numRuns: 60 },
  );
}, 30_000);
