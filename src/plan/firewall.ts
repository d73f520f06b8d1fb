import type { Deployment, Trunk } from '../model/deployment.ts';
import { type Role, roleNames, type Vantage } from '../model/subject.ts';
import { isAtLeast, parseVersion, type Version } from '../model/version.ts';

/** First and last port. */
export type PortRange = readonly [number, number];

/** What the port tables depend on and a configuration does not tell; what is absent is left open, with every alternative. */
export type Layout = {
  /** Small and medium systems have one pair of multiplexed media ports, large ones six. */
  readonly size?: 'small-medium' | 'large';
  /** "Use configured demultiplexing ports" of the Expressway-E. */
  readonly demultiplexing?: 'yes' | 'no';
  /** `single`: one network interface with static NAT. */
  readonly nic?: 'single' | 'dual';
  /** Traversal media port range of the Expressway-C. */
  readonly media?: PortRange;
};

/** Who speaks or is spoken to. `hosts` are names with addresses as far as they were declared. */
export type Party = {
  readonly role?: Role;
  readonly title: string;
  readonly hosts: readonly string[];
};

/** Which border a connection crosses, from where to where. */
export const directions = [
  'inside to DMZ',
  'inside to DMZ, reflected',
  'DMZ to internet',
  'internet to DMZ',
  'inside',
  'DMZ to inside',
] as const;
export type Direction = (typeof directions)[number];

/** One line of a firewall request; `deny` is a connection for which no rule may exist, or which one has to drop. */
export type FirewallRule = {
  readonly id: string;
  readonly action: 'allow' | 'deny';
  readonly direction: Direction;
  readonly source: Party;
  readonly sourcePorts: string;
  readonly destination: Party;
  readonly protocol: 'TCP' | 'UDP' | 'any';
  /** Set when the TCP connection carries TLS, as the port tables print it. */
  readonly secured?: 'TLS';
  /** Empty: every port. */
  readonly ports: readonly PortRange[];
  readonly purpose: string;
  /** When the line is needed, if not always. */
  readonly condition?: string;
  /** What else belongs to the line. */
  readonly note?: string;
  readonly requirements: readonly string[];
  readonly sources: readonly FirewallSource[];
  /** What a prober has to look at, and where it has to stand, to see whether the line holds; absent when nothing shows it. */
  readonly seen?: { readonly vantage: Vantage; readonly roles: readonly Role[] };
};

export type FirewallSource = { readonly document: string; readonly section: string };

/** The port matrix of one deployment. */
export type Firewall = {
  readonly rules: readonly FirewallRule[];
  /** Documented lines that this deployment does not need, and why. */
  readonly leftOut: readonly { readonly rule: FirewallRule; readonly why: string }[];
};

const d0 = { document: 'D0', section: 'Firewall Configuration' } as const;
const outbound = 'Outbound from Expressway-C (private) to Expressway-E (DMZ)';
const toInternet = 'Outbound from Expressway-E (DMZ) to public internet';
const fromInternet = 'Inbound from public internet to Expressway-E (DMZ)';
const toInside = [
  { document: 'D1', section: 'From Expressway-C to Internal Infrastructure and Endpoints' },
  { document: 'D3', section: 'From Expressway-C to Unified CM / CUC' },
] as const;
const reflection = [
  d0,
  { document: 'D1', section: 'Configuration Summary / Firewall' },
  { document: 'D3', section: 'Configuration Summary / Firewall' },
] as const;
const guides = (section: string) => [
  { document: 'D1', section },
  { document: 'D3', section },
];

const limitations = { document: 'D0', section: 'Unsupported Expressway Features and Limitations' } as const;
const unlisted = 'declared for this deployment; the port tables of MRA do not list it';

const ephemeral = 'ephemeral';
const high: PortRange = [1024, 65_535];
const signalling: PortRange = [25_000, 29_999];
const defaultMedia: PortRange = [36_000, 59_999];

/** A range as the tables print it: `7001`, `36000-36011`, `>= 1024`. */
export function portsText(ranges: readonly PortRange[]): string {
  if (ranges.length === 0) return 'any';
  return ranges
    .map(([first, last]) => {
      if (last === high[1] && first === high[0]) return '>= 1024';
      return first === last ? `${first}` : `${first}-${last}`;
    })
    .join(', ');
}

type Draft = FirewallRule & {
  /** Why this deployment does not need the line; undefined when it does, or may. */
  readonly without?: string | undefined;
};

