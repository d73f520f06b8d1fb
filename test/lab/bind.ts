import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, newFolder, startChild, until } from './child.ts';
import { run } from './tools.ts';

/** Zone texts by origin, without SOA and NS. */
export type Zones = Readonly<Record<string, string>>;

/** ISC BIND with zones of our own. */
export type Bind = {
  /** As `--resolver` takes it. */
  readonly endpoint: string;
  /** Writes the zones anew and has them read, while it serves. */
  load(zones: Zones): Promise<void>;
  stop(): Promise<void>;
};

export type BindOptions = {
  /** BIND listens only on addresses that stand on an interface, and of 127.0.0.0/8 that is 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  readonly zones: Zones;
  /** Whole statements. */
  readonly statements?: string;
  /** Zone texts as they are, that need not be readable. */
  readonly raw?: Zones;
  readonly through?: readonly string[];
};

/** Starts BIND with a root of its own, so that nothing is ever asked of the real one. */
export async function startBind({
  address = '127.0.0.1',
  port,
  zones,
  statements = '',
  raw = {},
  through = [],
}: BindOptions): Promise<Bind> {
  const folder = await newFolder('bind');
  let generation = 0;
  const write = async (texts: Zones) => {
    generation++;
    const all = { ...texts, 'generation.lab': '', root: 'ns.dns.lab. IN A 127.0.0.1\n' };
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
};
controls { };
zone "." { type primary; file "root"; };
${origins.map(origin => `zone "${origin}" { type primary; file "${origin}"; allow-query { any; }; };`).join('\n')}
${statements}
`,
  );
  const asked = [...Object.keys(zones), 'generation.lab', '.'].flatMap(origin => ['SOA', origin]);
  const server = [`@${address}`, '-p', String(port), '+short', '+time=1', '+tries=1'];
  const [dig, ...question] = [...through, 'dig', ...server, ...asked];
  const serves = async () => {
    const { out } = await run(dig!, question);
    const serials = out
      .trim()
      .split('\n')
      .map(line => Number(line.split(' ')[2]));
    return serials.length === asked.length / 2 && serials.every(serial => serial === generation);
  };
  const child: Child = await startChild({
    package: 'bind9',
    program: '/usr/sbin/named',
    args: ['-g', '-n', '1', '-c', 'named.conf'],
    folder,
    through,
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
