import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import type { Report } from '../../src/model/report.ts';

const root = resolve(import.meta.dirname, '../..');

/** What the program, run as a process of its own, wrote and ended with. */
export type Run = { readonly status: number; readonly out: string; readonly err: string };

/** Node keeps what it compiled, so that only the first run has to read all sources. */
const env = { ...process.env, NO_COLOR: '1', NODE_COMPILE_CACHE: join(tmpdir(), 'mradar-lab-compiled') };

/** Runs the program from its sources. `through` is a command that is given it to execute, such as `prlimit`. */
export function mradar(words: readonly string[], through: readonly string[] = []): Promise<Run> {
  const [file, ...args] = [...through, process.execPath, 'src/main.ts', ...words];
  return new Promise(done => {
    const options = {
      cwd: root,
      env,
      timeout: 60_000,
      maxBuffer: 1 << 26,
    };
    execFile(file!, args, options, (error, out, err) => {
      done({ status: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}

/** What one round with `--format json` tells. */
export async function troubleshoot(
  words: readonly string[],
  through: readonly string[] = [],
): Promise<{ readonly status: number; readonly report: Report }> {
  const { status, out, err } = await mradar(['troubleshoot', ...words, '--format', 'json'], through);
  expect(err).toBe('');
  return { status, report: JSON.parse(out) as Report };
}

/** The causes above info, most important first, as `CODE`, each followed by the subjects of its findings. */
export function causes({ diagnosis }: Report): readonly string[] {
  return diagnosis.causes
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, findings }) => [code, ...findings.map(({ subject }) => place(subject))].join(' '));
}

/** `lab-test/service/expe1.lab.test/127.2.0.11/8443` as `expe1.lab.test:8443`, others by their last word. */
function place(subject: string): string {
  const [, kind, ...rest] = subject.split('/');
  if (kind === 'service') return `${rest[0]}:${rest[2]}`;
  return rest.at(-1) ?? subject;
}