/** The documented port matrix as firewall rules for this deployment, as far as is known of it. */
export function firewall(deployment: Deployment, layout: Layout): Firewall {
  const known = withDeclared(layout, deployment);
  const drafts = [...documented(deployment, known), ...forbidden(deployment, known)];
  const toRule = ({ without: _, ...rule }: Draft): FirewallRule => rule;
  return {
    rules: drafts.filter(({ without }) => without === undefined).map(toRule),
    leftOut: drafts.flatMap(draft =>
      draft.without === undefined ? [] : [{ rule: toRule(draft), why: draft.without }],
    ),
  };
}

function documented(deployment: Deployment, layout: Layout): Draft[] {
  const media = layout.media ?? defaultMedia;
  const [first, last] = media;
  const c = party(deployment, 'expressway_c');
  const inner = innerParty(deployment, layout);
  const outer = named(party(deployment, 'expressway_e', 'outer'), 'public address');
  const internet: Party = { title: 'internet', hosts: [] };

  const noMessaging = deployment.messaging ? undefined : 'the deployment has no IM and Presence';
  // What is declared is there; what is not may be there all the same.
  const imAndPresence = deployment.nodes.im_presence.length > 0 ? undefined : 'with IM and Presence';
  const unityConnection = deployment.nodes.unity_connection.length > 0 ? undefined : 'with Unity Connection';
  const notLarge = layout.size === 'large' ? 'the system is large' : undefined;
  const notSmall = layout.size === 'small-medium' ? 'the system is small or medium' : undefined;
  const smallMedium = layout.size ? undefined : 'small or medium system';
  const large = layout.size ? undefined : 'large system';
  const before810 = isBefore(
    version(deployment, 'expressway_c') ?? version(deployment, 'expressway_e'),
    'X8.10',
  );
  const not82 = before810 ? 'the guide for X8.2 does not list it' : undefined;

  const toE = (rule: Part): Draft => ({
    ...{ action: 'allow', direction: 'inside to DMZ', source: c, sourcePorts: ephemeral, destination: inner },
    ...{ sources: [d0, ...guides(outbound)] },
    ...rule,
  });
  const fromC = (role: Role, rule: Part): Draft => ({
    ...{ action: 'allow', direction: 'inside', source: c, sourcePorts: ephemeral },
    ...{
      destination: party(deployment, role),
      sources: toInside,
      seen: { vantage: 'internal', roles: [role] },
    },
    ...rule,
  });
  const outwards = (rule: Part): Draft => ({
    ...{
      action: 'allow',
      direction: 'DMZ to internet',
      source: outer,
      sourcePorts: ephemeral,
      destination: internet,
    },
    ...{ sources: guides(toInternet) },
    ...rule,
  });
  const inwards = (rule: Part): Draft => ({
    ...{ action: 'allow', direction: 'internet to DMZ', source: internet, sourcePorts: portsText([high]) },
    ...{ destination: outer, sources: [d0, ...guides(fromInternet)] },
    ...rule,
  });
  const fromInside = { vantage: 'internal', roles: ['expressway_e'] } as const;
  const fromOutside = { vantage: 'external', roles: ['expressway_e'] } as const;
  const mediaSource = { protocol: 'UDP', sourcePorts: portsText([media]) } as const;
  const sipSource = { protocol: 'TCP', sourcePorts: portsText([signalling]) } as const;
  const tcp = { protocol: 'TCP' } as const;

  const traversal: Draft[] = [
    toE({
      ...tcp,
      ...{
        id: 'c-e-xmpp',
        purpose: 'XMPP (IM and Presence)',
        ports: [[7400, 7400]],
        ...when(imAndPresence),
      },
      note: 'an Expressway-E with two interfaces listens for it on the internal one only',
      ...{ requirements: ['PORT-01', 'PORT-26', 'NET-06'], without: noMessaging, seen: fromInside },
    }),
    toE({
      ...tcp,
      ...{ id: 'c-e-ssh', purpose: 'SSH, the tunnels for HTTPS', ports: [[2222, 2222]] },
      note: 'from every Expressway-C peer, and from nobody else',
      ...{ requirements: ['PORT-02', 'PORT-26', 'PORT-30'], seen: fromInside },
    }),
    toE({
      ...sipSource,
      ...{ id: 'c-e-sip', purpose: 'traversal zone, SIP signalling', secured: 'TLS', ports: [[7001, 7001]] },
      note: 'the SIP port of the traversal zone: 7001 unless another one was set',
      ...{ requirements: ['PORT-03', 'PORT-26', 'PORT-39'], seen: fromInside },
    }),
    toE({
      ...mediaSource,
      ...{
        id: 'c-e-media-configured',
        purpose: 'traversal zone, media (RTP and RTCP)',
        ports: [[2776, 2777]],
      },
      condition: all(
        smallMedium,
        layout.demultiplexing ? undefined : 'Use configured demultiplexing ports = Yes',
      ),
      note: 'or the pair set on Configuration > Traversal > Ports of the Expressway-E',
      requirements: ['PORT-04', 'PORT-26', 'PORT-33', 'PORT-35'],
      sources: [d0, { document: 'D1', section: outbound }],
      without:
        notLarge ??
        (layout.demultiplexing === 'no' ? 'Use configured demultiplexing ports is No' : undefined),
    }),
    toE({
      ...mediaSource,
      ...{
        id: 'c-e-media-first-pair',
        purpose: 'traversal zone, media (RTP and RTCP)',
        ports: [[first, first + 1]],
      },
      condition: all(
        smallMedium,
        layout.demultiplexing
          ? undefined
          : 'Use configured demultiplexing ports = No, the only pair that X8.2 lists',
      ),
      requirements: ['PORT-05', 'PORT-33', 'PORT-35'],
      sources: guides(outbound),
      without:
        notLarge ??
        (layout.demultiplexing === 'yes' ? 'Use configured demultiplexing ports is Yes' : undefined),
    }),
    toE({
      ...mediaSource,
      ...{
        id: 'c-e-media-large',
        purpose: 'traversal zone, media (6 pairs of RTP and RTCP)',
        ports: [[first, first + 11]],
      },
      condition: large,
      requirements: ['PORT-06', 'PORT-26', 'PORT-32', 'PORT-35'],
      without: notSmall,
    }),
  ];
  const reflected = traversal.map(
    (rule): Draft => ({
      ...rule,
      id: rule.id.replace('c-e-', 'c-e-reflected-'),
      direction: 'inside to DMZ, reflected',
      destination: outer,
      note: undefined,
      condition: all(
        layout.nic ? undefined : 'Expressway-E with one interface and static NAT',
        rule.condition,
      ),
      requirements: ['NET-03'],
      sources: reflection,
      without: rule.without ?? (layout.nic === 'dual' ? 'the Expressway-E has two interfaces' : undefined),
    }),
  );
  return [
    ...traversal,
    ...reflected.map(({ seen: _, ...rule }) => rule),
    outwards({
      ...{
        id: 'e-internet-media',
        purpose: 'media',
        protocol: 'UDP',
        sourcePorts: portsText([[first + 2, last]]),
      },
      ...{ ports: [high], condition: smallMedium, requirements: ['PORT-07'], without: notLarge },
    }),
    outwards({
      ...{
        id: 'e-internet-media-large',
        purpose: 'media',
        protocol: 'UDP',
        sourcePorts: portsText([[first + 12, last]]),
      },
      ...{ ports: [high], condition: large, requirements: ['PORT-07'], without: notSmall },
    }),
    outwards({
      ...sipSource,
      ...{
        id: 'e-internet-sip',
        purpose: 'SIP signalling',
        secured: 'TLS',
        ports: [high],
        requirements: ['PORT-08'],
      },
    }),
    inwards({
      ...{ id: 'internet-e-xmpp', purpose: 'XMPP (IM and Presence)', protocol: 'TCP', ports: [[5222, 5222]] },
      ...{
        ...when(imAndPresence),
        requirements: ['PORT-09', 'PORT-27'],
        without: noMessaging,
        seen: fromOutside,
      },
    }),
    inwards({
      ...{
        id: 'internet-e-https',
        purpose: 'HTTPS proxy (UDS)',
        protocol: 'TCP',
        ports: [[8443, 8443]],
      },
      ...{ requirements: ['PORT-10', 'PORT-27'], seen: fromOutside },
    }),
    inwards({
      ...{
        id: 'internet-e-media',
        purpose: 'media',
        protocol: 'UDP',
        ports: [[first + 2, last]],
        condition: smallMedium,
      },
      ...{ requirements: ['PORT-11', 'PORT-27', 'PORT-35'], without: notLarge },
    }),
    inwards({
      ...{ id: 'internet-e-media-large', purpose: 'media', protocol: 'UDP', ports: [[first + 12, last]] },
      condition: large,
      note: 'the chapter for X15 prints 36002-59999 for every size',
      ...{ requirements: ['PORT-11', 'PORT-35'], sources: guides(fromInternet), without: notSmall },
    }),
    inwards({
      ...{
        id: 'internet-e-sip',
        purpose: 'SIP signalling',
        protocol: 'TCP',
        secured: 'TLS',
        ports: [[5061, 5061]],
      },
      ...{ requirements: ['PORT-12', 'PORT-27'], seen: fromOutside },
    }),
    inwards({
      ...{ id: 'internet-e-federation', purpose: 'XMPP federation', protocol: 'TCP', ports: [[5269, 5269]] },
      ...{ note: unlisted, requirements: ['XMP-11'], sources: [limitations], seen: fromOutside },
      without: deployment.xmppFederationDomains.length > 0 ? undefined : 'no XMPP federation is declared',
    }),
    inwards({
      ...{ id: 'internet-e-turn', purpose: 'TURN', protocol: 'UDP', ports: [[3478, 3478]] },
      ...{
        note: `${unlisted}, nor the range of relay ports that goes with it`,
        requirements: ['STN-12'],
        sources: [limitations],
      },
      without: deployment.turn === true ? undefined : 'no TURN service is declared',
    }),
    fromC('im_presence', {
      ...tcp,
      ...{
        id: 'c-imp-xmpp',
        purpose: 'XMPP (IM and Presence)',
        ports: [[7400, 7400]],
        ...when(imAndPresence),
      },
      ...{ requirements: ['PORT-14'], without: noMessaging },
    }),
    fromC('unified_cm', {
      ...tcp,
      ...{ id: 'c-ucm-uds', purpose: 'HTTPS proxy (UDS)', ports: [[8443, 8443]] },
      requirements: ['PORT-15'],
    }),
    fromC('im_presence', {
      ...tcp,
      ...{ id: 'c-imp-soap', purpose: 'HTTPS proxy (SOAP)', ports: [[8443, 8443]] },
      ...when(imAndPresence),
      ...{ requirements: ['PORT-16'], without: noMessaging },
    }),
    fromC('unified_cm', {
      ...tcp,
      ...{ id: 'c-ucm-tftp-http', purpose: 'configuration files over HTTP', ports: [[6970, 6970]] },
      requirements: ['PORT-17'],
    }),
    fromC('unified_cm', {
      ...tcp,
      ...{
        id: 'c-ucm-tftp-https',
        purpose: 'configuration files over HTTPS',
        ports: [[6972, 6972]],
      },
      condition: 'instead of 6970 with Jabber 11 or later and Unified CM 11 or later',
      requirements: ['PORT-18'],
      sources: toInside.slice(0, 1),
      without:
        not82 ??
        (isBefore(version(deployment, 'unified_cm'), '11.0') ? 'Unified CM is older than 11' : undefined),
    }),
    fromC('unity_connection', {
      ...tcp,
      ...{ id: 'c-cuc-voicemail', purpose: 'voicemail', ports: [[443, 443]] },
      ...when(unityConnection),
      requirements: ['PORT-20'],
    }),
    fromC('unity_connection', {
      ...tcp,
      ...{
        id: 'c-cuc-mwi',
        purpose: 'message waiting indicator from Unity Connection',
        ports: [[7080, 7080]],
      },
      ...{
        ...when(unityConnection),
        requirements: ['PORT-21'],
        sources: toInside.slice(0, 1),
        without: not82,
      },
    }),
    {
      ...{ id: 'c-inside-media', action: 'allow', direction: 'inside', source: c, ...mediaSource },
      destination: { title: 'endpoints and other recipients of media', hosts: [] },
      ...{
        ports: [high],
        purpose: 'media',
        requirements: ['PORT-22', 'PORT-35', 'PORT-41'],
        sources: toInside,
      },
    },
    fromC('unified_cm', {
      ...sipSource,
      ...{ id: 'c-ucm-sip', purpose: 'SIP signalling', ports: [[5060, 5060]], requirements: ['PORT-23'] },
    }),
    fromC('unified_cm', {
      ...sipSource,
      ...{ id: 'c-ucm-sip-tls', purpose: 'secure SIP signalling', secured: 'TLS', ports: [[5061, 5061]] },
      ...{ condition: 'phones with secure profiles, Unified CM in mixed mode', requirements: ['PORT-24'] },
      without: deployment.securityMode === 'non-secure' ? 'Unified CM is not in mixed mode' : undefined,
    }),
    ...(deployment.trunk ? [fromC('unified_cm', { ...sipSource, ...trunkLine(deployment.trunk) })] : []),
    ...(deployment.features?.includes('sip_oauth')
      ? [fromC('unified_cm', { ...sipSource, ...tokenLine })]
      : []),
  ];
}

