import type { Subject } from '../model/subject.ts';
import type { RoundView } from './check.ts';

/** How the clock of this machine stands, and who says so. */
export type OwnClock = {
  /** Everybody else's clock minus ours, in milliseconds. */
  readonly offsetMs: number;
  readonly errorMs: number;
  /** `ntp`: the declared time servers; `peers`: servers that agree with each other and not with us. */
  readonly by: 'ntp' | 'peers';
  readonly witnesses: readonly string[];
};

const suspiciousMs = 5_000;
const agreementMs = 2_000;

/**
 * The clock here is judged before any other, so that its error is blamed on nobody else: against the declared NTP servers,
 * and without them against what independent servers agree on. Undefined when nobody can tell.
 */
export function ownClock(round: RoundView): OwnClock | undefined {
  const servers = round
    .readings('ntp')
    .flatMap(({ subject, reading: { failure, offsetMs, errorMs = 0 } }) =>
      failure || offsetMs === undefined ? [] : [{ host: hostOf(subject), offsetMs, errorMs }],
    );
  if (servers.length > 0) {
    const { offsetMs, errorMs } = median(servers);
    return { offsetMs, errorMs, by: 'ntp', witnesses: servers.map(({ host }) => host) };
  }
  const peers = round.readings('http').flatMap(({ subject, reading }) => {
    const { clockDifferenceMs: offsetMs, clockUncertaintyMs: errorMs = 1_000 } = reading;
    return offsetMs === undefined ? [] : [{ host: hostOf(subject), offsetMs, errorMs }];
  });
  const witnesses = [...new Set(peers.map(({ host }) => host))];
  if (witnesses.length < 2) return undefined;
  const { offsetMs, errorMs } = median(peers);
  if (Math.abs(offsetMs) < suspiciousMs) return undefined;
  const agreed = peers.every(peer => Math.abs(peer.offsetMs - offsetMs) <= agreementMs + peer.errorMs);
  return agreed ? { offsetMs, errorMs, by: 'peers', witnesses } : undefined;
}

function median<T extends { readonly offsetMs: number }>(values: readonly T[]): T {
  const sorted = values.toSorted((a, b) => a.offsetMs - b.offsetMs);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function hostOf(subject: Subject): string {
  return 'host' in subject ? subject.host : subject.id;
}
