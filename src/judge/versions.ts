import type { Role, Subject } from '../model/subject.ts';
import { compareVersions, parseVersion, type Version } from '../model/version.ts';
import type { RoundView } from './check.ts';

/** What a host says of its own version when it is asked. */
export type SeenVersion = { readonly role: Role; readonly host: string; readonly version: Version };

/** Versions as the hosts themselves tell them: by the product that their SIP answers name, Unified CM also by UDS. */
export function seenVersions(round: Pick<RoundView, 'readings'>): readonly SeenVersion[] {
  const overSip = round.readings('sip').flatMap(({ subject, reading }) => seenIn(subject, reading));
  const overUds = round
    .readings('uds')
    .flatMap(({ subject, reading: { version } }) =>
      seenIn(subject, { product: 'Cisco-CUCM', ...(version !== undefined && { version }) }),
    );
  // UDS tells more of it.
  const isToldOverUds = ({ host }: SeenVersion) => overUds.some(one => one.host === host);
  return [...overSip.filter(one => !isToldOverUds(one)), ...overUds];
}

function seenIn(
  subject: Subject,
  { product = '', version: text }: { readonly product?: string; readonly version?: string },
): readonly SeenVersion[] {
  if (subject.kind !== 'service' || text === undefined || !isOf(subject.role, product)) return [];
  const version = parseVersion(text);
  return version ? [{ role: subject.role, host: subject.host, version }] : [];
}

/** Another device that answers in the place of a host says nothing of that host. */
function isOf(role: Role, product: string): boolean {
  switch (role) {
    case 'expressway_e':
    case 'expressway_c':
      return product.startsWith('TANDBERG/');
    case 'unified_cm':
      return product === 'Cisco-CUCM';
    default:
      return false;
  }
}

/** The version of a host as it was seen; of a role the oldest one, which promises the least. */
export function oldestOf(
  seen: readonly SeenVersion[],
  role: Role,
  host: string | undefined,
): Version | undefined {
  return seen
    .filter(one => one.role === role && (host === undefined || one.host.toLowerCase() === host.toLowerCase()))
    .map(({ version }) => version)
    .sort(compareVersions)[0];
}

/** Whether two versions are the same as far as both are told: `15` and `15.0(1)SU2` do not contradict each other. */
export function mayBeSame(a: Version, b: Version): boolean {
  const common = Math.min(a.numbers.length, b.numbers.length);
  return a.numbers.slice(0, common).every((number, i) => number === b.numbers[i]);
}
