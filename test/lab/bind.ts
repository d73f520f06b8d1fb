import { Resolver } from 'node:dns/promises';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, newFolder, startChild, until } from './child.ts';

/** Zone texts by origin, without SOA and NS. */
export type Zones = Readonly<Record<string, string>>;

/** BIND listens only on addresses that stand on an interface, and of 127.0.0.0/8 that is this one. */
const address = '127.0.0.1';

/** ISC BIND with zones of our own. */
export type Bind = {
  /** As `--resolver` takes it. */
  readonly endpoint: string;
  /** Writes the zones anew and has them read, while it serves. */
  load(zones: Zones): Promise<void>;
  stop(): Promise<void>;
};

export type BindOptions = {
  readonly port: number;
  readonly zones: Zones;
  /** Further lines of `options`. */
  readonly options?: string;
  /** Whole statements. */
  readonly statements?: string;
  /** Zone texts as they are, that need not be readable. */
  readonly raw?: Zones;
};

export async function startBind({
  port,
  zones,
  options = '',
  statements = '',
  raw = {},
}: BindOptions): Promise<Bind> {
  const folder = await newFolder('bind');
  let generation = 0;
  const write = async (texts: Zones) => {
    generation++;
    const all = { ...texts, 'generation.lab': '', root: '' };
    for (const [origin, text] of Object.entries(all))
      await writeFile(join(folder, origin), head(generation) + text);
  };
  await write(zones);
  for (const [origin, text] of Object.entries(raw)) await writeFile(join(folder, origin), text);
  const origins = [...Object.keys(zones), ...Object.keys(raw), 'generation.lab'];
  await writeFile(
    join(folder, 'named.conf'),
    `options {
  directory "${folder}";
  listen-on port ${port} { ${address}; };
  listen-on-v6 { none; };
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
  notify no;
  check-names primary ignore;
  ${options}
};
controls { };
zone "." { type primary; file "root"; };
${origins.map(origin => `zone "${origin}" { type primary; file "${origin}"; allow-query { any; }; };`).join('\n')}
${statements}
`,
  );
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  const serves = async () => {
    try {
      const asked = [...Object.keys(zones), 'generation.lab'];
      const answers = await Promise.all(asked.map(origin => resolver.resolveSoa(origin)));
      return answers.every(({ serial }) => serial === generation);
    } catch {
      return false;
    }
  };
  const child: Child = await startChild({
    package: 'bind9',
    program: '/usr/sbin/named',
    args: ['-g', '-n', '1', '-c', 'named.conf'],
    folder,
    ready: serves,
  });
  return {
    endpoint: `${address}:${port}`,
    async load(texts) {
      await write(texts);
      process.kill(child.pid, 'SIGHUP');
      if (!(await until(serves))) throw new Error(`named does not load its zones:\n${child.output()}`);
    },
    stop: child.stop,
  };
}

function head(serial: number): string {
  return `$TTL 60\n@ IN SOA ns hostmaster ${serial} 3600 600 86400 60\n@ IN NS ns.dns.lab.\n`;
}
