import { type Deployment, pageTitle } from '../model/deployment.ts';
import type { Affected, Role, ServiceSubject, Vantage } from '../model/subject.ts';

/** How a port is looked at, in one conversation. */
export type Look =
  | 'tcp'
  | 'tls'
  | 'https-edge'
  | 'https-uds'
  | 'http-get'
  | 'https-get'
  | 'sip-tcp'
  | 'sip-tls'
  | 'xmpp-client'
  | 'xmpp-server'
  | 'turn'
  | 'udp'
  | 'ssh'
  | 'ntp';

/** What a deployment has to be declared with for a port to be looked at. */
export type Condition = 'messaging' | 'federation' | 'turn' | 'secure-lines';

/** One row of the documented port matrix. A vantage that is not named is not looked from. */
export type PortRow = {
  readonly role: Role;
  readonly purpose: string;
  readonly title: string;
  readonly port: number;
  readonly look: Look;
  readonly affects: Affected;
  readonly expected: Readonly<Partial<Record<Vantage, ServiceSubject['expected']>>>;
  /** Looked at in deployments with that only. */
  readonly only?: Condition;
  /** What tells it from other services on the same port; the port alone when left out. */
  readonly key?: string;
  /** What is asked for with `http-get` and `https-get`; `/` when left out. */
  readonly path?: string;
  /** Ids of the documented requirements. */
  readonly requirements: readonly string[];
};

const edge = { external: 'open', dmz: 'open' } as const;
const leftOpenInside = { external: 'closed', internal: 'open' } as const;
const hidden = { external: 'closed' } as const;
const inside = { internal: 'open', dmz: 'closed' } as const;

/**
 * The ports that the documents name, by role, with what each vantage has to see. "Firewall Configuration" (X15), "Mobile and
 * Remote Access Port Reference" (X8.10): outside only 8443, 5061 and 5222; from Expressway-C 7001, 7400 and 2222; nothing
 * from the DMZ inwards.
 */
