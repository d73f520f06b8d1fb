import { type Blame, type Failure, ProberFault, type Reason, type Stage } from '../model/failure.ts';

/** System errors that a peer or the path caused. */
const theirs: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETUNREACH: 'network-unreachable',
  ENOPROTOOPT: 'protocol-unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
};

/** System errors that say that we could not look. */
const ours: Readonly<Record<string, Reason>> = {
  EMFILE: 'no-descriptors',
  ENFILE: 'no-descriptors',
  ENOBUFS: 'internal',
  ENOMEM: 'internal',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  EADDRNOTAVAIL: 'no-address',
  EADDRINUSE: 'no-address',
  EAFNOSUPPORT: 'no-route',
  ENETDOWN: 'no-route',
  // a route of the kind blackhole
  EINVAL: 'no-route',
};

/** The `code` of a Node error, when it has one. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** A failure with its blame worked out: who has to act follows from the stage and the reason. */
export function failureAt(
  stage: Stage,
  reason: Reason,
  more: { readonly code?: string; readonly detail?: string } = {},
): Failure {
  return {
    stage,
    reason,
    blame: blameFor(stage, reason),
    ...(more.code !== undefined && { code: more.code }),
    ...(more.detail !== undefined && { detail: more.detail }),
  };
}

function blameFor(stage: Stage, reason: Reason): Blame {
  switch (reason) {
    case 'host-unreachable':
    case 'network-unreachable':
    case 'protocol-unreachable':
      return 'path';
    case 'timeout':
      if (stage === 'connect') return 'path';
  }
  return stage === 'resolve' ? 'resolver' : 'target';
}

/**
 * Reads a system error as a failure of the target or of the path, by `error.code` alone. Throws a `ProberFault` when the
 * error is our own, and the error itself when it is not a system error at all (a bug).
 */
export function failureFrom(error: unknown, stage: Stage): Failure {
  const code = errorCode(error);
  if (code === undefined) throw error;
  const reason = theirs[code];
  if (reason === undefined) throw new ProberFault({ stage, reason: ours[code] ?? 'internal', code });
  return failureAt(stage, reason, { code });
}

/** Whether this is an error of the system that `failureFrom` reads, and not one of a protocol library. */
export function isSystemError(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && (code in theirs || code in ours);
}
