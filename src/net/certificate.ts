/** What a certificate says of itself, and how it stands to its neighbour in the flight. RFC 5280. */
export type Certificate = {
  /** Distinguished names as OpenSSL prints them, one attribute per line joined by `, `. */
  readonly subject: string;
  readonly issuer: string;
  /** Last CN of the subject; absent when it has none. */
  readonly commonName?: string;
  readonly serial: string;
  /** SHA-256 of the DER, upper-case hex without colons: the identity of a certificate. */
  readonly fingerprint: string;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: {
    readonly dns: readonly string[];
    readonly ip: readonly string[];
    /** otherName SRVName (RFC 4985), `_collab-edge._tls.example.com`. */
    readonly srv: readonly string[];
    /** otherName id-on-xmppAddr (RFC 6120). */
    readonly xmpp: readonly string[];
    readonly uri: readonly string[];
  };
  /** Object identifiers of extendedKeyUsage; absent when the extension is absent (then every use is allowed). */
  readonly extendedKeyUsage?: readonly string[];
  readonly isCa: boolean;
  readonly key: { readonly type: string; readonly bits?: number; readonly curve?: string };
  /** Signature algorithm as OpenSSL names it: `sha256WithRSAEncryption`. */
  readonly signature: string;
  /** Subject equals issuer and its own key verifies the signature. */
  readonly selfSigned: boolean;
  /** AIA caIssuers, where the issuer's certificate can be had. */
  readonly issuerUrl?: string;
  /** DER, base64, so that a saved round can be looked at with other tools. */
  readonly der: string;
};
