import type { Reading } from '../model/observation.ts';
import type { Certificate } from './certificate.ts';

/** One TLS handshake with verification off, and the verdict on the chain computed apart from it. */
export type TlsReading = Reading & {
  /** The name sent as SNI and looked for in the certificate; empty when none was sent. */
  readonly serverName: string;
  /** Milliseconds from ClientHello to the end of the handshake; absent when it did not end well. */
  readonly handshakeMs?: number;
  /** `TLSv1.2`, `TLSv1.3`. */
  readonly protocol?: string;
  /** The suite's IANA name. */
  readonly cipher?: string;
  /** Key exchange as Node names it, with the size in bits. */
  readonly keyExchange?: { readonly type: string; readonly name?: string; readonly bits?: number };
  /** Certificates in the order in which the server sent them; empty when it sent none. */
  readonly chain: readonly Certificate[];
  /** OpenSSL's verdict against the default store and the declared trust anchors; absent when no certificate was seen. */
  readonly verification?: {
    readonly trusted: boolean;
    /** OpenSSL's name of the first reason: `CERT_HAS_EXPIRED`, `UNABLE_TO_VERIFY_LEAF_SIGNATURE`... */
    readonly code?: string;
  };
  /**
   * The path from the leaf as our own search finds it in what was sent plus the trust anchors, dates left aside, so that an
   * expired certificate does not hide an untrusted issuer.
   */
  readonly path?: {
    /** `anchored`: ends in a trust anchor. `untrusted-root`: ends in a self-signed certificate that is none. `incomplete`: an issuer is missing. */
    readonly end: 'anchored' | 'untrusted-root' | 'incomplete';
    /** Subject of the certificate the path ends at, or of the issuer that is missing. */
    readonly endName: string;
    /** Subjects of intermediates that the server did not send and the trust store supplied. */
    readonly suppliedByStore: readonly string[];
    /** False when the certificates were sent in another order than leaf to root. */
    readonly inOrder: boolean;
  };
  /** Whether the server asked for a client certificate, and whether it insists. */
  readonly clientCertificate?: 'not-requested' | 'requested' | 'required';
};
