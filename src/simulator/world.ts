import type { CertificateRecipe } from './certificates.ts';

/** The service-discovery domain of the simulated deployment. */
export const domain = 'example.test';

/** What a host says on a port. */
export type Protocol =
  | 'edge'
  | 'sip-expressway'
  | 'sip-unified-cm'
  | 'traversal'
  | 'xmpp'
  | 'xcp'
  | 'ssh'
  | 'uds'
  | 'tftp'
  | 'soap'
  | 'voicemail'
  | 'notification'
  | 'page'
  | 'dns';

/** How Expressway-E answers on 8443, the domain being right. */
export type EdgeAnswer =
  | 'healthy'
  | 'next-hop-failed'
  | 'origin-refused'
  | 'domain-forbidden'
  | 'rate-limited'
  | 'maintenance'
  | 'not-expressway'
  | 'silent';

/** What the edge says to who signs in. */
export type SignIn =
  | 'healthy'
  | 'refused'
  | 'forbidden'
  | 'failed'
  | 'other-name'
  | 'other-cookie-domain'
  | 'no-uds'
  | 'uds-fails'
  | 'voicemail-forbidden'
  | 'no-home-cluster';

/** What User Data Services and the other HTTP services inside answer. */
export type InsideAnswer =
  | 'healthy'
  | 'short-names'
  | 'no-axl'
  | 'scripted-page'
  | 'scripted-tab'
  | 'ntlm-only'
  | 'unavailable'
  | 'silent';

/** How a SIP port answers. `older` and `newer` are Expressways of another version. */
export type SipMood = 'healthy' | 'silent' | 'http' | 'other-product' | 'overloaded' | 'older' | 'newer';

/** How an XMPP port answers. */
export type XmppMood =
  | 'healthy'
  | 'silent'
  | 'http'
  | 'no-starttls'
  | 'starttls-optional'
  | 'host-unknown'
  | 'stream-error'
  | 'no-mechanisms';

/** The TURN server of one Expressway-E: `open` gives relays to everybody, `closed` does not listen. */
export type TurnServer = {
  readonly host: string;
  readonly address: string;
  mood: 'healthy' | 'open' | 'closed';
};

/** One TCP port of one simulated host and how it behaves. */
export type Service = {
  /** `host/side/port`, stable. */
  readonly id: string;
  readonly host: string;
  readonly side: 'external' | 'internal';
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** `silent`: the kernel drops the SYN, as behind a filtering firewall. */
  door: 'open' | 'refused' | 'silent';
  readonly security: 'none' | 'tls' | 'starttls';
  clientCertificate: 'ignored' | 'requested' | 'required';
  /** Whose client certificates are taken where one is required. */
  clientAuthorities: 'all' | 'public';
  /** What happens where the TLS handshake should be. */
  handshake: 'done' | 'plain' | 'closed' | 'silent';
  /** `old`: TLS 1.0 and 1.1 only; `all`: from 1.0 on. */
  tlsVersions: 'current' | 'old' | 'all';
  /** `unencrypted`: only suites without encryption. */
  suites: 'current' | 'unencrypted';
  /** Bits of the Diffie-Hellman group for clients that offer nothing else; none when absent. */
  dhBits?: 768 | 1024;
  certificate: CertificateRecipe;
  /** For clients that take ECDSA; none when absent. */
  secondCertificate?: CertificateRecipe;
  /** For clients that name no server; the same when absent. */
  namelessCertificate?: CertificateRecipe;
  /** What is said of the certificate along with it; nothing when absent. */
  stapled?: 'good' | 'revoked' | 'outdated';
  edge: EdgeAnswer;
  sip: SipMood;
  xmpp: XmppMood;
  signIn: SignIn;
  inside: InsideAnswer;
  /** How far the clock behind the Date header is ahead, in milliseconds. */
  clockAheadMs: number;
  /** The DNS view that is served, when the protocol is `dns`. */
  readonly view?: View;
};

export type View = 'outside' | 'inside';

/** One record that a simulated name server holds; names in the letter case in which they are answered. */
export type ZoneRecord = { readonly name: string } & (
  | { readonly type: 'A'; readonly address: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'PTR'; readonly target: string }
);

/** What one simulated name server answers. */
export type Zone = {
  readonly address: string;
  records: ZoneRecord[];
  mood: 'answers' | 'silent' | 'refuses' | 'fails';
  /** Names under which only SERVFAIL is answered. */
  failing: (name: string) => boolean;
};

/** Everything the simulated servers look at when a connection or a query comes. Faults change a fresh one. */
export type World = {
  readonly network: number;
  readonly services: Service[];
  readonly turnServers: readonly TurnServer[];
  readonly zones: Readonly<Record<View, Zone>>;
};

