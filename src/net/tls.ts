import { constants, hash, X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import {
  connect,
  createSecureContext,
  DEFAULT_CIPHERS,
  type DetailedPeerCertificate,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { Failure } from '../model/failure.ts';
import type { Reading } from '../model/observation.ts';
import type { ProbeContext } from '../model/probe.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import { type CertificateStatus, readCertificateStatus } from '../x509/ocsp.ts';
import { within } from './deadline.ts';
import { errorCode, failureAt, failureFrom, isSystemError } from './failure.ts';
import { type Handshake, looksLikeTls, readHandshake, type Tap, tap } from './handshake.ts';
import { type Anchors, type CertificatePath, indexAnchors, searchPath } from './path.ts';
import { type Recall, recall } from './recall.ts';
import { printable } from './text.ts';

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
  /**
   * OpenSSL's verdict against the default store and the declared trust anchors; absent when no certificate was seen, or when the
   * handshake failed after it (then `path` is all there is).
   */
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
  /** Subjects of the authorities whose client certificates the server says it takes; absent when it names none. */
  readonly clientAuthorities?: readonly string[];
};

/** How to open TLS over a connected socket. */
export type TlsRequest = {
  /** The name for SNI; empty, or an IP literal, for none (RFC 6066 section 3). */
  readonly serverName: string;
  /** PEM texts of trust anchors beside the default store. */
  readonly trust: readonly string[];
  /**
   * Wait a moment for a server that asked for a client certificate to say whether it insists: in TLS 1.3 it does so after the
   * handshake has succeeded. Not needed when an exchange follows, see `refusedFor`.
   */
  readonly awaitRefusal: boolean;
  /** What to offer when not everything from TLS 1.0 on: then the chain is not verified by OpenSSL. */
  readonly offer?: TlsOffer;
  /** What to show to a server that asks for a client certificate; nothing when absent. */
  readonly identity?: TlsIdentity;
  /** Ask for the certificate's status along with it (RFC 6066 section 8). */
  readonly askStatus?: boolean;
};

/** `none` when the server sent no status, `unreadable` when what it sent is no good answer. */
export type Stapled = CertificateStatus | 'none' | 'unreadable';

/** A narrower offer than usual, to see what a server does with it. */
export type TlsOffer = {
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** In OpenSSL's words. */
  readonly ciphers?: string;
  /** Signature algorithms in OpenSSL's words. */
  readonly sigalgs?: string;
};
export type SecureVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** A client certificate with its chain and its private key, both PEM. */
export type TlsIdentity = {
  readonly certificate: string;
  readonly key: string;
  readonly passphrase?: string;
};

/** What became of the handshake; the socket is there when it ended well. Destroying the TCP socket closes both. */
export type TlsSession = {
  readonly reading: TlsReading;
  readonly socket?: TLSSocket;
  /** The status that the server sent with its certificate; absent when it was not asked. */
  readonly stapled?: Stapled;
};

/**
 * Opens TLS over a connected socket with verification off, so that a bad chain is seen and not refused; old protocols and weak
 * keys are taken too. Throws a `ProberFault` when the step is aborted.
 */
export async function openTls(
  socket: Socket,
  request: TlsRequest,
  context: ProbeContext,
): Promise<TlsSession> {
  const store = trustStore(request.trust);
  const serverName = isIP(request.serverName) === 0 ? request.serverName : '';
  const wire = tap(socket);
  const startMs = performance.now();
  const secured = connect({
    socket: wire.duplex,
    servername: serverName,
    secureContext: contextFor(request, store),
    ...(request.askStatus && { requestOCSP: true }),
    rejectUnauthorized: false,
    // Names are judged elsewhere; here it would only hide the verdict on the chain.
    checkServerIdentity: () => undefined,
    minDHSize: 1,
  });
  secured.on('error', () => {});
  // Node converts the whole chain for `checkServerIdentity`, which looks at none of it here: a quarter of the handshake's time.
  secured.getPeerCertificate = () => ({}) as DetailedPeerCertificate;
  let stapled: Stapled | undefined;
  secured.once('OCSPResponse', (response: Buffer | null) => {
    stapled = response === null ? 'none' : (readCertificateStatus(response) ?? 'unreadable');
  });
  socket.once('close', () => secured.destroy());
  let secret: Buffer | undefined;
  secured.on('keylog', (line: Buffer) => {
    const [label, , value] = line.toString('latin1').trim().split(' ');
    if (label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET' && value) secret = Buffer.from(value, 'hex');
  });

  try {
    const ending = await within<Ending>(
      context,
      'tls',
      resolve => {
        const onSecure = () => resolve({ how: 'secure' });
        const onError = (error: unknown) => resolve({ how: 'error', error });
        const onClose = () => resolve({ how: 'error', error: undefined });
        secured.once('secureConnect', onSecure).once('error', onError).once('close', onClose);
        return () => secured.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
      },
      () => ({ how: 'late' }),
    );
    const handshakeMs = performance.now() - startMs;
    Reflect.deleteProperty(secured, 'getPeerCertificate');
    const seen = readHandshake(wire.received(), secret, ending.how === 'secure' ? 'certificate' : 'finished');
    if (ending.how !== 'secure') {
      socket.destroy();
      const failure =
        ending.how === 'late'
          ? lateFailure(wire.received())
          : handshakeFailure(ending.error, wire, seen, request.identity !== undefined);
      return {
        reading: {
          serverName,
          ...(seen.dhBits !== undefined && { keyExchange: { type: 'DH', bits: seen.dhBits } }),
          ...chainFacts(seen.chain ?? [], store),
          ...certificateFacts(seen, failure),
          failure,
        },
      };
    }

    const facts = chainFacts(seen.chain ?? chainOf(secured), store);
    const standing: TlsReading = {
      serverName,
      handshakeMs,
      ...sessionFacts(secured, seen),
      ...facts,
      ...(facts.chain.length > 0 && !isNarrow(request) && { verification: verificationOf(secured) }),
    };
    const mayRefuse = secured.getProtocol() === 'TLSv1.3' && seen.certificateRequested !== false;
    const failure =
      request.awaitRefusal && mayRefuse
        ? await refusalAfter(secured, wire, seen, context, request.identity !== undefined)
        : undefined;
    const reading = {
      ...standing,
      ...certificateFacts(seen, failure),
      ...(failure !== undefined && { failure }),
    };
    if (failure === undefined) return { reading, socket: secured, ...(stapled && { stapled }) };
    socket.destroy();
    return { reading };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * The reading when an exchange over the session failed because the server insists on a client certificate (TLS 1.3 says so
 * only then); undefined when it failed for another reason.
 */
export function refusedFor(reading: TlsReading, error: unknown): TlsReading | undefined {
  if (alertOf(error) !== alerts.CERTIFICATE_REQUIRED) return undefined;
  return { ...reading, clientCertificate: 'required', failure: certificateRefused('alert 116', false) };
}

/** What an error on a TLS socket says: an alert, or a failure of the system below. */
export function tlsFailure(error: unknown, stage: 'tls' | 'response'): Failure {
  const code = errorCode(error);
  const alert = alertOf(error);
  if (alert !== undefined) return alertFailure(alert, stage);
  if (code === 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING') return failureAt(stage, 'eof', { code });
  if (isSystemError(error)) return failureFrom(error, stage);
  if (code === undefined || !/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) throw error;
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return failureAt(stage, 'tls-version', { code });
  }
  if (/_DH_|UNKNOWN_SECURITY_BITS|MODULUS_TOO_SMALL/.test(code))
    return failureAt(stage, 'tls-weak-dh', { code });
  if (/CIPHER/.test(code)) return failureAt(stage, 'tls-cipher', { code });
  return failureAt(stage, 'handshake', { code });
}

type Ending =
  | { readonly how: 'secure' }
  | { readonly how: 'late' }
  | { readonly how: 'error'; readonly error: unknown };

function lateFailure(received: Buffer): Failure {
  return looksLikeTls(received) === false ? notTls(received) : failureAt('tls', 'timeout');
}

function notTls(received: Buffer): Failure {
  const firstLine = received.toString('latin1', 0, 80).split(/[\r\n]/, 1)[0]!;
  return failureAt('tls', 'not-tls', { detail: printable(firstLine) });
}

function handshakeFailure(error: unknown, wire: Tap, seen: Handshake, shown: boolean): Failure {
  const received = wire.received();
  if (looksLikeTls(received) === false) return notTls(received);
  // Once it has asked for a certificate, a server has only one reason to hang up at this point.
  const refused = seen.certificateRequested === true && seen.complete;
  const alert = seen.alert ?? alertOf(error);
  if (alert !== undefined) {
    return refused && isRefusal(alert, shown)
      ? certificateRefused(`alert ${alert}`, shown)
      : alertFailure(alert, 'tls');
  }
  const ended = wire.ended();
  if (ended !== undefined && (error === undefined || isSystemError(error))) {
    if (refused) return certificateRefused(ended === 'eof' ? 'EOF' : errorCode(ended), shown);
    return ended === 'eof' ? failureAt('tls', 'eof') : failureFrom(ended, 'tls');
  }
  return error === undefined ? failureAt('tls', 'eof') : tlsFailure(error, 'tls');
}

const refusalWaitMs = 1000;

/** Waits for a server to refuse the client for its certificate; a session ticket is its way of saying that all is well. */
async function refusalAfter(
  secured: TLSSocket,
  wire: Tap,
  seen: Handshake,
  context: ProbeContext,
  shown: boolean,
): Promise<Failure | undefined> {
  const error = await within<unknown>(
    { signal: context.signal, timeoutMs: Math.min(refusalWaitMs, context.timeoutMs) },
    'tls',
    resolve => {
      const onFine = () => resolve(undefined);
      const onClose = () => resolve(wire.ended());
      secured.once('error', resolve).once('session', onFine).once('data', onFine);
      secured.once('end', onClose).once('close', onClose);
      return () => {
        secured.pause();
        secured.off('error', resolve).off('session', onFine).off('data', onFine);
        secured.off('end', onClose).off('close', onClose);
      };
    },
    () => undefined,
  );
  if (error === undefined) return undefined;
  const alert = alertOf(error);
  if (alert !== undefined) {
    return isRefusal(alert, shown) ? certificateRefused(`alert ${alert}`, shown) : alertFailure(alert, 'tls');
  }
  if (seen.certificateRequested !== true) return undefined;
  return certificateRefused(error === 'eof' ? 'EOF' : errorCode(error), shown);
}

/** Whether an alert answers our certificate message, empty or not. */
function isRefusal(alert: number, shown: boolean): boolean {
  return refusals.has(alert) || (shown && refusalsOfShown.has(alert));
}

/** A server that goes away at our certificate message: it wants one, or another than it was shown. */
function certificateRefused(code: string | undefined, shown: boolean): Failure {
  const reason = shown ? 'client-certificate-refused' : 'client-certificate-required';
  return failureAt('tls', reason, { ...(code !== undefined && { code }) });
}

function certificateFacts(
  seen: Handshake,
  failure: Failure | undefined,
): Pick<TlsReading, 'clientCertificate' | 'clientAuthorities'> {
  const required = failure?.reason === 'client-certificate-required';
  if (!required && seen.certificateRequested === undefined) return {};
  return {
    clientCertificate: required ? 'required' : seen.certificateRequested ? 'requested' : 'not-requested',
    ...(seen.authorities.length > 0 && { clientAuthorities: seen.authorities }),
  };
}

function sessionFacts(
  secured: TLSSocket,
  seen: Handshake,
): Pick<TlsReading, 'protocol' | 'cipher' | 'keyExchange'> {
  const protocol = secured.getProtocol();
  const exchange = secured.getEphemeralKeyInfo() as { type?: string; name?: string; size?: number } | null;
  const bits = seen.dhBits ?? exchange?.size;
  return {
    ...(protocol !== null && { protocol }),
    cipher: secured.getCipher().standardName,
    ...(exchange?.type !== undefined && {
      keyExchange: {
        type: exchange.type,
        ...(exchange.name !== undefined && { name: exchange.name }),
        ...(bits !== undefined && { bits }),
      },
    }),
  };
}

type ChainFacts = { readonly chain: readonly Certificate[]; readonly path?: CertificatePath };

/** Servers show the same certificates day after day, and what they say does not depend on the time. */
const certificates: Recall<Certificate> = recall(4_096);
const pathsKept = 4_096;

/** Reads certificates as sent; what cannot be parsed at all ends the list. */
function chainFacts(sent: readonly Buffer[], store: TrustStore): ChainFacts {
  const chain: Certificate[] = [];
  for (const der of sent.slice(0, maxChain)) {
    try {
      chain.push(certificates(hash('sha256', der), () => readCertificate(der)));
    } catch {
      break;
    }
  }
  if (chain.length === 0) return { chain };
  const path = store.paths(chain.map(({ fingerprint }) => fingerprint).join(), () => {
    const parsed = sent.slice(0, chain.length).map(der => new X509Certificate(der));
    return searchPath(parsed, store.declared, store.standard)!;
  });
  return { chain, path };
}

function verificationOf(secured: TLSSocket): NonNullable<TlsReading['verification']> {
  // Declared as an Error, but it is OpenSSL's name of the verdict.
  const code: unknown = secured.authorizationError;
  return {
    trusted: secured.authorized,
    ...(code ? { code: typeof code === 'string' ? code : errorCode(code) } : {}),
  };
}

const maxChain = 20;

/** As sent, by Node's account. `getPeerCertificate(true)` will not do: it completes the chain from the local store. */
function chainOf(secured: TLSSocket): readonly Buffer[] {
  const chain: Buffer[] = [];
  let certificate = secured.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < maxChain) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

type TrustStore = {
  readonly context: SecureContext;
  readonly standard: Anchors;
  readonly declared: Anchors;
  /** By the fingerprints of what was sent. */
  readonly paths: Recall<CertificatePath>;
};

/** Parsing some 300 anchors takes 20 ms, so it is done once for each list; Node gives the same list as long as it is the same. */
const stores = new WeakMap<readonly string[], TrustStore>();

function trustStore(trust: readonly string[]): TrustStore {
  const standardList = getCACertificates('default');
  const key = trust.length === 0 ? standardList : trust;
  const known = stores.get(key);
  if (known !== undefined) return known;
  const standard =
    key === standardList
      ? indexAnchors(standardList.map(pem => new X509Certificate(pem)))
      : trustStore([]).standard;
  const declared = indexAnchors(trust.flatMap(certificatesIn));
  const store: TrustStore = {
    standard,
    declared,
    paths: recall(pathsKept),
    context: createSecureContext({
      ...(trust.length > 0 && { ca: [...standardList, ...trust] }),
      // The operator may declare the issuing CA alone. Not set without need, because it changes OpenSSL's reasons.
      allowPartialTrustChain: hasIntermediate(declared) || hasIntermediate(standard),
      ...common,
    }),
  };
  stores.set(key, store);
  return store;
}

function isNarrow({ offer, identity }: TlsRequest): boolean {
  return offer !== undefined || identity !== undefined;
}

/** Narrow looks are about what the server takes and shows, so they go without the anchors, which are slow to load. */
function contextFor(request: TlsRequest, store: TrustStore): SecureContext {
  if (!isNarrow(request)) return store.context;
  const { offer, identity } = request;
  if (identity === undefined)
    return narrowContexts(JSON.stringify(offer), () => createSecureContext({ ...common, ...offer }));
  const { certificate: cert, key, passphrase } = identity;
  return createSecureContext({ ...common, ...offer, cert, key, passphrase });
}

/** A survey makes the same few offers to every server; making a context takes half a millisecond. */
const narrowContexts: Recall<SecureContext> = recall(64);

const common = {
  minVersion: 'TLSv1',
  ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
  // OpenSSL's own list without the hybrids with ML-KEM: no client of MRA offers them, they make a ClientHello of two packets,
  // and their keys cost as much as the rest of the offer.
  ecdhCurve: 'X25519:P-256:X448:P-384:P-521:ffdhe2048:ffdhe3072',
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
} as const;

function hasIntermediate(anchors: Anchors): boolean {
  return [...anchors.values()].flat().some(anchor => anchor.subject !== anchor.issuer);
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [^-]+-----/g) ?? [];
  return blocks.map(block => new X509Certificate(block));
}

/** Alert descriptions by the words in OpenSSL's error codes (`ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`). */
const alerts = {
  CLOSE_NOTIFY: 0,
  UNEXPECTED_MESSAGE: 10,
  BAD_RECORD_MAC: 20,
  DECRYPTION_FAILED: 21,
  RECORD_OVERFLOW: 22,
  DECOMPRESSION_FAILURE: 30,
  HANDSHAKE_FAILURE: 40,
  NO_CERTIFICATE: 41,
  BAD_CERTIFICATE: 42,
  UNSUPPORTED_CERTIFICATE: 43,
  CERTIFICATE_REVOKED: 44,
  CERTIFICATE_EXPIRED: 45,
  CERTIFICATE_UNKNOWN: 46,
  ILLEGAL_PARAMETER: 47,
  UNKNOWN_CA: 48,
  ACCESS_DENIED: 49,
  DECODE_ERROR: 50,
  DECRYPT_ERROR: 51,
  EXPORT_RESTRICTION: 60,
  PROTOCOL_VERSION: 70,
  INSUFFICIENT_SECURITY: 71,
  INTERNAL_ERROR: 80,
  INAPPROPRIATE_FALLBACK: 86,
  USER_CANCELLED: 90,
  NO_RENEGOTIATION: 100,
  MISSING_EXTENSION: 109,
  UNSUPPORTED_EXTENSION: 110,
  UNRECOGNIZED_NAME: 112,
  BAD_CERTIFICATE_STATUS_RESPONSE: 113,
  UNKNOWN_PSK_IDENTITY: 115,
  CERTIFICATE_REQUIRED: 116,
  NO_APPLICATION_PROTOCOL: 120,
} as const;
const alertNames: ReadonlyMap<number, string> = new Map(
  Object.entries(alerts).map(([name, number]) => [number, name.toLowerCase().replaceAll('_', ' ')]),
);

/** Alerts by which servers answer an empty certificate message. */
const refusals: ReadonlySet<number> = new Set([
  alerts.HANDSHAKE_FAILURE,
  alerts.NO_CERTIFICATE,
  alerts.BAD_CERTIFICATE,
  alerts.CERTIFICATE_UNKNOWN,
  alerts.ACCESS_DENIED,
  alerts.CERTIFICATE_REQUIRED,
]);

/** Alerts by which servers answer a certificate that they do not like. */
const refusalsOfShown: ReadonlySet<number> = new Set([
  alerts.UNSUPPORTED_CERTIFICATE,
  alerts.CERTIFICATE_REVOKED,
  alerts.CERTIFICATE_EXPIRED,
  alerts.UNKNOWN_CA,
  alerts.DECRYPT_ERROR,
]);

function alertOf(error: unknown): number | undefined {
  const name = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_(\w+)$/.exec(errorCode(error) ?? '')?.[1];
  return name !== undefined && name in alerts ? alerts[name as keyof typeof alerts] : undefined;
}

function alertFailure(alert: number, stage: 'tls' | 'response'): Failure {
  return failureAt(stage, 'tls-alert', {
    code: `alert ${alert}`,
    detail: alertNames.get(alert) ?? 'unknown',
  });
}
