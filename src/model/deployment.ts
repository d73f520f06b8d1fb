import type { Role, Vantage, View } from './subject.ts';

/** One declared host. `name` is what other servers call it; `address` spares the lookup. */
export type DeclaredNode = {
  readonly name: string;
  readonly address?: string;
  /** NTP only: another port than 123. */
  readonly port?: number;
  /** Product version as the vendor writes it: `X15.0.3`, `14SU3`, `12.5(1)SU4`. */
  readonly version?: string;
  /** Expressway-E with two network interfaces: the address of the one that faces Expressway-C. */
  readonly internalAddress?: string;
  /** The address that the internet knows it by, when NAT gives it another one than its own. */
  readonly publicAddress?: string;
  /** Name of the cluster that it belongs to, where a role has several. */
  readonly cluster?: string;
};

/** What people use outside, whose least release is documented. */
export const clientKinds = [
  'jabber_windows',
  'jabber_mac',
  'jabber_ios',
  'jabber_android',
  'webex',
  'phone_7800',
  'phone_8800',
  'phone_7832',
  'phone_8832',
  'dx_android',
  'telepresence_tc',
  'telepresence_ce',
] as const;
export type ClientKind = (typeof clientKinds)[number];

/** What is used over remote access beyond signing in, chat and calls, and needs releases or settings of its own. */
export const features = [
  'sso',
  'oauth',
  'simple_oauth',
  'token_renewal',
  'push',
  'shared_lines',
  'recording',
  'silent_monitoring',
  'whisper_coaching',
  'cti_monitoring',
  'key_expansion',
  'dial_via_office',
  'hunt_groups',
  'call_handoff',
  'presence_domains',
  'ice',
  'sip_oauth',
  'ix',
] as const;
export type Feature = (typeof features)[number];

/** What a web page is for that clients outside show. */
export const pageUses = ['e911', 'embedded_tab', 'voicemail'] as const;
export type PageUse = (typeof pageUses)[number];
/** The field's own name of a use, for sentences. */
export const pageNames: Readonly<Record<PageUse, string>> = {
  e911: 'emergency page',
  embedded_tab: 'custom tab',
  voicemail: 'voicemail page',
};

/** A web page inside that clients outside ask for through the edge. */
export type Page = { readonly url: string; readonly use: PageUse };

/** What a page is called where it is looked at. */
export function pageTitle({ url, use }: Page): string {
  return `${pageNames[use]} ${url}`;
}

/** What no report, log or page may hold: a function, so that JSON and whatever is printed leave it out. */
export type Secret = () => string;

/** Somebody who may sign in from outside. */
export type TestUser = {
  readonly name: Secret;
  readonly password: Secret;
  /** Tells this name and password from others as long as this process lives. */
  readonly id: Secret;
};

/** A finding that somebody knows of, by its code, its check or its entry. */
export type Silence = {
  readonly code?: string;
  readonly check?: string;
  readonly entry?: string;
  /** Only of this subject, by its id, or of what has this host, domain or address; of all when absent. */
  readonly subject?: string;
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly until: string;
};

/** What is shown to servers that ask their clients for a certificate. PEM. */
export type ClientCertificate = {
  readonly certificate: string;
  readonly key: Secret;
  readonly passphrase?: Secret;
};

/** A certificate authority, by the names in its certificate as OpenSSL prints them. */
export type Authority = {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256 of the certificate, upper-case hex. */
  readonly fingerprint: string;
  /** ISO 8601 UTC. */
  readonly notAfter: string;
};

/** What is known of the phones that are used outside. */
export type Phones = {
  /** Authorities that signed the certificates which phones show. */
  readonly authorities?: readonly Authority[];
  /** Authorities that the phones themselves trust: a list in their firmware that nobody can change. */
  readonly trustAnchors?: readonly Authority[];
  /** The ways that phones know: of each the Expressway-E, the Expressway-C and the Unified CM. */
  readonly serverGroups?: readonly (readonly string[])[];
};

/** A SIP trunk between Unified CM and Expressway-C. */
export type Trunk = {
  /** Incoming Port of its security profile on Unified CM. */
  readonly incomingPort: number;
  /** SIP port of its neighbour zone on Expressway-C, when somebody said. */
  readonly zonePort?: number;
  readonly secure: boolean;
};

