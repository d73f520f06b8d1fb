import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../../src/simulator/certificates.ts';
import { type Child, newFolder, startChild } from './child.ts';
import { listens } from './tools.ts';

/** One socket of Kamailio. */
export type SipListener = {
  readonly address: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Of `tls` only. */
  readonly certificate?: Credentials;
  /** Authorities, PEM, one of which has to have signed the certificate of who connects; nobody is asked when absent. */
  readonly clientAuthorities?: string;
};

/** What Kamailio is and does. */
export type SipServer = {
  readonly listeners: readonly SipListener[];
  /** What it does with every request. */
  readonly route: string;
  /** The value of `Server`, or none but what `route` appends. */
  readonly product?: string;
};

const expressway = 'TANDBERG/4137 (X15.0.3)';

/** Starts Kamailio on 5060 (UDP, TCP) and 5061 (TLS); `route` is what it does with every request. */
export function startKamailio(
  address: string,
  certificate: Credentials,
  route: string,
  through: readonly string[] = [],
  /** The name of an Expressway in Server, or none but what `route` appends. */
  named = true,
): Promise<Child> {
  const listeners: readonly SipListener[] = [
    { address, port: 5060, transport: 'udp' },
    { address, port: 5060, transport: 'tcp' },
    { address, port: 5061, transport: 'tls', certificate },
  ];
  return startSipServer({ listeners, route, ...(named && { product: expressway }) }, through);
}

/** Starts Kamailio with any sockets. */
export async function startSipServer(
  { listeners, route, product }: SipServer,
  through: readonly string[] = [],
): Promise<Child> {
  const folder = await newFolder('kamailio');
  const secured = listeners.filter(({ transport }) => transport === 'tls');
  const profiles = await Promise.all(
    secured.map(async ({ address, port, certificate, clientAuthorities }, i) => {
      const [chain, key, authorities] = ['chain', 'key', 'authorities'].map(name =>
        join(folder, `${name}-${i}.pem`),
      ) as [string, string, string];
      await writeFile(chain, certificate?.cert ?? '');
      await writeFile(key, certificate?.key ?? '', { mode: 0o600 });
      await writeFile(authorities, clientAuthorities ?? '');
      const asked = `verify_certificate = yes\nrequire_certificate = yes\nca_list = ${authorities}\n`;
      return `[server:${address}:${port}]
method = TLSv1.2+
private_key = ${key}
certificate = ${chain}
${clientAuthorities === undefined ? '' : asked}`;
    }),
  );
  const [first] = secured;
  const fallback =
    first && profiles[0]!.replace(`[server:${first.address}:${first.port}]`, '[server:default]');
  await writeFile(join(folder, 'tls.cfg'), [fallback ?? '', ...profiles].join('\n'));
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
${listeners.map(({ transport, address, port }) => `listen=${transport}:${address}:${port}`).join('\n')}
${product === undefined ? 'server_signature=no' : `server_header="Server: ${product}"`}
loadmodule "tls.so"
loadmodule "stun.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
modparam("tls", "config", "${join(folder, 'tls.cfg')}")
request_route {
  ${route}
}
`,
  );
  const { address, port } = listeners.at(-1)!;
  return startChild({
    package: 'kamailio kamailio-tls-modules',
    program: '/usr/sbin/kamailio',
    args: ['-DD', '-E', '-f', 'kamailio.cfg', '-w', folder, '-Y', folder, '-m', '32', '-M', '8'],
    folder,
    through,
    ready: () => listens(address, port, through),
  });
}
