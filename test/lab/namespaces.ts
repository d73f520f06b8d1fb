import { run } from './tools.ts';

/** Two network namespaces on one wire: the side that looks, and the side of the deployment with addresses of its own. */
export type Wire = {
  /** Commands that run what follows them on that side. */
  readonly here: readonly string[];
  readonly there: readonly string[];
  /** Firewall rules of one side, as `iptables` takes them; those before are gone. */
  filter(side: 'here' | 'there', rules: readonly string[]): Promise<void>;
  /** One `ip` command on the side that looks. */
  ip(words: string): Promise<void>;
  remove(): Promise<void>;
};

/** Whether namespaces and firewall rules can be made here; otherwise why not. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `mradar-try-${process.pid}`;
  try {
    const { status, err } = await run('ip', ['netns', 'add', name]);
    if (status !== 0) return err.trim();
    const rules = await run('ip', ['netns', 'exec', name, 'iptables', '-F']);
    await run('ip', ['netns', 'del', name]);
    return rules.status === 0 ? undefined : rules.err.trim();
  } catch (error) {
    return (error as Error).message;
  }
}

/** Lays the wire; `addresses` are those of the other side, and the only way to them is over it. */
export async function layWire(addresses: readonly string[]): Promise<Wire> {
  const names = { here: `mradar-here-${process.pid}`, there: `mradar-there-${process.pid}` };
  const through = (side: 'here' | 'there') => ['ip', 'netns', 'exec', names[side]];
  const must = async (words: readonly string[]) => {
    const { status, err } = await run(words[0]!, words.slice(1));
    if (status !== 0) throw new Error(`${words.join(' ')}: ${err}`);
  };
  const on = (side: 'here' | 'there', words: string) => must([...through(side), ...words.split(' ')]);
  await must(['ip', 'netns', 'add', names.here]);
  await must(['ip', 'netns', 'add', names.there]);
  await on('here', `ip link add wire type veth peer name wire netns ${names.there}`);
  await on('here', 'ip address add 192.0.2.1/24 dev wire');
  await on('there', 'ip address add 192.0.2.2/24 dev wire');
  for (const side of ['here', 'there'] as const) {
    await on(side, 'ip link set lo up');
    await on(side, 'ip link set wire up');
    // A host sends one ICMP error a second to each peer, unless told otherwise.
    await on(side, 'sysctl -q -w net.ipv4.icmp_ratelimit=0');
  }
  for (const address of addresses) await on('there', `ip address add ${address}/32 dev lo`);
  await on('here', 'ip route add 203.0.113.0/24 via 192.0.2.2');
  return {
    here: through('here'),
    there: through('there'),
    async filter(side, rules) {
      await on(side, 'iptables -F');
      for (const rule of rules) await on(side, `iptables ${rule}`);
    },
    ip: words => on('here', `ip ${words}`),
    async remove() {
      await must(['ip', 'netns', 'del', names.here]);
      await must(['ip', 'netns', 'del', names.there]);
    },
  };
}
