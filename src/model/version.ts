/**
 * Product versions as Cisco writes them: `X8.10.1` and `X14.0.8` (Expressway), `12.5(1)SU4`, `11.5(SU3)`, `14SU3`,
 * `15.0.1.12900-40` (Unified CM, IM and Presence, Unity Connection). `numbers` are release and maintenance, then the build
 * if it was given; `update` is the service update, zero without one.
 */
export type Version = { readonly text: string; readonly numbers: readonly number[]; readonly update: number };

const pattern =
  /^(X?)(\d{1,6}(?:\.\d{1,6}){0,4})(?:\((\d{1,4})[a-z]?\))?(?:[\s-]?SU\s?(\d{1,3})[a-z]?|\(SU(\d{1,3})[a-z]?\))?(?:-\d+)?$/i;

/** Reads a version; undefined when the text is not one. */
export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [, family, dotted, maintenance] = match;
  const update = match[4] ?? match[5];
  const numbers = dotted!.split('.').map(Number);
  if (maintenance !== undefined) numbers.push(Number(maintenance));
  if (update !== undefined) {
    // Service updates belong to a first maintenance release unless it says otherwise: 14SU3 is 14.0(1)SU3.
    if (numbers.length === 1) numbers.push(0);
    if (numbers.length === 2) numbers.push(1);
    return { text: text.trim(), numbers, update: Number(update) };
  }
  return { text: text.trim(), numbers, update: family === '' ? updateOfBuild(numbers[3]) : 0 };
}

/** Reads a release of a client or a device as it is shown there: `TC7.3.21`, `ce9.15.3`, `12.8(1)SR2`, `sip88xx.14-1-1-2`. */
export function parseRelease(text: string): Version | undefined {
  const numbers = text
    .trim()
    .replace(/^(?:TC|CE|RoomOS|sip\w+[.])\s?/i, '')
    .replace(/SR\d+.*$/i, '')
    .replace(/^(\d+)-(\d+)-(\d+).*$/, '$1.$2($3)');
  const version = parseVersion(numbers);
  return version && { ...version, text: text.trim() };
}

// Builds of Unified CM count service updates in thousands: 15.0.1.10000 is the release, 15.0.1.12900 is its SU2.
function updateOfBuild(build = 0): number {
  return build >= 11_000 ? Math.floor(build / 1000) - 10 : 0;
}

/**
 * Negative when `a` is older than `b`, zero when neither is; `X14` equals `X14.0`. Release and maintenance first, then the
 * service update, then the build.
 */
export function compareVersions(a: Version, b: Version): number {
  const difference = (i: number) => (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0);
  return (
    difference(0) || difference(1) || difference(2) || a.update - b.update || difference(3) || difference(4)
  );
}

/** Whether a known version is at least `boundary`; undefined when the version is not known. */
export function isAtLeast(version: Version | undefined, boundary: string): boolean | undefined {
  const limit = parseVersion(boundary);
  if (!limit) throw new RangeError(`not a version: ${boundary}`);
  return version && compareVersions(version, limit) >= 0;
}
