import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe, type ProbeContext } from '../src/model/probe.ts';
import { connect } from '../src/net/connect.ts';
import { openTls, type SecureVersion, type Stapled, type TlsOffer, type TlsReading } from '../src/net/tls.ts';
import type { Certificate } from '../src/x509/certificate.ts';
import type { TlsOptions } from './tls.ts';

/** The certificate that one kind of client gets, and where its path ends; dates left aside as in `TlsReading`. */
export type ShownCertificate = {
  readonly certificate: Certificate;
  readonly path?: TlsReading['path'];
};

/** What several handshakes with different offers show of one TLS service. What could not be told is absent. */
export type SurveyReading = Reading & {
  /** The name sent as SNI, but where it was left out on purpose. */
  readonly serverName: string;
  /** Versions that the server agrees to, oldest first, and those that it refuses. */
  readonly accepted: readonly SecureVersion[];
  readonly refused: readonly SecureVersion[];
  /** What a client gets that takes certificates of this kind only; `none` when the server has none for it. */
  readonly rsa?: ShownCertificate | 'none';
  readonly ecdsa?: ShownCertificate | 'none';
  /** What a client gets that names no server. */
  readonly withoutName?: ShownCertificate | 'none';
  /** Bits of the group when nothing but Diffie-Hellman over a prime group is offered; `none` when that is refused. */
  readonly dhBits?: number | 'none';
  /** What becomes of a client without certificate, by version. */
  readonly withoutCertificate: Readonly<
    Partial<Record<SecureVersion, NonNullable<TlsReading['clientCertificate']>>>
  >;
  /** Subjects of the authorities whose client certificates the server says it takes. */
  readonly clientAuthorities?: readonly string[];
  /** The status that the server sends with its certificate. */
  readonly stapled?: Stapled;
  /** Whether the server agrees to suites that do not encrypt; looked at only when it agreed to nothing else. */
  readonly unencrypted?: boolean;
};

/** Opens TLS several times with different offers, one after the other, and compares what comes back. */
export const tlsSurvey = defineProbe<'tls-survey', TlsOptions, { survey: SurveyReading }>({
  id: 'tls-survey',
  title: 'opens TLS several times with different offers',
  yields: ['survey'],
  async run(options, context) {
    const first = await look(options, only('TLSv1.3'), context);
    if (first.unreachable) {
      const { serverName } = options;
      const nothing = { serverName, accepted: [], refused: [], withoutCertificate: {} };
      return { survey: { ...nothing, failure: first.unreachable } };
    }
    return { survey: await survey(options, first, context) };
  },
});

const only = (version: SecureVersion, more: Omit<TlsOffer, 'minVersion' | 'maxVersion'> = {}): TlsOffer => ({
  minVersion: version,
  maxVersion: version,
  ...more,
});

