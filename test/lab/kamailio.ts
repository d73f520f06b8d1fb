import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../../src/simulator/certificates.ts';
import { type Child, newFolder, startChild } from './child.ts';
import { listens } from './tools.ts';

/** Starts Kamailio on 5060 (UDP, TCP) and 5061 (TLS); `route` is what it does with every request. */
export async function startKamailio(
  address: string,
  { cert, key }: Credentials,
  route: string,
  through: readonly string[] = [],
  /** The name of an Expressway in Server, or none but what `route` appends. */
  named = true,
): Promise<Child> {
  const folder = await newFolder('kamailio');
  await writeFile(join(folder, 'edge.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
  await writeFile(
    join(folder, 'kamailio.cfg'),
    `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
tcp_children=2
auto_aliases=no
enable_tls=yes
listen=udp:${address}:5060
listen=tcp:${address}:5060
listen=tls:${address}:5061
${named ? 'server_header="Server: TANDBERG/4137 (X15.0.3)"' : 'server_signature=no'}
loadmodule "tls.so"
loadmodule "stun.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
modparam("tls", "private_key", "${join(folder, 'key.pem')}")
modparam("tls", "certificate", "${join(folder, 'edge.pem')}")
modparam("tls", "tls_method", "TLSv1.2+")
request_route {
  ${route}
}
`,
  );
  return startChild({
    package: 'kamailio kamailio-tls-modules',
    program: '/usr/sbin/kamailio',
    args: ['-DD', '-E', '-f', 'kamailio.cfg', '-w', folder, '-Y', folder, '-m', '32', '-M', '8'],
    folder,
    through,
    ready: () => listens(address, 5061, through),
  });
}