/** Every address of the deployment in 127.N.0.0/16. */
export function addressesOf(network: number) {
  const at = (subnet: number, host: number) => `127.${network}.${subnet}.${host}`;
  return {
    external: { expe1: at(0, 11), expe2: at(0, 12), exp_e2: at(0, 13), moved: at(0, 14) },
    internal: { expe1: at(1, 11), expe2: at(1, 12) },
    expc1: at(2, 11),
    expc2: at(2, 12),
    cucm1: at(3, 11),
    cucm2: at(3, 12),
    replacedCucm: at(3, 19),
    imp1: at(3, 21),
    cuc1: at(3, 31),
    web1: at(3, 41),
    push1: at(0, 81),
    outsideDns: at(0, 53),
    insideDns: at(2, 53),
    ntp: at(2, 123),
  };
}

export const dnsPort = 5300;
export const ntpPort = 1123;
export const clusterName = `expc-cluster.${domain}`;
export const phoneSecurityProfile = `jabber.secure.${domain}`;
export const chatNodeAlias = `conference-2-standalone.${domain}`;
export const unifiedCms = ['cucm1', 'cucm2'] as const;
/** Pages inside that clients outside ask for. */
export const pages = [
  { use: 'e911', url: `https://web1.${domain}:8443/emergency.html` },
  { use: 'embedded_tab', url: `https://web1.${domain}:8443/tab.html` },
  { use: 'voicemail', url: `https://cuc1.${domain}/vmrest/version` },
] as const;

/** The full name of a simulated host. */
export function nameOf(host: string): string {
  return `${host}.${domain}`;
}

/** A certificate without a flaw, as most recipes begin. */
export function soundCertificate(
  issuer: CertificateRecipe['issuer'],
  names: readonly string[],
): CertificateRecipe {
  return {
    issuer,
    key: 'rsa',
    commonName: names[0]!,
    names,
    uses: ['server', 'client'],
    fromDay: -30,
    days: 398,
    hash: 'sha256',
    sends: 'chain',
    edition: 0,
  };
}

/** The services of an Expressway-E as the Internet reaches them. */
export function externalServices(host: string, address: string): Service[] {
  const certificate = soundCertificate('public', [nameOf(host), domain, chatNodeAlias]);
  const at = { host, side: 'external', address, certificate } as const;
  return [
    service({ ...at, port: 8443, protocol: 'edge', security: 'tls' }),
    service({ ...at, port: 5061, protocol: 'sip-expressway', security: 'tls' }),
    service({ ...at, port: 5222, protocol: 'xmpp', security: 'starttls' }),
  ];
}

/** A deployment without a fault. */
export function healthyWorld(network: number): World {
  const addresses = addressesOf(network);
  const services: Service[] = [];
  for (const host of ['expe1', 'expe2'] as const) {
    const certificate = soundCertificate('public', [nameOf(host), domain, chatNodeAlias]);
    const lan = { host, side: 'internal', address: addresses.internal[host], certificate } as const;
    services.push(
      ...externalServices(host, addresses.external[host]),
      service({ ...lan, port: 7001, protocol: 'traversal', security: 'tls', clientCertificate: 'required' }),
      service({ ...lan, port: 7400, protocol: 'xcp', security: 'tls' }),
      service({ ...lan, port: 2222, protocol: 'ssh', security: 'none' }),
    );
  }
  services.push(
    service({
      host: 'expe1',
      side: 'external',
      address: addresses.external.expe1,
      port: 2222,
      protocol: 'ssh',
      security: 'none',
      door: 'refused',
    }),
  );
  for (const host of ['expc1', 'expc2'] as const) {
    const certificate = soundCertificate('enterprise', [
      nameOf(host),
      clusterName,
      phoneSecurityProfile,
      chatNodeAlias,
    ]);
    const address = addresses[host];
    services.push(
      inside({ host, address, port: 5061, protocol: 'sip-expressway', security: 'tls', certificate }),
    );
  }
  for (const host of unifiedCms) {
    const address = addresses[host];
    const tomcat = soundCertificate('enterprise', [nameOf(host)]);
    const callManager = { ...tomcat, edition: 1 };
    services.push(
      inside({ host, address, port: 8443, protocol: 'uds', security: 'tls', certificate: tomcat }),
      inside({ host, address, port: 6970, protocol: 'tftp', security: 'none' }),
      inside({
        host,
        address,
        port: 6972,
        protocol: 'tftp',
        security: 'tls',
        certificate: tomcat,
        clientCertificate: 'requested',
      }),
      inside({ host, address, port: 5060, protocol: 'sip-unified-cm', security: 'none' }),
      inside({
        host,
        address,
        port: 5061,
        protocol: 'sip-unified-cm',
        security: 'tls',
        certificate: callManager,
      }),
    );
  }
  const presence = soundCertificate('enterprise', [nameOf('imp1'), domain]);
  const imp = { host: 'imp1', address: addresses.imp1, certificate: presence } as const;
  const voice = { ...soundCertificate('enterprise', [nameOf('cuc1')]), key: 'ec' } as const;
  const cuc = { host: 'cuc1', address: addresses.cuc1 } as const;
  services.push(
    inside({ ...imp, port: 8443, protocol: 'soap', security: 'tls' }),
    inside({ ...imp, port: 7400, protocol: 'xcp', security: 'tls' }),
    inside({ ...imp, port: 5222, protocol: 'xmpp', security: 'starttls' }),
    inside({ ...cuc, port: 443, protocol: 'voicemail', security: 'tls', certificate: voice }),
    inside({ ...cuc, port: 7080, protocol: 'notification', security: 'none' }),
    inside({ host: 'web1', address: addresses.web1, port: 8443, protocol: 'page', security: 'tls' }),
    service({
      ...{ host: 'push1', side: 'external', address: addresses.push1, port: 8443 },
      ...{ protocol: 'page', security: 'tls', certificate: soundCertificate('public', [nameOf('push1')]) },
    }),
    nameServer('outside', addresses.outsideDns),
    nameServer('inside', addresses.insideDns),
  );
  return {
    network,
    services,
    turnServers: Object.entries(addresses.external).map(([host, address]) => ({
      host,
      address,
      mood: 'healthy',
    })),
    zones: {
      outside: zone(addresses.outsideDns, outsideRecords(network)),
      inside: zone(addresses.insideDns, insideRecords(network)),
    },
  };
}

