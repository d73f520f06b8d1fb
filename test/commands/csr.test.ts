import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { dnsName, eku, issue, san, serverAuth } from '../offline/certificates/issue.ts';
import { mradar } from './program.ts';

vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), 'mradar-csr-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const config = file(
  'mradar.yaml',
  `vantage: internal
deployments:
  - name: example
    domains: [example.com]
    nodes:
      expressway_e: [{ name: expe1.example.com, address: 127.0.0.1 }]
      expressway_c: [expc1.example.com]
    versions: { expressway_e: X14.0, expressway_c: X14.0 }
    phone_security_profiles: [jabber.secure.example.com]
`,
);

async function asJson(...words: string[]) {
  const { status, out, err } = await mradar(['csr', '--config', config, '--format', 'json', ...words]);
  expect(err).toBe('');
  return { status, data: JSON.parse(out) };
}

test('each Expressway with its names and purposes, and the requirements behind them', async () => {
  const { status, data } = await asJson();
  expect(status).toBe(0);
  const values = data.map(({ host, needs }: { host: string; needs: { value: string }[] }) => [
    host,
    ...needs.map(({ value }) => value),
  ]);
  expect(values).toEqual([
    ['expe1.example.com', 'expe1.example.com', 'example.com', 'serverAuth', 'clientAuth'],
    ['expc1.example.com', 'expc1.example.com', 'jabber.secure.example.com', 'serverAuth', 'clientAuth'],
  ]);
  const { out } = await mradar(['csr', '--config', config]);
  expect(out).toContain('CRT-04 D0 "CSR Requirements for Expressway Servers"');
  expect(out).toContain('CRT-14 D0 "CSR Requirements for Expressway Servers"');
});

test('a domain alone gives the list for an edge that nobody named', async () => {
  const { status, out } = await mradar(['csr', 'example.com']);
  expect(status).toBe(0);
  expect(out).toContain('none is declared');
  expect(out).toContain('(or collab-edge.example.com, _collab-edge._tls.example.com)');
});

test('a current certificate is told what it lacks', async () => {
  const names = san(dnsName('expe1.example.com'));
  const pem = file(
    'expe1.pem',
    issue({ name: 'expe1.example.com', extensions: [names, eku(serverAuth)] }).pem,
  );
  const { status, data } = await asJson('--compare', pem);
  expect(status).toBe(2);
  expect(data).toHaveLength(1);
  expect(data[0].current.lacks).toEqual([
    { kind: 'dns', value: 'example.com', level: 'required' },
    { kind: 'eku', value: 'clientAuth', level: 'required' },
  ]);
});

test('a live server is held against the list', async () => {
  const names = san(dnsName('expe1.example.com'), dnsName('_collab-edge.example.com'));
  const { key, pem } = issue({ name: 'expe1.example.com', extensions: [names] });
  const server = createServer({ key, cert: pem });
  await once(server.listen(8443, '127.94.1.1'), 'listening');
  onTestFinished(() => void server.close());
  const live = file('live.yaml', readFileSync(config, 'utf8').replace('127.0.0.1', '127.94.1.1'));
  const { status, out } = await mradar([
    'csr',
    '--config',
    live,
    '--compare',
    '--node',
    'expe1.example.com',
    '--format',
    'json',
  ]);
  expect(status).toBe(2);
  const [{ current }] = JSON.parse(out);
  expect(current).toMatchObject({
    source: 'expe1.example.com:8443',
    lacks: [{ kind: 'dns', value: 'example.com' }],
  });
});

test('a server that cannot be seen is unknown, not lacking', async () => {
  const { status, data } = await asJson('--compare', '--node', 'expe1.example.com', '--timeout', '1');
  expect(status).toBe(3);
  expect(data[0].current.why).toMatch(/ECONNREFUSED|timeout/);
});

test('keys and requests are for their owner only, and never overwritten', async () => {
  const out = join(folder, 'requests');
  const { status, data } = await asJson('--out', out, '--key', 'ec:P-256');
  expect(status).toBe(0);
  const names = readdirSync(out);
  expect(names.toSorted()).toEqual([
    'expc1.example.com.csr.pem',
    'expc1.example.com.key.pem',
    'expe1.example.com.csr.pem',
    'expe1.example.com.key.pem',
  ]);
  for (const name of names) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(data)).not.toContain('PRIVATE KEY');
  const before = names.map(name => readFileSync(join(out, name), 'utf8'));
  const again = await mradar(['csr', '--config', config, '--out', out]);
  expect([again.status, again.out]).toEqual([3, '']);
  expect(again.err).toContain('nothing is overwritten');
  expect(names.map(name => readFileSync(join(out, name), 'utf8'))).toEqual(before);
});

test('a link that leads elsewhere is not followed', async () => {
  const out = mkdtempSync(join(folder, 'links-'));
  const victim = join(folder, 'victim');
  symlinkSync(victim, join(out, 'expe1.example.com.key.pem'));
  const { status } = await mradar(['csr', '--config', config, '--out', out, '--key', 'ec:P-256']);
  expect(status).toBe(3);
  expect(() => statSync(victim)).toThrow();
  expect(readdirSync(out)).not.toContain('expc1.example.com.csr.pem');
});

test('an Expressway that is not there', async () => {
  const { status, err } = await mradar(['csr', '--config', config, '--node', 'expe9.example.com']);
  expect(status).toBe(3);
  expect(err).toContain('expe9.example.com');
});
