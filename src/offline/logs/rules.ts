import type { Entry } from '../../explain/entry.ts';
import type { LineSignature } from '../../explain/signature.ts';
import type { Severity } from '../../model/finding.ts';
import { buildAutomaton, type FindAnchors, squeeze } from './automaton.ts';
import { literalsOf, toPattern } from './pattern.ts';

/** What rules look at: a header line with what continues it, and who wrote it. */
export type LogRecord = {
  readonly text: string;
  readonly process?: string;
  readonly host?: string;
  /** Milliseconds since 1970, where the record says. */
  readonly ms?: number;
  /** Number of its first line. */
  readonly line: number;
};

/** One line signature made ready: a test, which is only worth trying where one of its anchors was met. */
export type Matcher = {
  readonly anchors: readonly string[];
  readonly holds: (record: LogRecord) => boolean;
};

/** One signature of one entry; more than one step when records have to follow one another. */
export type Rule = {
  readonly entry: Entry;
  readonly severity: Severity;
  readonly steps: readonly Matcher[];
  readonly within?: number;
  readonly same?: string;
};

/** A step of a rule. */
export type Step = { readonly rule: number; readonly step: number };

/** All signatures of a library. */
export type Rules = {
  readonly rules: readonly Rule[];
  readonly find: FindAnchors;
  /** By the number of an anchor: the steps worth trying. */
  readonly steps: readonly (readonly Step[])[];
};

const shortestAnchor = 5;
const longestAnchor = 24;

/** Makes the signatures of entries ready; throws when one has no text that is long enough to look for. */
export function compileRules(entries: readonly Entry[]): Rules {
  const rules = entries.flatMap(entry =>
    (entry.signatures ?? []).map((signature): Rule => {
      const lines = 'sequence' in signature ? signature.sequence : [signature];
      return {
        entry,
        severity: signature.severity ?? 'critical',
        steps: lines.map(line => toMatcher(line, entry.id)),
        ...('sequence' in signature && { within: signature.within }),
        ...('sequence' in signature && signature.same && { same: signature.same }),
      };
    }),
  );
  const steps = new Map<string, Step[]>();
  for (const [rule, { steps: matchers }] of rules.entries()) {
    for (const [step, { anchors }] of matchers.entries()) {
      for (const anchor of anchors) steps.set(anchor, [...(steps.get(anchor) ?? []), { rule, step }]);
    }
  }
  return { rules, find: buildAutomaton([...steps.keys()]), steps: [...steps.values()] };
}

function toMatcher(signature: LineSignature, id: string): Matcher {
  const { text, fields = {}, without } = signature;
  const pattern = text === undefined ? undefined : toPattern(text);
  const refused = [without ?? []].flat().map(one => toPattern(one));
  const wanted = Object.entries(fields).map(([name, values]) => ({
    name: name.toLowerCase(),
    values: [values].flat().map(value => toPattern(value, true)),
  }));
  return {
    anchors: toAnchors(signature, id),
    holds: record => {
      if (pattern && !pattern.test(record.text)) return false;
      const found = wanted.length > 0 ? readFields(record.text) : [];
      const present = wanted.every(({ name, values }) =>
        name === 'process'
          ? values.some(value => value.test(record.process ?? ''))
          : found.some(one => one.name === name && values.some(value => value.test(one.value))),
      );
      return present && !refused.some(one => one.test(record.text));
    },
  };
}

/** The literals to look for: of the part that is longest, which is the rarest as a rule. */
function toAnchors({ text, fields = {} }: LineSignature, id: string): readonly string[] {
  const longest = (pattern: string) =>
    literalsOf(pattern)
      .map(squeeze)
      .reduce((best, one) => (one.length > best.length ? one : best), '');
  const choices = [
    ...(text === undefined ? [] : [[longest(text)]]),
    ...Object.entries(fields).flatMap(([name, values]) =>
      name === 'process' ? [] : [[values].flat().map(longest)],
    ),
  ];
  const worth = (choice: readonly string[]) => Math.min(...choice.map(one => one.length));
  const [best] = choices.sort((one, other) => worth(other) - worth(one));
  if (!best || worth(best) < shortestAnchor) {
    throw new Error(`${id}.md: a signature needs ${shortestAnchor} letters in a row that are always there`);
  }
  // Beginnings are commoner than ends: "TCP Connection ...".
  return best.map(anchor => anchor.slice(-longestAnchor));
}

type Field = { readonly name: string; readonly value: string };

/** The key="value" pairs of a record, with odd blanks and quotes. */
export function readFields(text: string): readonly Field[] {
  const pair = /([A-Za-z][\w-]{0,60})\s{0,4}=\s{0,4}["\u201c\u201d]([^"\u201c\u201d]*)["\u201c\u201d]/g;
  return [...text.matchAll(pair)].map(match => ({
    name: match[1]!.toLowerCase(),
    value: match[2]!,
  }));
}

type Progress = { readonly step: number; readonly ms?: number; readonly line: number };

/** Keeps count of how far sequences have come in one file. */
export function followSequences(rules: readonly Rule[]) {
  const progress = new Map<string, Progress>();
  const bound = 10_000;
  /** Without times: as many lines may lie between the first and the last record. */
  const maxLines = 2000;
  return {
    /** Notes that `record` is step `step` of a rule; true when that completes the sequence. */
    advance(rule: number, step: number, record: LogRecord): boolean {
      const { steps, within, same } = rules[rule]!;
      if (steps.length === 1) return true;
      const fields = same === undefined ? [] : readFields(record.text);
      const value = fields.find(({ name }) => name === same?.toLowerCase())?.value.trim() ?? '';
      const key = `${rule} ${value}`;
      const sofar = progress.get(key);
      const next = { step: step + 1, line: record.line, ...(record.ms !== undefined && { ms: record.ms }) };
      if (sofar?.step === step && step > 0 && isNear(sofar, record, within!)) {
        if (step + 1 === steps.length) return progress.delete(key);
        progress.set(key, { ...sofar, step: step + 1 });
      } else if (step === 0) {
        progress.delete(key);
        progress.set(key, next);
        if (progress.size > bound) progress.delete(progress.keys().next().value!);
      }
      return false;
    },
  };

  function isNear(first: Progress, record: LogRecord, within: number): boolean {
    if (first.ms === undefined || record.ms === undefined) return record.line - first.line <= maxLines;
    return record.ms - first.ms <= within * 1000 && record.ms >= first.ms;
  }
}
