import { execFile } from 'node:child_process';
import { waitUntilUsedOnHost } from 'tcp-port-used';

/** What a program of Debian wrote, whatever it ended with. */
export type Output = { readonly status: number; readonly out: string; readonly err: string };

/** Runs a program to its end, with what it reads from its standard input. */
export function run(program: string, args: readonly string[], input = ''): Promise<Output> {
  return new Promise((done, failed) => {
    const child = execFile(
      program,
      args,
      { timeout: 30_000, env: { ...process.env, LC_ALL: 'C' } },
      (error, out, err) => {
        if (error?.code === 'ENOENT') failed(new Error(`${program} is not installed`));
        else done({ status: error ? Number(error.code ?? -1) : 0, out, err });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** A context in which probes run, as the runner makes it. */
export function context(timeoutMs = 3_000) {
  return { signal: new AbortController().signal, timeoutMs };
}

/** Whether somebody takes TCP connections there; inside a network namespace it is asked through a command. */
export async function listens(
  address: string,
  port: number,
  through: readonly string[] = [],
): Promise<boolean> {
  const [ip, ...words] = [...through, 'ss', '-Hltn', 'src', `${address}:${port}`];
  if (through.length > 0) return (await run(ip!, words)).out !== '';
  return waitUntilUsedOnHost(port, address, 20, 500).then(
    () => true,
    () => false,
  );
}

/** What tests may take where servers have to start and other work runs beside them. */
export const patience = { testTimeout: 30_000, hookTimeout: 60_000 };
