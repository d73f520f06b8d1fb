import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, newFolder, startChild } from './child.ts';
import { listens } from './tools.ts';

/** Starts OpenSSH with a host key of its own; `lines` are further directives. Nobody can sign in. */
export async function startSshd(
  { address, port }: { readonly address: string; readonly port: number },
  lines: readonly string[] = [],
): Promise<Child> {
  const folder = await newFolder('sshd');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  // Its own folder for the separation of privileges, which the system's start script makes.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const config = [
    `HostKey ${join(folder, 'key')}`,
    `ListenAddress ${address}:${port}`,
    'PidFile none',
    'AuthenticationMethods none',
    'UsePAM no',
    ...lines,
  ];
  await writeFile(join(folder, 'sshd_config'), `${config.join('\n')}\n`);
  return startChild({
    package: 'openssh-server',
    program: '/usr/sbin/sshd',
    args: ['-D', '-e', '-f', join(folder, 'sshd_config')],
    folder,
    ready: () => listens(address, port),
  });
}