type ServiceDraft = Pick<Service, 'host' | 'side' | 'address' | 'port' | 'protocol' | 'security'> &
  Partial<Pick<Service, 'certificate' | 'clientCertificate' | 'door' | 'view'>>;

function service(draft: ServiceDraft): Service {
  return {
    id: `${draft.host}/${draft.side}/${draft.port}`,
    door: 'open',
    clientCertificate: 'ignored',
    handshake: 'done',
    tlsVersions: 'current',
    suites: 'current',
    clientAuthorities: 'all',
    certificate: soundCertificate('enterprise', [nameOf(draft.host)]),
    edge: 'healthy',
    sip: 'healthy',
    xmpp: 'healthy',
    signIn: 'healthy',
    inside: 'healthy',
    clockAheadMs: 0,
    ...draft,
  };
}

function inside(draft: Omit<ServiceDraft, 'side'>): Service {
  return service({ ...draft, side: 'internal' });
}

function nameServer(view: View, address: string): Service {
  const side = view === 'outside' ? 'external' : 'internal';
  return service({
    host: `${view}-dns`,
    side,
    address,
    port: dnsPort,
    protocol: 'dns',
    security: 'none',
    view,
  });
}

function zone(address: string, records: ZoneRecord[]): Zone {
  return { address, records, mood: 'answers', failing: () => false };
}

/** A service record with the weight that all peers share. */
export function srv(name: string, port: number, target: string, priority = 10): ZoneRecord {
  return { name: `${name}.${domain}`, type: 'SRV', priority, weight: 10, port, target };
}

export function a(name: string, address: string): ZoneRecord {
  return { name, type: 'A', address };
}

export function ptr(address: string, target: string): ZoneRecord {
  return { name: reverseName(address), type: 'PTR', target };
}

/** `127.20.1.11` -> `11.1.20.127.in-addr.arpa`. */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

function outsideRecords(network: number): ZoneRecord[] {
  const { external, push1 } = addressesOf(network);
  const peers = ['expe1', 'expe2'] as const;
  return [
    ...peers.map(host => srv('_collab-edge._tls', 8443, nameOf(host))),
    ...peers.map(host => srv('_sips._tcp', 5061, nameOf(host))),
    ...peers.map(host => a(nameOf(host), external[host])),
    a(nameOf('push1'), push1),
  ];
}

function insideRecords(network: number): ZoneRecord[] {
  const addresses = addressesOf(network);
  const hosts: Record<string, string> = {
    ...addresses.internal,
    expc1: addresses.expc1,
    expc2: addresses.expc2,
    cucm1: addresses.cucm1,
    cucm2: addresses.cucm2,
    imp1: addresses.imp1,
    cuc1: addresses.cuc1,
    web1: addresses.web1,
  };
  return [
    ...unifiedCms.map(host => srv('_cisco-uds._tcp', 8443, nameOf(host))),
    ...Object.entries(hosts).map(([host, address]) => a(nameOf(host), address)),
    ...Object.entries(hosts).map(([host, address]) => ptr(address, nameOf(host))),
    a(clusterName, addresses.expc1),
    a(clusterName, addresses.expc2),
  ];
}
