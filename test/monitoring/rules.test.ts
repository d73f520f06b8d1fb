import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/publish/metrics.ts';
import { createStore } from '../../src/store/store.ts';
import { largest } from '../publish/largest.ts';
import { conversed, troubled } from '../publish/report.ts';

const folder = resolve(import.meta.dirname, '../../dashboards');
const run = promisify(execFile);
const alertmanager = join(folder, 'alertmanager/alertmanager.yml');

test('promtool finds nothing wrong with the rules and the example configuration', async () => {
  const { stdout } = await run('promtool', ['check', 'config', join(folder, 'prometheus/prometheus.yml')]);
  expect(stdout).toContain('is valid prometheus config file syntax');
});

test('every alert fires when it must and only then', { timeout: 60_000 }, async () => {
  const { stdout } = await run('promtool', ['test', 'rules', 'tests.yaml', 'tests-certificates.yaml'], {
    cwd: join(folder, 'prometheus'),
  });
  expect(stdout).toContain('SUCCESS');
});

test.each(['', 'application/openmetrics-text'])(
  'promtool finds nothing wrong with the metrics (%s)',
  async accept => {
    const store = createStore();
    for (const one of [troubled(), conversed(), largest('internal').report, largest('external').report])
      store.put(one);
    const text = (await createMetrics({ store, version: '1.2.3' }).exposition(accept)).pieces.join('');
    if (accept !== '') return expect(text.endsWith('# EOF\n')).toBe(true);
    const checking = run('promtool', ['check', 'metrics']);
    checking.child.stdin!.end(text);
    expect(await checking).toEqual({ stdout: '', stderr: '' });
  },
);

test('amtool finds nothing wrong with the example for Alertmanager', async () => {
  expect((await run('amtool', ['check-config', alertmanager])).stdout).toContain('SUCCESS');
});

test.each([
  ['pager', 'MradarSignInBroken', 'critical', 'acme'],
  ['pager', 'MradarFirewallBlocks', 'critical', 'acme'],
  ['pager', 'MradarBlind', 'critical', 'acme'],
  ['pager', 'MradarCertificateExpiresNow', 'critical', 'acme'],
  ['tickets', 'MradarCertificateExpires', 'warning', 'acme'],
  ['tickets', 'MradarAtRisk', 'warning', 'acme'],
  ['tickets', 'MradarDnsExposed', 'warning', 'acme'],
  ['pager', 'MradarDown', 'critical', ''],
  ['pager', 'MradarStale', 'critical', 'acme'],
  ['tickets', 'MradarLate', 'warning', ''],
  ['tickets', 'MradarReloadFailed', 'warning', ''],
])('to %s goes %s', async (receiver, alertname, severity, deployment) => {
  const labels = [
    `alertname=${alertname}`,
    `severity=${severity}`,
    ...(deployment ? [`deployment=${deployment}`] : []),
  ];
  const words = [
    'config',
    'routes',
    'test',
    `--config.file=${alertmanager}`,
    `--verify.receivers=${receiver}`,
  ];
  expect((await run('amtool', [...words, ...labels])).stdout.trim()).toBe(receiver);
});