export const securityModes = ['mixed', 'non-secure'] as const;
/** Cluster Security Mode of Unified CM. */
export type SecurityMode = (typeof securityModes)[number];

/**
 * The name that a cluster has in certificates: that of the node's own cluster where it is a full name, else the one of the
 * role.
 */
export function clusterNameOf(
  deployment: Deployment,
  role: Role,
  host: string | undefined,
): string | undefined {
  const own = deployment.nodes[role].find(({ name }) => name === host)?.cluster;
  return own?.includes('.') ? own : deployment.clusterNames[role];
}

/** Whether two declarations are the same, their secrets included, which JSON does not show. */
export function isSameDeployment(a: Deployment, b: Deployment): boolean {
  const all = (one: Deployment) => {
    const { testUser, clientCertificate } = one;
    return JSON.stringify([one, testUser?.id(), clientCertificate?.key(), clientCertificate?.passphrase?.()]);
  };
  return all(a) === all(b);
}

/** What the operator declared about one deployment, everything defaulted: the facts that judgements may use. */
export type Deployment = {
  readonly name: string;
  readonly vantage: Vantage;
  /** Service-discovery (edge) domains, lower case, at least one. */
  readonly domains: readonly string[];
  readonly nodes: Readonly<Record<Role, readonly DeclaredNode[]>>;
  /** DNS servers per view as `IP`, `IP:port` or `[IPv6]:port`; a view without one is not asked. */
  readonly resolvers: Readonly<Record<View, readonly string[]>>;
  /** Product versions when every node of a role has the same. */
  readonly versions: Readonly<Partial<Record<Role, string>>>;
  /** The oldest release of each client that people use outside, as far as somebody said. */
  readonly clients?: Readonly<Partial<Record<ClientKind, string>>>;
  /** What is used and needs releases of its own, as far as somebody said. */
  readonly features?: readonly Feature[];
  /** Names of phone security profiles of MRA devices with encrypted signalling. */
  readonly phoneSecurityProfiles: readonly string[];
  /** Cluster name per role, when the role is clustered. */
  readonly clusterNames: Readonly<Partial<Record<Role, string>>>;
  readonly chatNodeAliases: readonly string[];
  readonly xmppFederationDomains: readonly string[];
  /** False when the deployment has no IM and Presence: then 5222 and 7400 are not expected. */
  readonly messaging: boolean;
  /** True when Expressway-E is a TURN server. */
  readonly turn?: boolean;
  /** Whether phones are onboarded with activation codes, when somebody said. */
  readonly activationCodes?: boolean;
  readonly phones?: Phones;
  /** The lists of trusted authorities of the Expressways, as far as somebody gave them. */
  readonly trustedAuthorities?: Readonly<
    Partial<Record<'expressway_e' | 'expressway_c', readonly Authority[]>>
  >;
  /** The SIP trunk between Unified CM and Expressway-C, when there is one. */
  readonly trunk?: Trunk;
  /** When somebody said. */
  readonly securityMode?: SecurityMode;
  /** Whether the trunk between the conferencing server and Unified CM is encrypted, when somebody said. */
  readonly conferenceTrunk?: 'encrypted' | 'clear';
  /** True when nobody outside may use remote access: then internal DNS leads to the edge. */
  readonly onlyInside?: boolean;
  /** Host of the guest URI of a Meeting Server web proxy on the same Expressway. */
  readonly meetingServerProxy?: string;
  /** Web pages that clients outside ask for, as far as somebody said. */
  readonly pages?: readonly Page[];
  /** Signs in through the edge, when declared. */
  readonly testUser?: TestUser;
  /** Presented inside, when declared. */
  readonly clientCertificate?: ClientCertificate;
  /** Findings that are told but do not count. */
  readonly silences?: readonly Silence[];
  /** PEM texts of trust anchors beside the default store. */
  readonly trust: readonly string[];
  readonly intervalsMs: {
    readonly dns: number;
    readonly port: number;
    readonly edge: number;
    /** What takes several conversations or a secret: TLS surveys, UDS and AXL, logins. */
    readonly seldom: number;
  };
  readonly timeoutMs: number;
};
