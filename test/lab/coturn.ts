import { type Child, newFolder, startChild } from './child.ts';
import { listens } from './tools.ts';

/** Starts coturn with one user, `alice`; `args` are further words of its command line. */
export async function startCoturn(
  { address, port }: { readonly address: string; readonly port: number },
  args: readonly string[] = [],
  through: readonly string[] = [],
): Promise<Child> {
  const folder = await newFolder('coturn');
  return startChild({
    package: 'coturn',
    program: '/usr/bin/turnserver',
    args: [
      ...['-n', '-L', address, '-E', address, '-p', String(port), '-r', 'lab.test'],
      ...[
        '--log-file',
        'stdout',
        '--pidfile',
        'pid',
        '--userdb',
        'users.db',
        '--no-cli',
        '--no-tls',
        '--no-dtls',
      ],
      ...['--min-port', '40000', '--max-port', '40010', '--allow-loopback-peers'],
      ...args,
    ],
    folder,
    through,
    ready: () => listens(address, port, through),
  });
}
