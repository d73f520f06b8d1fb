import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Runs the program as a shell would, without a terminal. */
export function mradar(
  args: readonly string[],
  input = '',
): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe', timeout: 60_000 });
    const told = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', text => {
      told.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      told.err += text;
    });
    child.on('error', reject);
    child.on('close', status => resolve({ status: status ?? -1, ...told }));
    child.stdin.end(input);
  });
}