/** A SIP trunk is declared by itself; the port tables of remote access do not list it. */
function trunkLine({ incomingPort, secure }: Trunk): Part {
  return {
    ...{ id: 'c-ucm-trunk', purpose: 'SIP trunk', protocol: 'TCP', ports: [[incomingPort, incomingPort]] },
    ...(secure ? { secured: 'TLS' as const } : {}),
    note: unlisted,
    requirements: ['SIP-10', 'SIP-13'],
    sources: [{ document: 'D1', section: 'SIP Trunks Between Unified CM and Expressway-C' }],
  };
}

const tokenLine: Part = {
  ...{ id: 'c-ucm-sip-oauth', purpose: 'SIP signalling with tokens', protocol: 'TCP', secured: 'TLS' },
  ports: [[5091, 5091]],
  requirements: ['STN-11'],
  sources: [{ document: 'R24', section: 'SIP OAuth ports of Unified CM' }],
};

/** What a row gives beyond what it shares with the other rows of its table. */
type Part = Omit<Draft, 'action' | 'direction' | 'source' | 'destination' | 'sourcePorts' | 'sources'> & {
  readonly sourcePorts?: string;
  readonly sources?: readonly FirewallSource[];
};

function forbidden(deployment: Deployment, layout: Layout): Draft[] {
  const e = party(deployment, 'expressway_e');
  const inner = innerParty(deployment, layout);
  const outer = named(party(deployment, 'expressway_e', 'outer'), 'public address');
  const internet: Party = { title: 'internet', hosts: [] };
  const inside: readonly Role[] = ['expressway_c', 'unified_cm', 'im_presence', 'unity_connection'];
  const notes = [
    { document: 'D1', section: 'From Expressway-C to Internal Infrastructure and Endpoints / Note that' },
    { document: 'D3', section: 'From Expressway-C to Unified CM / CUC' },
  ];
  const deny = {
    action: 'deny',
    direction: 'internet to DMZ',
    source: internet,
    sourcePorts: 'any',
  } as const;
  const hidden = (
    id: string,
    ports: readonly PortRange[],
    purpose: string,
    requirements: readonly string[],
    note?: string,
  ): Draft => ({
    ...deny,
    ...{ id, destination: outer, protocol: 'TCP', ports, purpose, requirements },
    ...(note === undefined ? {} : { note }),
    sources: [
      ...(requirements.every(one => one === 'PORT-36' || one === 'PORT-13') ? [] : notes),
      ...guides(fromInternet),
    ],
    seen: { vantage: 'external', roles: ['expressway_e'] },
  });
  return [
    hidden(
      'no-internet-e-admin',
      [[443, 443]],
      'web administration',
      ['PORT-13', 'PORT-36'],
      'the guides list 443 for administration from outside only; X8.10 strongly discourages that',
    ),
    hidden('no-internet-e-admin-ssh', [[22, 22]], 'SSH administration', ['PORT-36']),
    hidden(
      'no-internet-e-ssh',
      [[2222, 2222]],
      'SSH, the tunnels for HTTPS',
      ['PORT-30', 'PORT-31', 'PORT-36'],
      'a rule of the Expressway-E itself on its external interface has to drop it too',
    ),
    hidden('no-internet-e-sip', [[7001, 7001]], 'traversal zone, SIP signalling', ['PORT-36']),
    hidden('no-internet-e-xmpp', [[7400, 7400]], 'XMPP between the Expressways', ['PORT-36']),
    hidden(
      'no-internet-e-8883',
      [[8883, 8883]],
      'internal to the Expressway, which listens here outside too',
      ['PORT-28', 'PORT-29', 'PORT-36'],
      'a custom firewall rule of the Expressway-E on its external interface has to drop it',
    ),
    hidden(
      'no-internet-e-internal',
      [
        [8191, 8192],
        [8884, 8884],
      ],
      'internal to the Expressway, for nothing else',
      ['PORT-29', 'PORT-36'],
    ),
    {
      ...deny,
      ...{
        id: 'no-others-e-ssh',
        direction: 'inside to DMZ',
        destination: inner,
        protocol: 'TCP',
        ports: [[2222, 2222]],
      },
      source: { title: 'everybody but the Expressway-C peers', hosts: [] },
      purpose: 'SSH, the tunnels for HTTPS',
      note: 'a drop rule of lower priority (higher number) than those that let the peers in, also on the Expressway-E itself',
      ...{ requirements: ['PORT-30', 'PORT-31'], sources: notes },
      seen: { vantage: 'internal', roles: ['expressway_e'] },
    },
    {
      ...deny,
      ...{ id: 'no-dmz-inside', direction: 'DMZ to inside', protocol: 'any', ports: [] },
      source: { title: 'DMZ, Expressway-E included', hosts: e.hosts },
      destination: {
        title: inside.map(role => roleNames[role]).join(', '),
        hosts: inside.flatMap(role => party(deployment, role).hosts),
      },
      purpose: 'no connection begins in the DMZ; answers belong to connections from inside',
      ...{ requirements: ['PORT-25', 'PORT-40'], sources: [d0, ...guides(outbound)] },
      seen: { vantage: 'dmz', roles: inside },
    },
  ];
}

