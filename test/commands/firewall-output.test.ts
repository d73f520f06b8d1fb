import { expect, test, vi } from 'vitest';
import { parseLine } from '../../src/offline/allow-list/csv.ts';
import { mradar } from './program.ts';

// Each test starts the program, which takes a second and more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const run = (...args: string[]) => mradar(['firewall', 'example.com', ...args]);

test('a domain alone gives the table, with names instead of addresses', async () => {
  const { status, out } = await run('--size', 'large', '--nic', 'dual');
  expect(status).toBe(0);
  expect(out).toContain('targets of _collab-edge._tls.example.com');
  expect(out).toMatch(/Expressway-C +25000-29999 +Expressway-E, internal interface +TCP \(TLS\) +7001/);
  expect(out).toContain('Must not be possible, DMZ to inside');
  expect(out).not.toContain('NAT reflection');
  expect(out).not.toContain('\u001b');
});

test('CSV has one line for each rule, and as many values on each', async () => {
  const { out } = await run('--format', 'csv');
  const rows = out
    .trimEnd()
    .split('\r\n')
    .map(line => parseLine(line));
  const { deployments } = JSON.parse((await run('--json')).out);
  expect(rows).toHaveLength(deployments[0].rules.length + 1);
  expect(new Set(rows.map(({ fields }) => fields.length)).size).toBe(1);
  expect(rows.flatMap(({ faults }) => faults)).toEqual([]);
});

test('JSON has a schema: ports as ranges, requirements and documents', async () => {
  const { schema, deployments } = JSON.parse((await run('--format', 'json')).out);
  expect(schema).toBe(1);
  expect(deployments[0].rules.find((rule: { id: string }) => rule.id === 'c-e-sip')).toMatchObject({
    action: 'allow',
    direction: 'inside to DMZ',
    sourcePorts: '25000-29999',
    protocol: 'TCP',
    secured: 'TLS',
    ports: [[7001, 7001]],
    requirements: ['PORT-03', 'PORT-26', 'PORT-39'],
  });
  expect(deployments[0].notRules.map(({ requirement }: { requirement: string }) => requirement)).toContain(
    'PORT-19',
  );
});

test('a media range that cannot be one is wrong usage', async () => {
  expect((await run('--media', '59999-36000')).status).toBe(3);
  expect((await run('--media', 'all')).status).toBe(3);
});
