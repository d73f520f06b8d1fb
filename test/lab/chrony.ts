import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, newFolder, startChild } from './child.ts';
import { run } from './tools.ts';

/** Starts chrony as a server of time that never touches the clock of this machine; `lines` are further directives. */
export async function startChrony(
  { address, port }: { readonly address: string; readonly port: number },
  lines: readonly string[],
  through: readonly string[] = [],
): Promise<Child> {
  const folder = await newFolder('chrony');
  await chmod(folder, 0o770);
  await writeFile(
    join(folder, 'chrony.conf'),
    [
      `bindaddress ${address}`,
      `port ${port}`,
      'cmdport 0',
      `bindcmdaddress ${join(folder, 'socket')}`,
      `pidfile ${join(folder, 'pid')}`,
      'user root',
      'allow',
      ...lines,
    ].join('\n'),
  );
  return startChild({
    package: 'chrony',
    program: '/usr/sbin/chronyd',
    args: ['-d', '-x', '-f', 'chrony.conf'],
    folder,
    through,
    ready: async () => (await run('chronyc', ['-h', join(folder, 'socket'), 'tracking'])).status === 0,
  });
}
