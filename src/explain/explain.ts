import type { CauseEntry } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Entry } from './entry.ts';
import type { Library } from './library.ts';

/** An entry that a search found; a higher score fits better. */
export type Hit = { readonly entry: Entry; readonly score: number };

/** The entry that answers a finding code. */
export function entryForCode(library: Library, code: string): Entry | undefined {
  return library.entries.find(entry => entry.codes.includes(code));
}

/** The same report with the documented entry on every cause that has one; nothing else changes. */
export function explainReport(library: Library, report: Report): Report {
  const causes = report.diagnosis.causes.map(cause => {
    const entry = entryForCode(library, cause.code);
    return entry ? { ...cause, entry: toCauseEntry(entry) } : cause;
  });
  return { ...report, diagnosis: { ...report.diagnosis, causes } };
}

function toCauseEntry(entry: Entry): CauseEntry {
  const [source] = entry.sources;
  return {
    id: entry.id,
    title: entry.title,
    remedy: entry.remedy.map(toPlainText),
    verify: entry.verify.map(toPlainText),
    source: `${source.document} "${source.section}"`,
    ...(entry.questions && { questions: entry.questions }),
  };
}

/** Without the two marks that entries use inside a line, code and strong. */
function toPlainText(markdown: string): string {
  return markdown.replaceAll(/`([^`]+)`|[*]{2}([^*]+)[*]{2}/g, '$1$2');
}

const stopWords = new Set(
  'a an and are as at be but by can do does for from has have i in is it its my of on or our the their then there they this to was we when with'.split(
    ' ',
  ),
);

/** A pasted page holds more words than tell entries apart; looking at all would only take long. */
const maxWords = 100;

/**
 * Entries for what somebody typed or pasted: an id, a code, an error string, a log line, a few words. An id, a code or an
 * error string that occurs as it stands beats any sum of words; rare words weigh more than frequent ones.
 */
export function search(library: Library, words: string): readonly Hit[] {
  return searchOf(library)(words);
}

/** The same for many searches: what is read of the entries is read once. */
export function searchOf(library: Library): (words: string) => readonly Hit[] {
  const indexed = library.entries.map(entry => ({
    ...{ entry, weights: toWeights(entry) },
    names: [entry.id, ...entry.codes].map(toPhrase),
    strings: [entry.title, entry.id, ...entry.codes, ...entry.keywords].map(toPhrase),
  }));
  return words => {
    const asked = toTokens(words);
    const wanted = [...new Set(asked)].filter(token => !stopWords.has(token)).slice(0, maxWords);
    if (wanted.length === 0) return [];
    const rarity = new Map(
      wanted.map(token => {
        const holders = indexed.filter(({ weights }) => weights.has(token)).length;
        return [token, Math.log(1 + indexed.length / (1 + holders))];
      }),
    );
    const phrase = ` ${asked.join(' ')} `;
    return indexed
      .map(({ entry, weights, names, strings }) => {
        const found = wanted.map(token => weightOf(weights, token) * rarity.get(token)!);
        const covered = found.filter(weight => weight > 0).length / wanted.length;
        const sum = found.reduce((total, weight) => total + weight, 0);
        return { entry, score: sum * covered + nameScore(names, strings, phrase) };
      })
      .filter(hit => hit.score > 0)
      .sort((a, b) => b.score - a.score || a.entry.id.localeCompare(b.entry.id));
  };
}

/** For what stands there word by word, in either direction: a pasted line may hold a known string, or be a part of one. */
function nameScore(names: readonly string[], strings: readonly string[], phrase: string): number {
  if (names.includes(phrase)) return 1000;
  const lengths = strings.map(string => {
    if (phrase.includes(string)) return string === phrase ? string.length * 2 : string.length;
    return string.includes(phrase) ? phrase.length : 0;
  });
  return Math.max(...lengths) * 0.5;
}

/** The best field that holds each word of an entry. */
function toWeights(entry: Entry): ReadonlyMap<string, number> {
  const fields: readonly [readonly string[], number][] = [
    [[entry.cause], 1],
    [[entry.symptom], 2],
    [entry.codes, 3],
    [[entry.title], 4],
    [entry.keywords, 4],
  ];
  return new Map(
    fields.flatMap(([texts, weight]) => toTokens(texts.join(' ')).map(token => [token, weight])),
  );
}

/** The best word of an entry for what was asked. */
function weightOf(weights: ReadonlyMap<string, number>, token: string): number {
  const whole = weights.get(token);
  if (whole !== undefined) return whole;
  let best = 0;
  for (const [word, weight] of weights) best = Math.max(best, weight * likeness(word, token));
  return best;
}

/** From 0 to 1: beginnings by how much they cover, another ending (blocks, blocked), one typing error in a long word. */
function likeness(a: string, b: string): number {
  const [shorter, longer] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  if (shorter < 4) return 0;
  let shared = 0;
  while (shared < shorter && a[shared] === b[shared]) shared++;
  if (shared === shorter) return (0.8 * shorter) / longer;
  if (shorter > 4 && isOneEditApart(a.slice(shared), b.slice(shared))) return 0.7;
  return shared >= 4 && longer - shared <= 2 ? 0.6 : 0;
}

/** What follows the shared beginning: one letter too many, too few, wrong, or two neighbours swapped. */
function isOneEditApart(a: string, b: string): boolean {
  if (a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)) return true;
  return a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
}

function toTokens(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function toPhrase(text: string): string {
  return ` ${toTokens(text).join(' ')} `;
}
