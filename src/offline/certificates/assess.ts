import type { Fields } from './fields.ts';
import { nameReasons } from './names.ts';
import { called, type FoundPath, findPath, indexAnchors, type Reason, type Rules } from './path.ts';

/** What is to be assessed: the certificate of a server, what came with it, and what is trusted. */
export type Case = {
  readonly leaf: Fields;
  /** In the order in which they were given, the leaf among them. */
  readonly given: readonly Fields[];
  readonly anchors: readonly Fields[];
  /** The name under which clients look for the server. */
  readonly host?: string;
  readonly rules: Rules;
};

/** A certificate that would have to be loaded beside the leaf, or is not to be had. */
export type Lack = { readonly subject: string; readonly url?: string; readonly inTrust: boolean };

/** The verdict on a certificate and its path, and what follows from it. */
export type Assessment = {
  readonly verdict: 'trusted' | 'not-trusted';
  readonly reasons: readonly Reason[];
  /** What is not as it should be and does not decide. */
  readonly notes: readonly string[];
  readonly found: FoundPath;
  /** Leaf first, without the root: what a server should send. */
  readonly order: readonly Fields[];
  readonly inOrder: boolean;
  readonly lacking: readonly Lack[];
};

const dayMs = 86_400_000;

/** Judges path and name together, so that one fault does not hide another. */
export function assess({ leaf, given, anchors, host, rules }: Case): Assessment {
  const others = given.filter(one => one !== leaf);
  const found = findPath(leaf, others, indexAnchors(anchors), rules);
  const reasons = [...found.reasons, ...(host === undefined ? [] : nameReasons(leaf, host))];
  const order = found.path.filter((one, i) => i === 0 || one.subjectKey !== one.issuerKey);
  const isGiven = (one: Fields) => given.some(other => other.der.equals(one.der));
  const places = order
    .map(one => given.findIndex(other => other.der.equals(one.der)))
    .filter(place => place >= 0);
  const lacking = order
    .slice(1)
    .filter(one => !isGiven(one))
    .map(one => ({ subject: one.summary.subject, inTrust: true }) as Lack);
  const last = found.path.at(-1)!;
  if (found.end === 'incomplete')
    lacking.push({
      subject: last.summary.issuer,
      ...(last.summary.issuerUrl !== undefined && { url: last.summary.issuerUrl }),
      inTrust: false,
    });
  return {
    verdict: reasons.length === 0 ? 'trusted' : 'not-trusted',
    reasons,
    notes: notesOn(found, given, leaf, rules),
    ...{ found, order, lacking },
    inOrder: places.every((place, i) => place === i),
  };
}

function notesOn(
  { path }: FoundPath,
  given: readonly Fields[],
  leaf: Fields,
  rules: Rules,
): readonly string[] {
  const notes = path.flatMap(one =>
    rules.strict ? [] : one.flaws.flatMap(({ text, strict }) => (strict ? [`${called(one)} ${text}.`] : [])),
  );
  const surplus = given.filter(one => one !== leaf && !path.some(other => other.der.equals(one.der)));
  for (const one of surplus) notes.push(`${called(one)} is not needed on the way to the root.`);
  for (const one of path) {
    const left = one.notAfter - rules.atMs;
    if (left >= 0 && left <= 30 * dayMs && left * 3 < one.notAfter - one.notBefore)
      notes.push(`${called(one)} expires in ${Math.floor(left / dayMs)} days.`);
  }
  if (given.some((one, i) => given.findIndex(other => other.der.equals(one.der)) !== i))
    notes.push('A certificate was given twice.');
  return notes;
}
