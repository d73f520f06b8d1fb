import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type Entry, parseEntry } from './entry.ts';

/** A document that entries rest on. */
export type SourceDocument = {
  readonly title: string;
  readonly version: string;
  readonly kind: 'guide' | 'chapter' | 'standard' | 'page';
  readonly url?: string;
};

/** Everything that can be explained: the entries in the order of their ids, and the documents behind them. */
export type Library = {
  readonly entries: readonly Entry[];
  readonly documents: Readonly<Record<string, SourceDocument>>;
};

const maxEntries = 1000;
const maxEntryBytes = 64 * 1024;

/**
 * Reads all entries once, at start. Throws one error that names file and line for the first entry that is malformed,
 * names an unknown document, or answers a code that another entry answers already.
 */
export function loadLibrary(folder: URL = new URL('./', import.meta.url)): Library {
  const documents: Library['documents'] = JSON.parse(readFileSync(new URL('sources.json', folder), 'utf8'));
  const files = readdirSync(new URL('entries/', folder))
    .filter(file => file.endsWith('.md'))
    .sort();
  if (files.length > maxEntries) throw new Error(`${files.length} entries are more than ${maxEntries}`);
  const answeredBy = new Map<string, string>();
  const entries = files.map(file => {
    const place = new URL(`entries/${file}`, folder);
    if (statSync(place).size > maxEntryBytes) throw new Error(`${file}:1: is over ${maxEntryBytes} bytes`);
    const text = readFileSync(place, 'utf8');
    const entry = parseEntry(text, file);
    for (const source of entry.sources)
      if (!Object.hasOwn(documents, source.document))
        throw new Error(`${file}:${lineOf(text, source.document)}: sources.json has no ${source.document}`);
    for (const code of entry.codes) {
      const other = answeredBy.get(code);
      if (other) throw new Error(`${file}:${lineOf(text, code)}: ${code} is answered by ${other} already`);
      answeredBy.set(code, entry.id);
    }
    return entry;
  });
  return { entries, documents };
}

function lineOf(text: string, word: string): number {
  return text.split('\n').findIndex(line => line.includes(word)) + 1;
}
