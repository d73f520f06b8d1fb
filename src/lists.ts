import { readdirSync, statSync } from 'node:fs';
import { OperatorError } from './model/problem.ts';

/** Lists of deployments beside the configuration file: files, directories and URLs. */
export type Lists = {
  /** Fetches the URLs among the places; where that fails the last text stays. */
  fetchAll(places: readonly string[]): Promise<void>;
  /** The last text of a URL. Throws OperatorError when there is none. */
  textOf(url: string): string;
  /** Differs when one of the places does. */
  stateOf(places: readonly string[]): string;
};

const fetchWithinMs = 10_000;
const mostBytes = 10 * 1024 * 1024;

/** Begins without any text. */
export function createLists(): Lists {
  const texts = new Map<string, { readonly text: string; readonly tag: string | null }>();
  const failures = new Map<string, string>();

  async function fetchOne(url: string) {
    const tag = texts.get(url)?.tag;
    try {
      const answer = await fetch(url, {
        signal: AbortSignal.timeout(fetchWithinMs),
        headers: { accept: 'application/yaml, application/json', ...(tag ? { 'if-none-match': tag } : {}) },
      });
      if (answer.status === 304) return;
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      texts.set(url, { text: await boundedText(answer), tag: answer.headers.get('etag') });
      failures.delete(url);
    } catch (error) {
      failures.set(url, reasonOf(error));
    }
  }

  return {
    async fetchAll(places) {
      await Promise.all(places.filter(isUrl).map(fetchOne));
    },
    textOf(url) {
      const known = texts.get(url);
      if (known) return known.text;
      const message = `The list cannot be fetched: ${failures.get(url) ?? 'it was not asked for yet'}.`;
      throw new OperatorError([{ place: url, message }]);
    },
    stateOf: places =>
      places.map(place => (isUrl(place) ? texts.get(place)?.text : stateOfFile(place)) ?? '').join('\n'),
  };
}

function isUrl(place: string): boolean {
  return /^https?:\/\//.test(place);
}

async function boundedText(answer: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body ?? []) {
    size += piece.length;
    if (size > mostBytes) throw new Error('it is larger than 10 MiB');
    pieces.push(piece);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}

function stateOfFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 'gone';
  return found.isDirectory()
    ? readdirSync(path).sort().join()
    : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