/** Documented statements on ports for which no line of a firewall follows, and why. */
export const notRules: Readonly<Record<string, string>> = {
  'PORT-19':
    'tells on which ports Unified CM asks Expressway for its certificate (6971, 6972), not which to open; 6972 is PORT-18',
  'PORT-34':
    'a change of Use configured demultiplexing ports needs a restart of the Expressway-E; no firewall is concerned',
  'PORT-37': 'tells which certificate Unified CM shows on 8443; the port itself is PORT-15',
  'PORT-38': 'tells which certificate Unified CM shows on 5061; the port itself is PORT-24',
};

type Side = 'own' | 'inner' | 'outer';

/** The hosts of a role; an Expressway-E may have one address that faces Expressway-C and one that the internet knows. */
function party(deployment: Deployment, role: Role, side: Side = 'own'): Party {
  const addresses = { own: 'address', inner: 'internalAddress', outer: 'publicAddress' } as const;
  const hosts = deployment.nodes[role].map(node => {
    const address = node[addresses[side]] ?? node.address;
    return address === undefined || address === node.name ? node.name : `${node.name} (${address})`;
  });
  if (hosts.length > 0 || role !== 'expressway_e') return { role, title: roleNames[role], hosts };
  return {
    role,
    title: roleNames[role],
    hosts: deployment.domains.map(domain => `targets of _collab-edge._tls.${domain}`),
  };
}

