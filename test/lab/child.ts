import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real server as a child process, with a folder of its own that goes when it stops. */
export type Child = {
  readonly folder: string;
  readonly pid: number;
  /** What it wrote so far, both streams. */
  output(): string;
  stop(): Promise<void>;
};

/** What to start, and how to see that it serves. */
export type Recipe = {
  /** Debian's package, for whoever has to install it. */
  readonly package: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** A command that is given the program to execute and becomes it, such as `ip netns exec NAME`. */
  readonly through?: readonly string[];
  /** Is asked again and again, until it is true or the server has ended or ten seconds are over. */
  ready(pid: number): Promise<boolean>;
};

/** A folder for one server. */
export function newFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `mradar-lab-${name}-`));
}

/** Starts a server and waits until it serves. Throws with everything it wrote when it does not. */
export async function startChild(recipe: Recipe): Promise<Child> {
  const { program, folder, through = [] } = recipe;
  if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install ${recipe.package}`);
  const [command, ...args] = [...through, program, ...recipe.args];
  // A group of its own, for servers whose processes outlive the first one when that is killed.
  const child = spawn(command!, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text));
  // Whatever ends the test ends the server too.
  const kill = () => killAll(child);
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let failure: Error | undefined;
  child.once('error', error => (failure = error));
  const hasEnded = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  if (!(await until(async () => hasEnded() || (await recipe.ready(child.pid ?? 0)))) || hasEnded()) {
    await end(child);
    throw new Error(`${program} does not serve: ${failure?.message ?? ''}\n${output}`);
  }
  return {
    folder,
    pid: child.pid!,
    output: () => output,
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks every 20 ms whether it holds; false when it did not within the bound. */
export async function until(holds: () => Promise<boolean>, boundMs = 10_000): Promise<boolean> {
  const startMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startMs > boundMs) return false;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return true;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => killAll(child), 3_000);
  await ended;
  clearTimeout(hard);
  // Its other processes may still take connections, and drop them.
  killAll(child);
  await until(async () => !isAlive(child));
}

function isAlive({ pid }: ChildProcess): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function killAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it is gone
  }
}
