import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, newFolder, startChild } from './child.ts';
import { listens, run } from './tools.ts';

/** The end on Expressway-E, and what Expressway-C needs to sign in. */
export type TunnelEnd = {
  readonly address: string;
  readonly identity: string;
  stop(): Promise<void>;
};

const algorithm = 'x509v3-ecdsa-sha2-nistp256';
const taken = 'ecdsa-sha2-nistp256-cert-v01@openssh.com';

/**
 * Starts OpenSSH on 2222 for tunnels. Expressway has an OpenSSH whose host keys are X.509 certificates, which Debian's has not:
 * here the algorithm for OpenSSH's own kind of certificates goes under that name.
 */
export async function startTunnelEnd(
  addresses: readonly [string, ...string[]],
  through: readonly string[],
): Promise<TunnelEnd> {
  const folder = await newFolder('sshd');
  const at = (name: string) => join(folder, name);
  for (const program of ['/usr/sbin/sshd', '/usr/bin/ssh-keygen'])
    await writeFile(at(program.split('/').at(-1)!), renamed(await readFile(program)), { mode: 0o755 });
  const make = async (program: string, ...args: readonly string[]) => {
    const { status, err } = await run(program, args);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${err}`);
  };
  for (const [name, type] of [
    ['authority', 'ed25519'],
    ['host', 'ecdsa'],
    ['identity', 'ed25519'],
  ] as const)
    await make('ssh-keygen', '-q', '-t', type, '-N', '', '-f', at(name));
  await make(at('ssh-keygen'), '-q', '-s', at('authority'), '-h', '-I', 'edge', '-n', 'edge', at('host.pub'));
  const lines = [
    `HostKey ${at('host')}`,
    `HostCertificate ${at('host-cert.pub')}`,
    `HostKeyAlgorithms ${algorithm},ecdsa-sha2-nistp256`,
    ...addresses.map(address => `ListenAddress ${address}:2222`),
    `AuthorizedKeysFile ${at('identity.pub')}`,
    ...['PermitRootLogin prohibit-password', 'AuthenticationMethods publickey', 'StrictModes no'],
    ...['PidFile none', 'UsePAM no', 'AllowTcpForwarding remote', 'PermitTTY no'],
  ];
  await writeFile(at('sshd_config'), `${lines.join('\n')}\n`);
  const server = await startChild({
    package: 'openssh-server',
    program: at('sshd'),
    args: ['-D', '-e', '-f', at('sshd_config')],
    folder,
    through,
    ready: () => listens(addresses[0], 2222, through),
  });
  return { address: addresses[0], identity: at('identity'), stop: server.stop };
}

/** Where a tunnel ends on Expressway-E, and what Expressway-C connects it to. */
export type Forward = { readonly port: number; readonly to: string };

/** Starts the tunnel as Expressway-C does; ready when Expressway-E listens at its end. */
export async function startTunnel(
  { address, identity }: TunnelEnd,
  { port, to }: Forward,
  through: readonly string[],
  throughEnd: readonly string[],
): Promise<Child> {
  const folder = await newFolder('tunnel');
  return startChild({
    package: 'openssh-client',
    program: '/usr/bin/ssh',
    args: [
      ...['-N', '-F', 'none', '-p', '2222', '-l', 'root', '-i', identity],
      ...[
        'BatchMode=yes',
        'IdentitiesOnly=yes',
        'StrictHostKeyChecking=no',
        'ExitOnForwardFailure=yes',
      ].flatMap(option => ['-o', option]),
      ...['-o', `UserKnownHostsFile=${join(folder, 'known')}`, '-R', `127.0.0.1:${port}:${to}`, address],
    ],
    folder,
    through,
    ready: () => listens('127.0.0.1', port, throughEnd),
  });
}

/** The program with the one name in place of the other. */
function renamed(program: Buffer): Buffer {
  const text = `\0${taken}\0`;
  const at = program.indexOf(text, 0, 'latin1');
  if (at < 0 || program.indexOf(text, at + 1, 'latin1') >= 0)
    throw new Error(`this OpenSSH does not hold ${taken} just once`);
  const changed = Buffer.from(program);
  changed.fill(0, at + 1, at + 1 + taken.length).write(algorithm, at + 1, 'latin1');
  return changed;
}
