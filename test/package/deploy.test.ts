import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/config.ts';

const root = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mradar-deploy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr } = await execute(command, args, { cwd: root, env: { ...process.env, ...env } });
  return { out: stdout, err: stderr };
}

const mradar = (...args: string[]) => run(process.execPath, ['src/main.ts', ...args]);

test('systemd finds nothing wrong with the unit, and little that it leaves open', async () => {
  const unit = await readFile(join(root, 'deploy/systemd/mradar.service'), 'utf8');
  const file = join(folder, 'mradar.service');
  // the program and its manual are where a package puts them, which is not here
  await mkdir(join(folder, 'man/man1'), { recursive: true });
  await writeFile(join(folder, 'man/man1/mradar.1'), await readFile(join(root, 'docs/mradar.1')));
  await writeFile(file, unit.replace('/usr/bin/mradar', process.execPath));
  const env = { MANPATH: join(folder, 'man') };
  expect(await run('systemd-analyze', ['verify', file], env)).toEqual({ out: '', err: '' });
  const { out } = await run('systemd-analyze', ['security', '--offline=true', '--no-pager', file]);
  const [, level] = /Overall exposure level for mradar\.service: ([\d.]+)/.exec(out)!;
  expect(Number(level)).toBeLessThanOrEqual(1.1);
}, 30_000);

test('the manual page is what the program says, and nothing is wrong with it', async () => {
  const { out } = await mradar('manual');
  const page = await readFile(join(root, 'docs/mradar.1'), 'utf8');
  expect(page, 'out of date; run: node src/main.ts manual > docs/mradar.1').toBe(out);
  expect((await run('mandoc', ['-T', 'lint', 'docs/mradar.1'])).out).toBe('');
  const man = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', 'docs/mradar.1'];
  expect((await run('man', man, { MANROFFSEQ: '', LC_ALL: 'C.UTF-8' })).err).toBe('');
}, 30_000);

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is bash
test.each([
  ['bash', 'COMP_WORDS=(mradar tr); COMP_CWORD=1; _mradar; echo ${COMPREPLY[@]}', 'troubleshoot'],
  [
    'bash',
    "COMP_WORDS=(mradar run --log-format ''); COMP_CWORD=3; _mradar; echo ${COMPREPLY[@]}",
    'logfmt json',
  ],
  ['bash', 'COMP_WORDS=(mradar run --we); COMP_CWORD=2; _mradar; echo ${COMPREPLY[@]}', '--web-config'],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: what follows is fish
  ['fish', 'complete -C "mradar tr" | cut -f1', 'troubleshoot'],
  ['fish', 'complete -C "mradar run --log-format " | cut -f1', 'json\nlogfmt'],
  ['fish', 'complete -C "mradar run --we" | cut -f1', '--web-config'],
])(
  '%s completes: %s',
  async (shell, line, expected) => {
    const file = join(folder, `completion.${shell}`);
    await writeFile(file, (await mradar('completion', shell)).out);
    expect((await run(shell, ['-c', `source ${file}\n${line}`])).out.trim()).toBe(expected);
  },
  30_000,
);

test('zsh takes its completion', async () => {
  await writeFile(join(folder, '_mradar'), (await mradar('completion', 'zsh')).out);
  const load = `fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D -d ${folder}/dump; autoload +X _mradar; print $_comps[mradar]`;
  expect(await run('zsh', ['-f', '-c', load])).toEqual({ out: '_mradar\n', err: '' });
}, 30_000);

test('what the containers mount and start is there, and the shipped configuration is valid', async () => {
  expect(readConfig(join(root, 'deploy/kubernetes/mradar.yaml')).deployments).toHaveLength(2);
  const containers = await readFile(join(root, 'deploy/container/Containerfile'), 'utf8');
  const manifest = await readFile(join(root, 'deploy/kubernetes/statefulset.yaml'), 'utf8');
  const compose = await readFile(join(root, 'deploy/container/compose.yaml'), 'utf8');
  for (const text of [manifest, compose])
    for (const one of parseAllDocuments(text)) expect(one.errors).toEqual([]);
  const { out } = await mradar('run', '--help');
  for (const option of `${containers}${manifest}${compose}`.match(/--[a-z-]+(?=[=", ])/g)!)
    if (!['--from', '--omit', '--no-audit', '--no-fund', '--chown', '--build'].includes(option))
      expect(out).toContain(option);
  const kinds = [
    /readOnlyRootFilesystem: true/,
    /runAsNonRoot: true/,
    /drop: \[ALL\]/,
    /allowPrivilegeEscalation: false/,
  ];
  for (const kind of kinds) expect(manifest).toMatch(kind);
  expect(containers).toMatch(/^USER 65532:65532$/m);
}, 30_000);
