import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test, vi } from 'vitest';
import {
  authority,
  clientAuth,
  dnsName,
  eku,
  issue,
  san,
  serverAuth,
} from '../offline/certificates/issue.ts';
import { toTar } from '../offline/logs/archives.ts';
import { mradar } from './program.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'mradar-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

function archive(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  writeFileSync(path, gzipSync(toTar(files)));
  return path;
}

const root = authority('Root');
const server = (host: string, ...others: string[]) =>
  issue({
    name: host,
    by: root,
    extensions: [san(...[host, ...others].map(dnsName)), eku(serverAuth, clientAuth)],
  });

const zone = (type: string, ...others: string[]) =>
  [
    'Name: "Traversal"',
    `Type: "${type}"`,
    `${type} Authentication Mode: "DoNotCheckCredentials"`,
    `${type} Collaboration Edge: "On"`,
    `${type} SIP Media Encryption Mode: "On"`,
    `${type} SIP Port: "7001"`,
    `${type} SIP TLS Verify Mode: "On"`,
    `${type} SIP Transport: "TLS"`,
    ...others.map(other => `${type} ${other}`),
  ].map(line => `Zones Zone 1 ${line}`);
const settings = (host: string, ...lines: string[]) =>
  [
    `IP DNS Hostname: "${host}"`,
    'IP DNS Domain Name: "example.com"',
    'DNS Server 1 Address: "10.0.0.53"',
    'NTP Server 1 Address: "10.0.0.5"',
    'CollaborationEdge Enabled: "On"',
    ...lines,
  ]
    .map(line => `*c xConfiguration ${line}\n`)
    .join('');

const expe = {
  'loggingsnapshot_expe1_2026-11-20.txt':
    '2026-11-20T00:00:00Z expe1 tvcs: Module="network.tcp" Detail="TCP Connecting"\n',
  'xconf_dump_expe1_2026-11-20.txt': settings(
    'expe1',
    ...zone('TraversalServer', 'SIP TLS Verify Subject Name: "expc1.example.com"'),
  ),
  'xstat_dump_expe1_2026-11-20.txt': '*s SystemUnit Software Version: "X15.0.2"\n',
  'ca_expe1.pem': root.pem,
  'server_expe1.pem': server('expe1.example.com', 'example.com').pem,
};
const expc = {
  'xconf_dump_expc1_2026-11-20.txt': settings(
    'expc1',
    'SIP Domains Domain 1 Name: "example.com"',
    'SIP Domains Domain 1 Edge: "On"',
    ...zone('TraversalClient', 'Peer 1 Address: "expe1.example.com"'),
  ),
  'xstat_dump_expc1_2026-11-20.txt': '*s SystemUnit Software Version: "X15.0.2"\n',
  'ca_expc1.pem': root.pem,
  'server_expc1.pem': server('expc1.example.com').pem,
};

const read = async (...args: string[]) => {
  const { out, err, status } = await mradar(['logs', '--format', 'json', '--unredacted', ...args]);
  expect(err).toBe('');
  const { judged, ...report } = JSON.parse(out);
  const codes = judged.causes.map(({ code }: { readonly code: string }) => code);
  return { status, report, judged, codes };
};

test('two sound archives are judged together and found in order', async () => {
  const { status, judged, codes } = await read(archive('e.tar.gz', expe), archive('c.tar.gz', expc));
  expect(codes).toEqual([]);
  expect(status).toBe(0);
  expect(judged.domains).toEqual(['example.com']);
  expect(judged.nodes.map(({ place: _, ...node }: { readonly place: string }) => node)).toEqual([
    { host: 'expe1.example.com', role: 'expressway_e', version: 'X15.0.2' },
    { host: 'expc1.example.com', role: 'expressway_c', version: 'X15.0.2' },
  ]);
  const passed = judged.passed.map(({ check }: { readonly check: string }) => check);
  expect(passed).toEqual(
    expect.arrayContaining([
      ...['settings/zone-name', 'settings/zone-port', 'settings/zone-security', 'settings/domains'],
      ...['certificate/san-service-domain', 'certificate/issuer-trusted', 'certificate/san-host-name'],
      'declared/minimum-versions',
    ]),
  );
});

test('wrong settings and a wrong certificate are found, and nobody is named', async () => {
  const wrong = {
    ...expc,
    'xconf_dump_expc1_2026-11-20.txt': expc['xconf_dump_expc1_2026-11-20.txt']
      .replace('DoNotCheckCredentials', 'CheckCredentials')
      .replace('SIP Port: "7001"', 'SIP Port: "7002"'),
    'server_expc1.pem': server('other.example.com').pem,
  };
  const paths = [archive('e.tar.gz', expe), archive('wrong.tar.gz', wrong)];
  const { codes, status } = await read(...paths);
  expect(status).toBe(2);
  expect(codes).toEqual(
    expect.arrayContaining([
      ...['SETTINGS_ZONE_AUTHENTICATES', 'SETTINGS_ZONE_PORTS_DIFFER', 'SETTINGS_ZONE_NAME_STRANGE'],
    ]),
  );
  const { out } = await mradar(['logs', ...paths]);
  const section = out.slice(
    out.indexOf('Certificates and settings judged'),
    out.indexOf('Certificates found'),
  );
  expect(section).toContain('CALL-001');
  expect(section).not.toContain('expc1.example.com');
});

test('what one Expressway shows is judged by the list of authorities that the other one trusts', async () => {
  const other = authority('Other Root');
  const paths = (list: string) => [
    archive('e.tar.gz', expe),
    archive('c-list.tar.gz', { ...expc, 'ca_expc1.pem': list }),
  ];
  const strange = await read(...paths(other.pem));
  expect(strange.codes).toEqual(['ZONE_PEER_NOT_TRUSTED']);
  expect(strange.judged.causes[0].title).toContain('not among the authorities that Expressway-C trusts');
  const known = await read(...paths(`${other.pem}\n${root.pem}`));
  expect(known.codes).toEqual([]);
});

test('an archive that does not tell its role needs --role, and a domain may be told', async () => {
  const bare = archive('bare.tar.gz', {
    'loggingsnapshot_expe1_2026-11-20.txt': expe['loggingsnapshot_expe1_2026-11-20.txt'],
    'ca_expe1.pem': root.pem,
    'server_expe1.pem': server('expe1.example.com').pem,
  });
  const { out } = await mradar(['logs', bare]);
  expect(out).toContain('--role');
  const { codes, judged } = await read(bare, '--role', 'expressway-e', '--domain', 'example.com');
  expect(judged.nodes[0]).toMatchObject({ host: 'expe1', role: 'expressway_e' });
  expect(codes).toContain('CERT_SAN_DOMAIN_MISSING');
});

test('a log on standard input is searched, and its status says how bad it is', async () => {
  const line =
    '2026-11-20T10:00:00Z expc edgeconfigprovisioning: Level="INFO" Detail="Failed to authenticate user against server" Username="jdoe"\n';
  const { out, status } = await mradar(['logs', '-'], line);
  expect(status).toBe(2);
  expect(out).toContain('AUTH-001');
  expect(out).not.toContain('jdoe');
});
