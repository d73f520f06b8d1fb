import type { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import type { Source } from './document.ts';

type Issue = z.core.$ZodIssue;

/** One sentence per thing that the schema refuses. */
export function problemsOf(issues: readonly Issue[], source: Source): readonly Problem[] {
  return issues.flatMap(issue => problemsOfIssue(issue, [], source));
}

function problemsOfIssue(issue: Issue, above: readonly PropertyKey[], source: Source): readonly Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      place: source.placeOf([...path, key], 'key'),
      message: unknownKey(key, path, issue.message.split(' ')),
    }));
  }
  if (issue.code === 'invalid_union') {
    const fitting = issue.errors.find(branch => !branch.some(refusesType));
    if (fitting) return fitting.flatMap(inner => problemsOfIssue(inner, path, source));
  }
  const value = valueAt(source.value, path);
  return [
    {
      place: source.placeOf(path, 'value'),
      message:
        value === undefined
          ? `\`${nameOf(path)}\` is missing; it has to be ${issue.message}.`
          : `${subjectOf(path)} is ${shown(value)} but has to be ${issue.message}.`,
    },
  ];
}

function refusesType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function unknownKey(key: string, path: readonly PropertyKey[], known: readonly string[]): string {
  const where = path.length === 0 ? '' : ` in \`${nameOf(path)}\``;
  const nearest = nearestOf(key, known);
  return nearest === undefined
    ? `The key ${quoted(key)}${where} is not known; the known ones are ${known.join(', ')}.`
    : `The key ${quoted(key)}${where} is not known; did you mean \`${nearest}\`?`;
}

/** The known word that differs least, when it differs by little: hyphens and capitals count for nothing. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const plain = word
    .slice(0, 64)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  const ranked = known
    .map(name => ({ name, distance: distanceOf(plain, name) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

// Edits between two words, where swapping two neighbours counts as one (optimal string alignment).
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (same ? 0 : 1),
        swapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** `deployments[0].domains[1]`. */
export function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

function subjectOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'The configuration' : `\`${nameOf(path)}\``;
}

/** A value as a sentence shows it: text in quotes and short, a collection by its kind. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** The value that stands at a path, if one does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}
