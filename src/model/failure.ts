/** Where in a conversation it stopped. A stage that was not reached has no timing and no failure. */
export const stages = ['route', 'resolve', 'connect', 'starttls', 'tls', 'request', 'response'] as const;
export type Stage = (typeof stages)[number];

/**
 * Why it stopped: a closed list, so that it can be a metric label. Never derived from message text, only from
 * `error.code` and from protocol fields.
 */
export const reasons = [
  // nothing arrived or nobody listens
  'refused',
  'timeout',
  'host-unreachable',
  'network-unreachable',
  'protocol-unreachable',
  'reset',
  'eof',
  // DNS answers
  'servfail',
  'query-refused',
  'format-error',
  'not-implemented',
  'rcode',
  'truncated',
  // bytes that are not what the protocol allows
  'malformed',
  'mismatched',
  'oversized',
  'not-tls',
  'plain-tls',
  'not-http',
  'not-sip',
  'not-xmpp',
  'not-ssh',
  'not-ntp',
  'not-stun',
  // TLS
  'tls-alert',
  'tls-version',
  'tls-cipher',
  'tls-weak-dh',
  'client-certificate-required',
  'client-certificate-refused',
  'handshake',
  // protocol answers that end the conversation
  'kiss-of-death',
  'unsynchronised',
  'stream-error',
  'no-starttls',
  'starttls-refused',
  'error-status',
  // the prober itself
  'no-route',
  'no-descriptors',
  'no-permission',
  'no-address',
  'overloaded',
  'aborted',
  'internal',
] as const;
export type Reason = (typeof reasons)[number];

/** Who has to act. `prober` means that we could not look, so nothing is said about the target. */
export const blames = ['target', 'path', 'resolver', 'prober'] as const;
export type Blame = (typeof blames)[number];

/** One failed stage. `code` is the system's or protocol's own word for it (ECONNREFUSED, SERVFAIL, alert 40). */
export type Failure = {
  readonly stage: Stage;
  readonly reason: Reason;
  readonly blame: Blame;
  readonly code?: string;
  readonly detail?: string;
};

/** Thrown by a probe that could not look at all; becomes an `errored` observation, never a verdict about the target. */
export class ProberFault extends Error {
  readonly failure: Failure;
  constructor(failure: Omit<Failure, 'blame'>) {
    super(`${failure.stage}: ${failure.reason}${failure.code ? ` (${failure.code})` : ''}`);
    this.name = 'ProberFault';
    this.failure = { ...failure, blame: 'prober' };
  }
}
