import type { Explanation, Nearness } from './check.ts';

/** What explains anything strange at an address: another server stands there. */
export const strangerThere: Explanation = { code: 'EDGE_NOT_EXPRESSWAY', within: 'address' };

/** Of what it is said that it cannot be reached, from wide to narrow. */
type Width = 'edge' | 'host' | 'address' | 'port';
type How = 'refused' | 'silent' | 'unreachable';

/** The finding that says so; all Expressway-E are said to fail only in ways that one firewall explains. */
const codes: Readonly<Record<How, Readonly<Partial<Record<Width, string>>>>> = {
  refused: {
    ...{ edge: 'EDGE_REFUSES', host: 'NODE_REFUSES' },
    ...{ address: 'ADDRESS_REFUSES', port: 'PORT_REFUSED' },
  },
  silent: {
    ...{ edge: 'EDGE_SILENT', host: 'NODE_SILENT' },
    ...{ address: 'ADDRESS_SILENT', port: 'PORT_FILTERED' },
  },
  unreachable: {
    ...{ host: 'NODE_UNREACHABLE', address: 'ADDRESS_UNREACHABLE', port: 'PORT_UNREACHABLE' },
  },
};

/** What is wider, and how near a finding on it has to stand. */
const wider: Readonly<Record<Width, readonly (readonly [Width, Nearness])[]>> = {
  edge: [],
  host: [['edge', 'deployment']],
  address: [['host', 'node']],
  port: [
    ['host', 'node'],
    ['address', 'address'],
  ],
};
const own: Readonly<Record<Width, Nearness>> = {
  ...{ edge: 'deployment', host: 'node', address: 'address', port: 'address' },
};

/**
 * Why something cannot be reached, for all findings that say so, in one place: it was looked for where it is not; it is part of
 * something wider that fails in the same way; or it is cut off on the way, which only other places can tell.
 */
export function whyUnreached(what: Width, how: How): readonly Explanation[] {
  const host = what === 'edge' ? 'deployment' : 'node';
  const place: readonly Explanation[] = [
    { code: 'NAT_REFLECTION_FAILS', within: host },
    { code: 'DNS_ADDRESS_OUTDATED', within: own[what] },
  ];
  const ofHost: readonly Explanation[] = [
    { code: 'DNS_ADDRESS_PRIVATE', within: own[what] },
    { code: 'DNS_INTERNAL_INTERFACE_MISSED', within: 'node' },
    { code: 'DNS_NAT_ADDRESS_MISSED', within: 'node' },
    strangerThere,
  ];
  // Routers say only now and then that they cannot reach a host: silence beside that is the same.
  const ways: readonly How[] = how === 'silent' ? ['silent', 'unreachable'] : [how];
  return [
    ...(what === 'edge' ? [] : ofHost),
    ...(what === 'address' ? [{ code: 'DNS_TARGET_IPV6', within: 'node' } as const] : []),
    ...place,
    ...ways.flatMap(way =>
      wider[what].flatMap(([width, within]) => {
        const code = codes[way][width];
        return code === undefined ? [] : [{ code, within }];
      }),
    ),
    ...(how === 'silent'
      ? ['FIREWALL_BLOCKS', 'SOURCE_BLOCKED'].map(code => ({ code, within: host }) as const)
      : []),
  ];
}

/** What explains that something behind a host cannot be had: the host, an address or a port of it is not reached. */
export function unreached(within: Nearness): readonly Explanation[] {
  const all = (['host', 'address', 'port'] as const).flatMap(width =>
    Object.values(codes).flatMap(of => of[width] ?? []),
  );
  return [...all, 'PORT_RESET'].map(code => ({ code, within }));
}
