import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';

const root = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** The Node that runs this test also runs the installed program. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NO_COLOR: '1' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mradar-package-'));
  const packed = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, env });
  const [{ filename }] = Object.values(JSON.parse(packed.stdout)) as [{ filename: string }];
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename)];
  await execute('npm', install, { cwd: folder, env });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function mradar(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await execute(join(folder, 'node_modules/.bin/mradar'), words, {
      cwd: folder,
      env,
    });
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

test('the installed program tells its version', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(await mradar('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

test('the installed program looks at a deployment and names what is wrong', async () => {
  const simulator = await startSimulator();
  try {
    const trust = join(folder, 'trust.pem');
    const config = join(folder, 'mradar.yaml');
    await writeFile(trust, simulator.trust);
    await writeFile(config, simulator.yaml('external', trust));
    expect(await mradar('troubleshoot', '--config', config)).toMatchObject({ status: 0, err: '' });
    await simulator.set('chain-incomplete', true);
    const { status, out } = await mradar('troubleshoot', '--config', config);
    expect(status).toBe(2);
    expect(out).toContain('CERT_CHAIN_INCOMPLETE');
    expect(out).toContain('Maintenance > Security');
  } finally {
    await simulator.stop();
  }
}, 60_000);

test('the installed program runs the demonstration, threads included', async () => {
  const child = execFile(
    join(folder, 'node_modules/.bin/mradar'),
    ['demo', '--port', '0', '--fault', 'node-silent'],
    { cwd: folder, env },
  );
  let out = '';
  try {
    await new Promise<void>((done, failed) => {
      child.once('exit', code => failed(new Error(`it ended with ${code}: ${out}`)));
      child.stdout!.on('data', text => {
        out += text;
        if (out.includes('NODE_SILENT')) done();
      });
    });
    expect(out).toMatch(/Status page {2}http:\/\/127\.0\.0\.1:\d+\//);
  } finally {
    const ended = new Promise(end => child.once('exit', end));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
}, 60_000);
