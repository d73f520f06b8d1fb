import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { OperatorQuestion } from '../model/finding.ts';
import { isSignatures, type Signature } from './signature.ts';

/** Where an entry took its knowledge from: a key of `sources.json` and the heading there. */
export type EntrySource = { readonly document: string; readonly section: string };

/** One documented trouble. Texts are Markdown; remedy and verify are lists of one step or one look each. */
export type Entry = {
  /** Area and number, equal to the file's name; never reused. */
  readonly id: string;
  readonly title: string;
  /** Finding codes that it answers; empty when only a log line or a question leads to it. */
  readonly codes: readonly string[];
  /** Words people type, and error strings exactly as clients and logs print them. */
  readonly keywords: readonly string[];
  /** How logs show it, when they do. */
  readonly signatures?: readonly Signature[];
  /** What only a person can tell that would narrow it down. */
  readonly questions?: readonly OperatorQuestion[];
  /** Product versions it is true for, when not all. */
  readonly versions?: string;
  readonly sources: readonly [EntrySource, ...EntrySource[]];
  /** `documented`: the vendor's text says so; `ours`: protocol rules and practice. */
  readonly origin: 'documented' | 'ours';
  readonly symptom: string;
  readonly cause: string;
  readonly remedy: readonly string[];
  readonly verify: readonly string[];
};

type Line = { readonly number: number; readonly text: string };

const sections = ['Symptom', 'Cause', 'Remedy', 'Verify'] as const;
const keys = ['id', 'title', 'codes', 'keywords', 'signatures', 'questions', 'versions', 'sources', 'origin'];

/** Reads one entry; throws one error that begins with `file:line` when something is missing or misspelt. */
export function parseEntry(text: string, file: string): Entry {
  const lines = text.split(/\r?\n/).map((line, index): Line => ({ number: index + 1, text: line.trimEnd() }));
  const end = lines.findIndex((line, index) => index > 0 && line.text === '---');
  if (lines[0]!.text !== '---' || end < 0)
    throw malformed(file, 1, 'needs front matter between two lines ---');
  const head = lines.slice(1, end).map(line => line.text);
  return { ...readHead(head.join('\n'), file), ...readBody(lines.slice(end + 1), file) };
}

function readHead(text: string, file: string) {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const fault = document.errors[0];
  if (fault) throw malformed(file, 1 + counter.linePos(fault.pos[0]).line, fault.message.split('\n')[0]!);
  if (!isMap(document.contents)) throw malformed(file, 2, 'the front matter is not a mapping');
  const values = new Map<string, { readonly value: unknown; readonly line: number }>();
  for (const pair of document.contents.items) {
    const start = isNode(pair.key) ? pair.key.range?.[0] : undefined;
    const line = 1 + (start === undefined ? 1 : counter.linePos(start).line);
    const key = String(pair.key);
    if (!keys.includes(key)) throw malformed(file, line, `unknown key ${key}; known are ${keys.join(', ')}`);
    values.set(key, { value: isNode(pair.value) ? pair.value.toJS(document) : pair.value, line });
  }
  const read = <T>(key: string, expected: string, accepts: (value: unknown) => value is T): T => {
    const found = values.get(key);
    if (!found) throw malformed(file, 2, `the front matter lacks ${key}`);
    if (!accepts(found.value)) throw malformed(file, found.line, `${key} is not ${expected}`);
    return found.value;
  };
  const id = read('id', 'of the form AREA-001', isId);
  if (file !== `${id}.md`) throw malformed(file, values.get('id')!.line, `id ${id} is not the file's name`);
  return {
    id,
    title: read('title', 'a sentence', isText),
    codes: read('codes', 'a list of finding codes', isCodes),
    keywords: read('keywords', 'a list of texts with at least one (quote numbers)', isKeywords),
    ...(values.has('signatures') && {
      signatures: read(
        'signatures',
        'a list of { text, fields, without } or { sequence, within, same }',
        isSignatures,
      ),
    }),
    ...(values.has('questions') && {
      questions: read('questions', 'a list of { where, expect }', isQuestions),
    }),
    ...(values.has('versions') && { versions: read('versions', 'a text (quote it)', isText) }),
    sources: read('sources', 'a list of { document, section } with at least one', isSources),
    origin: read('origin', 'documented or ours', isOrigin),
  };
}

function readBody(lines: readonly Line[], file: string) {
  const starts = lines.filter(line => line.text.startsWith('## '));
  sections.forEach((section, index) => {
    const start = starts[index];
    if (start?.text !== `## ${section}`)
      throw malformed(file, start?.number ?? lines.at(-1)!.number, `expected the section ## ${section} here`);
  });
  const surplus = starts[sections.length];
  if (surplus) throw malformed(file, surplus.number, `an entry ends with ## ${sections.at(-1)}`);
  const [symptom, cause, remedy, verify] = starts.map((start, index) => {
    const next = starts[index + 1]?.number ?? Number.POSITIVE_INFINITY;
    const body = lines.filter(line => line.number > start.number && line.number < next);
    if (body.every(line => line.text === '')) throw malformed(file, start.number, `${start.text} is empty`);
    return body;
  });
  return {
    symptom: toText(symptom!),
    cause: toText(cause!),
    remedy: toItems(remedy!, file, /^(\d+)[.] (.+)$/, 'numbered steps: 1. 2. 3.'),
    verify: toItems(verify!, file, /^(-) (.+)$/, 'lines that begin with "- "'),
  };
}

function toText(lines: readonly Line[]): string {
  return lines
    .map(line => line.text)
    .join('\n')
    .trim();
}

/** List items, continuation lines joined; numbers have to count from 1 without a gap. */
function toItems(lines: readonly Line[], file: string, marker: RegExp, expected: string): readonly string[] {
  const items: string[] = [];
  for (const line of lines) {
    const match = marker.exec(line.text);
    if (match) {
      if (match[1] !== '-' && Number(match[1]) !== items.length + 1)
        throw malformed(file, line.number, `step ${match[1]} comes where step ${items.length + 1} belongs`);
      items.push(match[2]!);
    } else if (/^ +\S/.test(line.text) && items.length > 0) items.push(`${items.pop()} ${line.text.trim()}`);
    else if (line.text !== '') throw malformed(file, line.number, `expected ${expected}`);
  }
  return items;
}

function malformed(file: string, line: number, what: string): Error {
  return new Error(`${file}:${line}: ${what}`);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isId = (value: unknown): value is string => isText(value) && /^[A-Z]{3,5}-\d{3}$/.test(value);
const isCodes = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(code => isText(code) && /^[A-Z]+(_[A-Z0-9]+)+$/.test(code));
const isKeywords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText);
const isOrigin = (value: unknown): value is Entry['origin'] => value === 'documented' || value === 'ours';
const isSources = (value: unknown): value is [EntrySource, ...EntrySource[]] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    source =>
      typeof source === 'object' && source !== null && isText(source.document) && isText(source.section),
  );
const isQuestions = (value: unknown): value is OperatorQuestion[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    question =>
      typeof question === 'object' && question !== null && isText(question.where) && isText(question.expect),
  );