export const portMatrix: readonly PortRow[] = [
  {
    role: 'expressway_e',
    purpose: 'edge-https',
    title: 'HTTPS proxy',
    port: 8443,
    look: 'https-edge',
    affects: 'sign-in',
    expected: edge,
    requirements: ['PORT-10', 'PORT-27'],
  },
  {
    role: 'expressway_e',
    purpose: 'edge-sip',
    title: 'SIP over TLS',
    port: 5061,
    look: 'sip-tls',
    affects: 'calls',
    expected: edge,
    requirements: ['PORT-12', 'PORT-27', 'SIP-01'],
  },
  {
    role: 'expressway_e',
    purpose: 'edge-xmpp',
    title: 'XMPP',
    port: 5222,
    look: 'xmpp-client',
    affects: 'messaging',
    expected: edge,
    only: 'messaging',
    requirements: ['PORT-09', 'PORT-27', 'XMP-01'],
  },
  {
    role: 'expressway_e',
    purpose: 'edge-federation',
    title: 'XMPP federation',
    port: 5269,
    look: 'xmpp-server',
    affects: 'messaging',
    expected: edge,
    only: 'federation',
    requirements: ['XMP-11'],
  },
  {
    role: 'expressway_e',
    purpose: 'edge-turn',
    title: 'TURN',
    port: 3478,
    look: 'turn',
    affects: 'calls',
    expected: edge,
    only: 'turn',
    requirements: ['STN-08', 'STN-12'],
  },
  // Some of 36002-59999, large systems 36012-59999, far from each other.
  ...[37_210, 44_770, 52_330, 59_890].map(
    port =>
      ({
        role: 'expressway_e',
        purpose: 'media',
        title: 'media',
        port,
        look: 'udp',
        affects: 'calls',
        expected: { external: 'any' },
        requirements: ['PORT-11'],
      }) as const,
  ),
  {
    role: 'expressway_e',
    purpose: 'tunnel-ssh',
    title: 'SSH tunnels of the traversal zone',
    port: 2222,
    look: 'ssh',
    affects: 'sign-in',
    expected: leftOpenInside,
    requirements: ['PORT-02', 'PORT-26', 'PORT-30', 'PORT-31', 'PORT-36'],
  },
  {
    role: 'expressway_e',
    purpose: 'zone-sip',
    title: 'SIP traversal zone',
    port: 7001,
    look: 'tls',
    affects: 'calls',
    expected: leftOpenInside,
    requirements: ['PORT-03', 'PORT-26', 'PORT-36'],
  },
  {
    role: 'expressway_e',
    purpose: 'zone-xcp',
    title: 'XMPP traversal',
    port: 7400,
    look: 'tls',
    affects: 'messaging',
    expected: leftOpenInside,
    only: 'messaging',
    requirements: ['PORT-01', 'PORT-26', 'PORT-36'],
  },
  {
    role: 'expressway_e',
    purpose: 'admin-https',
    title: 'web administration',
    port: 443,
    look: 'tcp',
    affects: 'exposure',
    expected: hidden,
    requirements: ['PORT-13', 'PORT-36'],
  },
  {
    role: 'expressway_e',
    purpose: 'admin-ssh',
    title: 'SSH administration',
    port: 22,
    look: 'tcp',
    affects: 'exposure',
    expected: hidden,
    requirements: ['PORT-36'],
  },
  ...[8191, 8192, 8883, 8884].map(
    port =>
      ({
        role: 'expressway_e',
        purpose: `internal-${port}`,
        title: 'an internal service of the Expressway',
        port,
        look: 'tcp',
        affects: 'exposure',
        expected: hidden,
        requirements: ['PORT-28', 'PORT-29', 'PORT-36'],
      }) as const,
  ),
  {
    role: 'expressway_c',
    purpose: 'sip',
    title: 'SIP over TLS',
    port: 5061,
    look: 'sip-tls',
    affects: 'calls',
    expected: inside,
    requirements: ['PORT-25', 'CRT-01'],
  },
  {
    role: 'unified_cm',
    purpose: 'uds-https',
    title: 'UDS and AXL',
    port: 8443,
    look: 'https-uds',
    affects: 'sign-in',
    expected: inside,
    requirements: ['PORT-15', 'PORT-25', 'PORT-37'],
  },
  {
    role: 'unified_cm',
    purpose: 'tftp-http',
    title: 'configuration files over HTTP',
    port: 6970,
    look: 'http-get',
    path: '/jabber-config.xml',
    affects: 'calls',
    expected: inside,
    requirements: ['PORT-17', 'PORT-25'],
  },
  {
    role: 'unified_cm',
    purpose: 'tftp-https',
    title: 'configuration files over HTTPS',
    port: 6972,
    look: 'https-get',
    path: '/jabber-config.xml',
    affects: 'calls',
    expected: inside,
    requirements: ['PORT-18', 'PORT-25'],
  },
  {
    role: 'unified_cm',
    purpose: 'sip',
    title: 'SIP',
    port: 5060,
    look: 'sip-tcp',
    affects: 'calls',
    expected: inside,
    requirements: ['PORT-23', 'PORT-25', 'SIP-12'],
  },
  {
    role: 'unified_cm',
    purpose: 'sip-tls',
    title: 'SIP over TLS',
    port: 5061,
    look: 'sip-tls',
    affects: 'calls',
    expected: inside,
    only: 'secure-lines',
    requirements: ['PORT-24', 'PORT-25', 'PORT-38', 'SIP-12'],
  },
  {
    role: 'im_presence',
    purpose: 'soap-https',
    title: 'SOAP',
    port: 8443,
    look: 'https-get',
    path: '/EPASSoap/service/v80',
    affects: 'messaging',
    expected: inside,
    only: 'messaging',
    requirements: ['PORT-16', 'PORT-25'],
  },
  {
    role: 'im_presence',
    purpose: 'axl-https',
    title: 'AXL',
    port: 8443,
    key: '8443-axl',
    look: 'https-get',
    path: '/axl/',
    affects: 'operations',
    expected: { internal: 'any' },
    only: 'messaging',
    requirements: ['HTTP-13'],
  },
  {
    role: 'im_presence',
    purpose: 'xcp',
    title: 'XMPP router',
    port: 7400,
    look: 'tls',
    affects: 'messaging',
    expected: inside,
    only: 'messaging',
    requirements: ['PORT-14', 'PORT-25'],
  },
  {
    role: 'unity_connection',
    purpose: 'voicemail-https',
    title: 'voicemail',
    port: 443,
    look: 'https-get',
    affects: 'voicemail',
    expected: inside,
    requirements: ['PORT-20', 'PORT-25'],
  },
  {
    role: 'unity_connection',
    purpose: 'mwi',
    title: 'message waiting notifications',
    port: 7080,
    look: 'tcp',
    affects: 'voicemail',
    expected: inside,
    requirements: ['PORT-21', 'PORT-25'],
  },
  {
    role: 'idp',
    purpose: 'sign-on',
    title: 'single sign-on',
    port: 443,
    look: 'tls',
    affects: 'sign-in',
    expected: { external: 'open', internal: 'open' },
    requirements: ['DNS-64'],
  },
  {
    role: 'ntp',
    purpose: 'ntp',
    title: 'NTP',
    port: 123,
    look: 'ntp',
    affects: 'sign-in',
    expected: { external: 'open', dmz: 'open', internal: 'open' },
    requirements: ['NTP-01'],
  },
  {
    role: 'push_service',
    purpose: 'push',
    title: 'push notifications',
    port: 443,
    look: 'tls',
    affects: 'calls',
    expected: { external: 'any', dmz: 'any', internal: 'any' },
    requirements: ['NET-23', 'PSH-04'],
  },
];

