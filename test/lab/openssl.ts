import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../../src/simulator/certificates.ts';
import { type Child, newFolder, startChild } from './child.ts';
import { listens } from './tools.ts';

/** Starts `openssl s_server` with the chain as it is written in the credentials: leaf first, the rest in the order given. */
export async function startOpenssl(
  { address, port }: { readonly address: string; readonly port: number },
  { cert, key }: Credentials,
  args: readonly string[],
): Promise<Child> {
  const folder = await newFolder('openssl');
  const [leaf, ...rest] = cert.split(/(?<=-----END CERTIFICATE-----\n)/);
  await writeFile(join(folder, 'leaf.pem'), leaf!);
  await writeFile(join(folder, 'rest.pem'), rest.join(''));
  await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
  return startChild({
    package: 'openssl',
    program: '/usr/bin/openssl',
    args: [
      ...['s_server', '-accept', `${address}:${port}`, '-www', '-quiet'],
      ...['-cert', 'leaf.pem', '-key', 'key.pem', '-no_cache'],
      ...(rest.length > 0 ? ['-cert_chain', 'rest.pem'] : []),
      ...args,
    ],
    folder,
    ready: () => listens(address, port),
  });
}
