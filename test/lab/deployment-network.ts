import { spawnSync } from 'node:child_process';
import { run } from './tools.ts';

/**
 * Every place with a network namespace of its own, and the addresses that stand there. Those outside are of two blocks that
 * count as public (AS112 and AMT of RFC 6890's registry) and lead nowhere from here, because no wire leaves the lab.
 */
export const addressesAt = {
  /** Where clients are, at two addresses of two customers. */
  outside: ['192.52.193.10'],
  elsewhere: ['192.52.193.20'],
  /** The public DNS server. */
  internet: ['192.52.193.53'],
  dmz: ['192.31.196.40'],
  /** Both Expressway-E with two interfaces each, and what was left behind by others. */
  edge: ['192.31.196.11', '192.31.196.12', '192.31.196.13', '10.1.0.11', '10.1.0.12'],
  /** Beside Expressway-C. */
  inside: ['10.0.0.10'],
  core: [
    ...['10.0.0.21', '10.0.0.22', '10.0.0.31', '10.0.0.32', '10.0.0.41', '10.0.0.51'],
    ...['10.0.0.53', '10.0.0.123'],
  ],
} as const;
export type Place = keyof typeof addressesAt;
const places = Object.keys(addressesAt) as Place[];

/** The networks of the lab; whatever is meant for another one is counted and dropped. */
const networks = ['192.52.193.0/24', '192.31.196.0/24', '10.0.0.0/8'];

/** All places around one router, which is the firewall. */
export type Network = {
  /** Commands that run what follows them in a place. */
  readonly at: Readonly<Record<Place, readonly string[]>>;
  /** Rules that come before those of the healthy firewall, as `iptables` takes them in a chain; those before are gone. */
  filter(rules: readonly string[]): Promise<void>;
  /** How many packets were meant for an address that is none of the lab's. */
  strays(): Promise<number>;
  remove(): Promise<void>;
};

/** What the documents let through, and nothing else. */
const healthyRules = [
  '-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
  '-o internet -j ACCEPT',
  ...['outside', 'elsewhere', 'dmz'].flatMap(place => [
    `-i ${place} -o edge -d 192.31.196.0/24 -p tcp -m multiport --dports 8443,5061,5222 -j ACCEPT`,
    `-i ${place} -o edge -d 192.31.196.0/24 -p udp --dport 3478 -j ACCEPT`,
  ]),
  '-i dmz -o core -j REJECT --reject-with icmp-admin-prohibited',
  '-i inside -o core -j ACCEPT',
  ...['inside', 'core'].map(
    place => `-i ${place} -o edge -d 10.1.0.0/24 -p tcp -m multiport --dports 7001,7400,2222 -j ACCEPT`,
  ),
];

/** Lays a wire from every place to the firewall. */
export async function layNetwork(): Promise<Network> {
  const nameOf = (place: string) => `mradar-${place}-${process.pid}`;
  const firewall = nameOf('firewall');
  const through = (place: string) => ['ip', 'netns', 'exec', nameOf(place)];
  const must = async (words: readonly string[], input = '') => {
    const { status, out, err } = await run(words[0]!, words.slice(1), input);
    if (status !== 0) throw new Error(`${words.join(' ')}: ${err}`);
    return out;
  };
  const inNamespace = (place: string, lines: readonly string[]) =>
    must(['ip', '-n', nameOf(place), '-batch', '-'], `${lines.join('\n')}\n`);
  const still = (place: string) =>
    must([
      ...[...through(place), 'sysctl', '-q', '-w', 'net.ipv6.conf.all.disable_ipv6=1'],
      // A host sends one ICMP error a second to each peer, unless told otherwise.
      ...['net.ipv4.icmp_ratelimit=0', 'net.ipv4.ip_forward=1'],
    ]);
  const all = ['firewall', ...places].map(nameOf);
  // Whatever ends the test ends the network too.
  const abandon = () => {
    for (const name of all) spawnSync('ip', ['netns', 'del', name]);
  };
  process.once('exit', abandon);
  const remove = async () => {
    process.off('exit', abandon);
    for (const name of all) await run('ip', ['netns', 'del', name]);
  };
  const restore = (lines: readonly string[]) =>
    must([...through('firewall'), 'iptables-restore', '--noflush'], `${lines.join('\n')}\nCOMMIT\n`);
  try {
    await must(['ip', 'netns', 'add', firewall]);
    await still('firewall');
    for (const [i, place] of places.entries()) {
      await must(['ip', 'netns', 'add', nameOf(place)]);
      await still(place);
      await inNamespace('firewall', [
        `link add ${place} type veth peer name wire netns ${nameOf(place)}`,
        `address add 192.168.${i}.1/24 dev ${place}`,
        `link set ${place} up`,
      ]);
      const addresses = addressesAt[place];
      await inNamespace(place, [
        'link set lo up',
        ...addresses.map(address => `address add ${address}/32 dev lo`),
        `address add 192.168.${i}.2/24 dev wire`,
        'link set wire up',
        `route add default via 192.168.${i}.1 src ${addresses[0]}`,
      ]);
      await inNamespace(
        'firewall',
        addresses.map(address => `route add ${address}/32 via 192.168.${i}.2`),
      );
    }
    // Counted before the way is looked for: there is none to anywhere else.
    await restore([
      ...['*raw', ':PREROUTING ACCEPT', ':STRAY - [0:0]'],
      ...networks.map(network => `-A STRAY -d ${network} -j RETURN`),
      ...['-A STRAY -j DROP', '-A PREROUTING -j STRAY'],
    ]);
    await restore([
      ...['*filter', ':INPUT DROP', ':FORWARD DROP', ':FAULT - [0:0]', '-A FORWARD -j FAULT'],
      ...healthyRules.map(rule => `-A FORWARD ${rule}`),
    ]);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    at: Object.fromEntries(places.map(place => [place, through(place)])) as Record<Place, string[]>,
    filter: async rules => {
      await restore(['*filter', '-F FAULT', ...rules.map(rule => `-A FAULT ${rule}`)]);
    },
    async strays() {
      const out = await must([
        ...through('firewall'),
        ...['iptables', '-t', 'raw', '-L', 'STRAY', '-v', '-n', '-x'],
      ]);
      return Number(/^\s*(\d+)\s+\d+\s+DROP/m.exec(out)?.[1]);
    },
    remove,
  };
}
