/**
 * Product versions as Cisco writes them: `X8.10.1` and `X14.0.8` (Expressway), `12.5(1)SU4`, `14SU3`, `15.0.1.12900-40`
 * (Unified CM, IM and Presence, Unity Connection). Compared number by number; a service update counts after the base.
 */
export type Version = { readonly text: string; readonly numbers: readonly number[]; readonly update: number };

const pattern = /^X?(\d+(?:[.](\d+))*)(?:\((\d+)([a-z]?)\))?(?:[\s-]?SU\s?(\d+)([a-z]?))?(?:-\d+)?$/i;

/** Reads a version; undefined when the text is not one. */
export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const numbers = match[1]!.split('.').map(Number);
  if (match[3] !== undefined) numbers.push(Number(match[3]));
  return { text: text.trim(), numbers, update: match[5] === undefined ? 0 : Number(match[5]) };
}

/** Negative when `a` is older than `b`, zero when neither is; `X14` equals `X14.0`. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.numbers.length, b.numbers.length); i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.update - b.update;
}

/** Whether a known version is at least `boundary`; undefined when the version is not known. */
export function isAtLeast(version: Version | undefined, boundary: string): boolean | undefined {
  const limit = parseVersion(boundary);
  if (!limit) throw new RangeError(`not a version: ${boundary}`);
  return version && compareVersions(version, limit) >= 0;
}
