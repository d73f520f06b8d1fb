import type { Reading } from './observation.ts';

/** One zone of an Expressway. */
export type ZoneSettings = {
  readonly name: string;
  /** As the product calls it: `TraversalClient`, `TraversalServer`, `Neighbor`, `DNS`. */
  readonly type: string;
  /** Whether it is a Unified Communications traversal zone. */
  readonly unified: boolean;
  /** `DoNotCheckCredentials`, `TreatAsAuthenticated` or `CheckCredentials`. */
  readonly authentication?: string;
  readonly userName?: string;
  readonly sipPort?: number;
  readonly sipTransport?: string;
  readonly tlsVerify?: boolean;
  readonly verifyName?: string;
  /** `On` forces encryption; `Off`, `BestEffort` and `Auto` do not. */
  readonly mediaEncryption?: string;
  readonly peers: readonly string[];
};

/** A domain on the list of an Expressway-C. */
export type DomainSettings = {
  readonly name: string;
  /** SIP registrations and provisioning on Unified CM. */
  readonly registration?: boolean;
  /** IM and Presence Service. */
  readonly presence?: boolean;
};

/** A category of automated intrusion protection. */
export type ProtectionSettings = {
  readonly category: string;
  readonly on?: boolean;
  readonly trigger?: number;
};

/** How an Expressway is set up, as an export of its configuration tells. What the export does not tell is absent. */
export type SettingsReading = Reading & {
  readonly hostName?: string;
  readonly domainName?: string;
  readonly dnsServers?: readonly string[];
  readonly ntpServers?: readonly string[];
  /** `IPv4`, `IPv6` or `Both`. */
  readonly ipProtocol?: string;
  readonly staticNat?: boolean;
  /** Unified Communications mode is Mobile and remote access. */
  readonly remoteAccess?: boolean;
  readonly jabberGuest?: boolean;
  readonly sipTls?: boolean;
  readonly turn?: boolean;
  readonly zones: readonly ZoneSettings[];
  readonly domains: readonly DomainSettings[];
  readonly pathHeaders?: boolean;
  readonly stunKeepalive?: boolean;
  /** Seconds. */
  readonly tokenLifetime?: number;
  readonly cleanupInterval?: number;
  readonly authorizations?: { readonly most?: number; readonly seconds?: number };
  readonly verifyOriginServer?: boolean;
  readonly androidPush?: boolean;
  readonly digestCache?: { readonly lifetime?: number; readonly checkInterval?: number };
  readonly mediaPorts?: { readonly first?: number; readonly last?: number };
  readonly protection: readonly ProtectionSettings[];
};