/** The layout with what the configuration tells of it. */
function withDeclared(layout: Layout, { nodes }: Deployment): Layout {
  const hasTwo = nodes.expressway_e.some(({ internalAddress }) => internalAddress !== undefined);
  return hasTwo ? { nic: 'dual', ...layout } : layout;
}

function named(one: Party, which: string): Party {
  return { ...one, title: `${one.title}, ${which}` };
}

/** The Expressway-E as Expressway-C reaches it. */
function innerParty(deployment: Deployment, layout: Layout): Party {
  const side = layout.nic === 'single' ? 'outer' : 'inner';
  return named(party(deployment, 'expressway_e', side), innerAddress(layout));
}

/** A condition, where there is one. */
function when(condition: string | undefined): Pick<Draft, 'condition'> {
  return condition === undefined ? {} : { condition };
}

function innerAddress({ nic }: Layout): string {
  if (nic === 'dual') return 'internal interface';
  return nic === 'single' ? 'public address' : 'internal side';
}

function version(deployment: Deployment, role: Role): Version | undefined {
  const texts = [
    ...deployment.nodes[role].flatMap(node => node.version ?? []),
    deployment.versions[role] ?? '',
  ];
  return texts.map(parseVersion).find(one => one !== undefined);
}

function isBefore(known: Version | undefined, boundary: string): boolean {
  return isAtLeast(known, boundary) === false;
}

function all(...conditions: readonly (string | undefined)[]): string | undefined {
  const told = conditions.filter(condition => condition !== undefined);
  return told.length === 0 ? undefined : told.join('; ');
}