const weakest = '@SECLEVEL=0';
/** How a client asks for certificates of one kind: before TLS 1.3 by the suites, since then by the signatures. */
const kinds = {
  rsa: {
    'TLSv1.2': only('TLSv1.2', { ciphers: `aRSA:!aNULL:!eNULL:${weakest}` }),
    'TLSv1.3': only('TLSv1.3', { sigalgs: 'RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256' }),
  },
  ecdsa: {
    'TLSv1.2': only('TLSv1.2', { ciphers: `aECDSA:!aNULL:!eNULL:${weakest}` }),
    'TLSv1.3': only('TLSv1.3', { sigalgs: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512' }),
  },
} as const;

async function survey(options: TlsOptions, newest: Look, context: ProbeContext): Promise<SurveyReading> {
  const of = (offer: TlsOffer) => look(options, offer, context);
  const rsa12 = await of(kinds.rsa['TLSv1.2']);
  const ecdsa12 = await of(kinds.ecdsa['TLSv1.2']);
  const isWithout12 = rsa12.outcome === 'refused' && ecdsa12.outcome === 'refused';
  const isNewOnly = isWithout12 && newest.outcome === 'accepted';
  const rsa = isNewOnly ? await of(kinds.rsa['TLSv1.3']) : rsa12;
  const ecdsa = isNewOnly ? await of(kinds.ecdsa['TLSv1.3']) : ecdsa12;
  const group = isNewOnly
    ? undefined
    : await of({ minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: `kDHE:!aNULL:!eNULL:${weakest}` });
  const oldest = await of(only('TLSv1'));
  const old = await of(only('TLSv1.1'));
  const outcome12 = [rsa12, ecdsa12].find(({ outcome }) => outcome === 'accepted') ?? rsa12;
  const versions = [
    ['TLSv1', oldest],
    ['TLSv1.1', old],
    ['TLSv1.2', outcome12],
    ['TLSv1.3', newest],
  ] as const;
  const having = (outcome: Look['outcome']) =>
    versions.flatMap(([version, seen]) => (seen.outcome === outcome ? [version] : []));
  const accepted = having('accepted');
  const nameless =
    options.serverName === '' || accepted.length === 0
      ? undefined
      : await look({ ...options, serverName: '' }, {}, context);
  const unencrypted =
    accepted.length === 0
      ? (await of({ minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: `eNULL:!aNULL:${weakest}` })).outcome
      : undefined;
  const stapled = newest.stapled ?? rsa12.stapled ?? ecdsa12.stapled;
  const dhBits = group?.reading?.keyExchange?.bits;
  const authorities = [newest, outcome12].flatMap(({ reading }) => reading?.clientAuthorities ?? []);
  return {
    serverName: options.serverName,
    accepted,
    refused: having('refused'),
    ...shownIn('rsa', rsa),
    ...shownIn('ecdsa', ecdsa),
    ...(nameless && shownIn('withoutName', nameless)),
    ...(dhBits !== undefined ? { dhBits } : group?.outcome === 'refused' ? { dhBits: 'none' } : {}),
    withoutCertificate: Object.fromEntries(
      versions.flatMap(([version, { reading }]) =>
        reading?.clientCertificate === undefined ? [] : [[version, reading.clientCertificate]],
      ),
    ),
    ...(authorities.length > 0 && { clientAuthorities: [...new Set(authorities)] }),
    ...(stapled !== undefined && { stapled }),
    ...(unencrypted !== undefined && unencrypted !== 'untold' && { unencrypted: unencrypted === 'accepted' }),
  };
}

/** What one handshake showed. */
type Look = {
  readonly outcome: 'accepted' | 'refused' | 'untold';
  readonly reading?: TlsReading;
  readonly stapled?: Stapled;
  /** Why not even a connection could be had. */
  readonly unreachable?: Failure;
};

async function look(
  { address, port, serverName, trust }: TlsOptions,
  offer: TlsOffer,
  context: ProbeContext,
): Promise<Look> {
  const { reading: tcp, socket } = await connect(address, port, context);
  if (socket === undefined) return { outcome: 'untold', ...(tcp.failure && { unreachable: tcp.failure }) };
  try {
    const request = { serverName, trust, awaitRefusal: true, askStatus: true, offer };
    const { reading, stapled } = await openTls(socket, request, context);
    return {
      outcome: outcomeOf(reading),
      reading,
      ...(stapled !== undefined && { stapled }),
    };
  } finally {
    socket.destroy();
  }
}

/** Ways in which servers turn an offer down. */
const refusing: ReadonlySet<string> = new Set([
  'tls-alert',
  'tls-version',
  'tls-cipher',
  'handshake',
  'eof',
  'reset',
]);

function outcomeOf({ protocol, chain, failure }: TlsReading): Look['outcome'] {
  // A server that knows only older versions goes on to its certificate, and it is up to us to hang up.
  if (failure?.reason === 'tls-version') return 'refused';
  // Who shows a certificate has agreed to the offer, whatever came after.
  if (protocol !== undefined || chain.length > 0) return 'accepted';
  if (failure?.reason.startsWith('client-certificate')) return 'accepted';
  return failure && refusing.has(failure.reason) ? 'refused' : 'untold';
}

function shownIn<Key extends 'rsa' | 'ecdsa' | 'withoutName'>(
  key: Key,
  { outcome, reading }: Look,
): { readonly [K in Key]?: ShownCertificate | 'none' } {
  const [certificate] = reading?.chain ?? [];
  const shown =
    certificate === undefined
      ? outcome === 'refused'
        ? 'none'
        : undefined
      : { certificate, ...(reading?.path && { path: reading.path }) };
  return (shown === undefined ? {} : { [key]: shown }) as { [K in Key]?: ShownCertificate | 'none' };
}
