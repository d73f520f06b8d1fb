import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { Problem } from '../model/problem.ts';

/** A YAML text as plain values, with the way back from a value to its place. */
export type Source = {
  /** Keys without a value are left out, as if they had not been written. */
  readonly value: unknown;
  /** What is wrong with the YAML itself. */
  readonly problems: readonly Problem[];
  /** False when the text is so broken that its values mean nothing. */
  readonly readable: boolean;
  /** `file:line:column` of a value, or of the nearest thing around it that exists. */
  placeOf(path: readonly PropertyKey[], what: 'value' | 'key'): string;
};

type YamlDocument = ReturnType<typeof parseDocument>;

/** Reads one YAML document; never throws for what the operator wrote. */
export function readDocument(given: string, name: string): Source {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given;
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const unreadable = (problems: readonly Problem[]): Source => ({
    value: undefined,
    problems,
    readable: false,
    placeOf: () => at(0),
  });
  if (text.includes('\0')) {
    return unreadable([{ place: name, message: 'This is not a text file: it holds NUL bytes.' }]);
  }

  let document: YamlDocument;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // Found below instead, in one pass: the parser compares every key with every other.
      uniqueKeys: false,
      logLevel: 'error',
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unreadable([{ place: name, message: 'The values are nested too deeply to be read.' }]);
  }
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return unreadable(
      firstPerPlace(broken.map(error => ({ place: at(error.pos[0]), message: sentenceOf(error) }))),
    );
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return unreadable([
      { place: at(0), message: 'The file is empty; at least `deployments` with one domain is expected.' },
    ]);
  }

  const lost = unresolvedAliases(document);
  if (lost.length > 0) {
    return unreadable(
      lost.map(alias => ({
        place: at(alias.offset),
        message: `The alias *${alias.name} has no anchor &${alias.name} before it.`,
      })),
    );
  }
  // To write a key that is a mapping as text costs twice as much with every level below it.
  const strange = strangeKeys(document);
  if (strange.length > 0) {
    return unreadable(
      strange.map(offset => ({
        place: at(offset),
        message: 'A key has to be one word; this is a list or a mapping.',
      })),
    );
  }
  const problems = repeatedKeys(document).map(({ name: key, offset }) => ({
    place: at(offset),
    message: `The key \`${key}\` stands twice in the same mapping.`,
  }));
  const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  keepVersionsAsWritten(document);
  try {
    // The limit stops texts that grow by aliases of aliases, and still lets a hundred deployments share a list.
    const value = document.toJS({ maxAliasCount: 1000 });
    dropEmpty(value, new Set());
    return {
      value,
      problems,
      readable: true,
      placeOf: (path, what) => at(offsetOf(document, pairs, path, what)),
    };
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    return unreadable([
      ...problems,
      {
        place: name,
        message: 'The aliases of this file unfold to far more values than a configuration has.',
      },
    ]);
  }
}

function sentenceOf(error: YAMLError): string {
  const open = /end with a ([\]}])$/.exec(error.message)?.[1];
  if (open !== undefined) return `A list or mapping in brackets lacks its closing ${open}.`;
  if (/^Missing closing ["']quote/.test(error.message)) return 'A quotation mark is opened and never closed.';
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'A tab indents this line, but YAML allows only spaces there.';
    case 'BAD_INDENT':
      return 'The indentation of this line does not fit the lines above it.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second colon makes a mapping inside a value of one line; put the value in quotes.';
    case 'MULTIPLE_DOCS':
      return 'A second YAML document starts here, but a file holds one configuration.';
    case 'RESOURCE_EXHAUSTION':
      return 'The values are nested too deeply to be read.';
    case 'TAG_RESOLVE_FAILED':
      return 'This YAML tag has no meaning in a configuration.';
    default:
      return `This is not valid YAML: ${error.message.replace(/[.\s]+$/, '').replace(/\s+/g, ' ')}.`;
  }
}

// One slip makes the parser complain several times at one place; the first complaint is the one that names it.
function firstPerPlace(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(problem => !seen.has(problem.place) && seen.add(problem.place));
}

function unresolvedAliases(document: YamlDocument): readonly { name: string; offset: number }[] {
  const known = new Set<string>();
  const lost: { name: string; offset: number }[] = [];
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        if (!known.has(node.source)) lost.push({ name: node.source, offset: node.range?.[0] ?? 0 });
      } else if (node.anchor) known.add(node.anchor);
    },
  });
  return lost;
}

/** Where lists and mappings stand as keys; of those inside one another the outermost. */
function strangeKeys(document: YamlDocument): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Pair(_key, { key }) {
      const meant = isAlias(key) ? key.resolve(document) : key;
      if (!isCollection(meant)) return undefined;
      found.push(rangeStart(key) ?? 0);
      return visit.SKIP;
    },
  });
  return found;
}

function repeatedKeys(document: YamlDocument): readonly { name: string; offset: number }[] {
  const repeated: { name: string; offset: number }[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const name = keyOf(pair);
        if (seen.has(name)) repeated.push({ name, offset: rangeStart(pair.key) ?? 0 });
        seen.add(name);
      }
    },
  });
  return repeated;
}

// A bare `14` or `12.10` is a number to YAML; as a version its digits count as written.
function keepVersionsAsWritten(document: YamlDocument): void {
  const keep = (node: unknown) => {
    if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined)
      node.value = node.source;
  };
  visit(document, {
    Pair(_key, pair) {
      const key = keyOf(pair);
      if (key === 'version') keep(pair.value);
      if (key === 'versions' && isMap(pair.value)) for (const item of pair.value.items) keep(item.value);
    },
  });
}

function dropEmpty(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, item] of Object.entries(value)) {
    if (item === null && !Array.isArray(value)) delete (value as Record<string, unknown>)[key];
    else dropEmpty(item, seen);
  }
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? (pair.key.value ?? '') : pair.key);
}

function rangeStart(node: unknown): number | undefined {
  return (node as { readonly range?: readonly number[] } | null)?.range?.[0];
}

function offsetOf(
  document: YamlDocument,
  pairs: WeakMap<YAMLMap, ReadonlyMap<string, Pair>>,
  path: readonly PropertyKey[],
  what: 'value' | 'key',
): number {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    let next: unknown;
    if (isMap(node)) {
      const known = pairs.get(node) ?? new Map(node.items.map(item => [keyOf(item), item]));
      pairs.set(node, known);
      const pair = known.get(String(step));
      const wantsKey = what === 'key' && depth === path.length - 1;
      next = wantsKey ? pair?.key : (pair?.value ?? pair?.key);
    } else if (isSeq(node)) next = node.items[Number(step)];
    if (next === undefined || next === null) return offset;
    node = next;
    offset = rangeStart(next) ?? offset;
  }
  return offset;
}