const pageRequirements = { e911: ['HTTP-26'], embedded_tab: ['HTTP-27'] } as const;

/** The same for the pages that somebody declared of one web server and that have to be plain: fetched where they stand. */
export function pageRows({ pages = [] }: Deployment, host: string): readonly PortRow[] {
  return pages.flatMap((page, i): PortRow[] => {
    const { url, use } = page;
    if (use === 'voicemail') return [];
    const { protocol, hostname, port, pathname, search } = new URL(url);
    if (hostname.replace(/^\[|\]$/g, '') !== host) return [];
    const secure = protocol === 'https:';
    const at = port === '' ? (secure ? 443 : 80) : Number(port);
    return [
      {
        role: 'web_server',
        purpose: 'page',
        title: pageTitle(page),
        port: at,
        key: `${at}-page-${i + 1}`,
        look: secure ? 'https-get' : 'http-get',
        path: `${pathname}${search}`,
        affects: use === 'e911' ? 'calls' : 'messaging',
        expected: { internal: 'any' },
        requirements: pageRequirements[use],
      },
    ];
  });
}

/** The documented ports, and those beside them that a deployment declares to use. */
export function portsOf({ trunk, features = [] }: Deployment): readonly PortRow[] {
  const added = { role: 'unified_cm', affects: 'calls', expected: inside } as const;
  // On the port of the lines it is no service of its own, and found to be wrong as it is declared.
  const trunkPort = trunk && ![5060, 5061].includes(trunk.incomingPort) ? trunk.incomingPort : undefined;
  return [
    ...portMatrix,
    ...(trunk && trunkPort !== undefined
      ? [
          {
            ...{ ...added, purpose: 'trunk', title: 'SIP trunk', port: trunkPort },
            look: trunk.secure ? ('sip-tls' as const) : ('sip-tcp' as const),
            requirements: ['SIP-10', 'SIP-13'],
          },
        ]
      : []),
    ...(features.includes('sip_oauth')
      ? [
          {
            ...{ ...added, purpose: 'sip-oauth', title: 'SIP with tokens', port: 5091 },
            ...{ look: 'tls' as const, requirements: ['STN-11'] },
          },
        ]
      : []),
  ];
}

/** Whether this port exists in the deployment and is to be looked at from where we stand. */
export function isLookedAt({ expected, only }: PortRow, deployment: Deployment): boolean {
  if (expected[deployment.vantage] === undefined) return false;
  switch (only) {
    case undefined:
      return true;
    case 'messaging':
      return deployment.messaging;
    case 'federation':
      return deployment.xmppFederationDomains.length > 0;
    case 'turn':
      return deployment.turn === true;
    // Expressway-C makes a zone over TLS to Unified CM in mixed mode only.
    case 'secure-lines':
      return deployment.securityMode !== 'non-secure';
  }
}
