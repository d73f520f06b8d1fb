import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../../src/simulator/certificates.ts';
import { type Child, newFolder, startChild } from './child.ts';
import { listens } from './tools.ts';

/** Starts Prosody for `lab.test`: clients on 5222 with STARTTLS, on 5223 with TLS from the first byte. */
export async function startProsody(
  address: string,
  { cert, key }: Credentials,
  lines: readonly string[] = [],
  through: readonly string[] = [],
): Promise<Child> {
  const folder = await newFolder('prosody');
  await writeFile(join(folder, 'edge.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
  await writeFile(join(folder, 'openssl.cnf'), anyStrength);
  await writeFile(
    join(folder, 'prosody.cfg.lua'),
    `run_as_root = true
data_path = "${folder}"
pidfile = "${join(folder, 'pid')}"
interfaces = { "${address}" }
c2s_ports = { 5222 }
c2s_direct_tls_ports = { 5223 }
modules_enabled = { "tls", "saslauth", "roster" }
modules_disabled = { "s2s", "posix" }
authentication = "internal_hashed"
log = { warn = "*console" }
certificate = "${join(folder, 'edge.pem')}"
ssl = { certificate = "${join(folder, 'edge.pem')}"; key = "${join(folder, 'key.pem')}" }
${lines.join('\n')}
VirtualHost "lab.test"
`,
  );
  return startChild({
    package: 'prosody',
    program: '/usr/bin/prosody',
    args: ['-F', '--config', join(folder, 'prosody.cfg.lua')],
    folder,
    // Debian's OpenSSL takes no weak keys and hashes unless told so, and Prosody has no word for that.
    through: [...through, 'env', `OPENSSL_CONF=${join(folder, 'openssl.cnf')}`],
    ready: () => listens(address, 5222, through),
  });
}

const anyStrength = `openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = default
[default]
CipherString = DEFAULT:@SECLEVEL=0
`;
