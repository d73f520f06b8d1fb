import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { OperatorQuestion } from '../model/finding.ts';
import type { EntrySource } from './entry.ts';
import type { Library } from './library.ts';

/**
 * How a documented requirement is answered when no check claims it: judged from what the operator declares or exports,
 * recognised in a log, asked of a person, answered with another one, or not at all for a reason.
 */
export type Answer =
  | { readonly declaration: string }
  | { readonly signature: string }
  | { readonly question: OperatorQuestion }
  | { readonly same_as: string }
  | { readonly none: string };

/** One statement of the documents that can be true or false of a deployment. Ids are never reused. */
export type Requirement = {
  readonly id: string;
  /** Our own sentence, true when the requirement is met. */
  readonly holds: string;
  readonly sources: readonly EntrySource[];
  /** Product versions it is made for, when not all. */
  readonly versions?: string;
  /** Absent when a check claims it by naming its id. */
  readonly answer?: Answer;
};

/** The requirements of one area, as one file holds them. */
export type RequirementArea = {
  readonly area: string;
  readonly title: string;
  readonly requirements: readonly Requirement[];
};

/** A check that says it judges a requirement. */
export type Claim = { readonly check: string; readonly requirement: string };

/** The ways of answering, best first; `open` stands for a requirement that nothing answers. */
export const ways = ['check', 'declaration', 'signature', 'question', 'none', 'open'] as const;
export type Way = (typeof ways)[number];

/** A requirement with its one answer; `by` names the checks, the entry or the other requirement. */
export type AnsweredRequirement = Requirement & {
  readonly way: Way;
  readonly by: readonly string[];
};

/** Every requirement with its answer, and how many are answered in which way. */
export type Coverage = {
  readonly areas: readonly {
    readonly area: string;
    readonly title: string;
    readonly requirements: readonly AnsweredRequirement[];
    readonly totals: Readonly<Record<Way, number>>;
  }[];
  readonly totals: Readonly<Record<Way, number>>;
  /** What cannot be true at once, one sentence each; empty in a release. */
  readonly contradictions: readonly string[];
};

const answerKeys = ['declaration', 'signature', 'question', 'same_as', 'none'];

/** Reads every area; throws one error that names file and id for the first requirement that is malformed. */
export function loadRequirements(
  library: Library,
  folder: URL = new URL('./requirements/', import.meta.url),
): readonly RequirementArea[] {
  const seen = new Set<string>();
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .sort()
    .map(file => {
      const area = file.replace('.yaml', '');
      const { title, requirements } = parse(readFileSync(new URL(file, folder), 'utf8'));
      if (!isText(title) || !Array.isArray(requirements)) {
        throw new Error(`${file}: needs title and requirements`);
      }
      for (const requirement of requirements) {
        const fault =
          faultOf(requirement, area, library) ?? (seen.has(requirement.id) && 'stands here twice');
        if (fault) throw new Error(`${file}: ${requirement?.id ?? JSON.stringify(requirement)} ${fault}`);
        seen.add(requirement.id);
      }
      return { area, title, requirements };
    });
}

function faultOf(found: Requirement, area: string, library: Library): string | undefined {
  const { id, holds, sources, versions, answer, ...others } = found;
  const [strange] = Object.keys(others);
  if (strange) return `has the unknown key ${strange}`;
  if (!isText(id) || !new RegExp(`^${area}-\\d\\d$`).test(id)) return `is not of the form ${area}-01`;
  if (!isText(holds)) return 'lacks the sentence holds';
  if (!Array.isArray(sources) || sources.length === 0) return 'lacks sources';
  for (const source of sources) {
    if (!isText(source.section)) return 'has a source without section';
    if (!Object.hasOwn(library.documents, source.document)) return `names no document: ${source.document}`;
  }
  if (versions !== undefined && !isText(versions)) return 'has versions that are not a text (quote it)';
  return answer === undefined ? undefined : faultOfAnswer(answer, library);
}

function faultOfAnswer(answer: Answer, library: Library): string | undefined {
  const [key, ...more] = Object.keys(answer);
  if (!key || more.length > 0 || !answerKeys.includes(key)) return `is not answered by one of ${answerKeys}`;
  if ('question' in answer) {
    const { where, expect } = answer.question;
    return isText(where) && isText(expect) ? undefined : 'has a question without where and expect';
  }
  const [value] = Object.values(answer);
  if (!isText(value)) return `has an answer ${key} that is not a text`;
  if ('signature' in answer && !library.entries.some(entry => entry.id === value)) {
    return `names no entry: ${value}`;
  }
  return undefined;
}

/**
 * Joins the requirements with the checks that claim them. `checks` are the ids of all checks there are, and of what else
 * judges a declaration: `allow-list/ALW-08` is what `mradar allow-list` says of that requirement.
 */
export function coverage(
  areas: readonly RequirementArea[],
  claims: readonly Claim[],
  checks: readonly string[],
): Coverage {
  const all = new Map(areas.flatMap(area => area.requirements.map(one => [one.id, one] as const)));
  const claimants = new Map<string, readonly string[]>();
  for (const { check, requirement } of claims) {
    const known = claimants.get(requirement) ?? [];
    if (!known.includes(check)) claimants.set(requirement, [...known, check]);
  }
  const answer = (requirement: Requirement): AnsweredRequirement => {
    const claimed = claimants.get(requirement.id) ?? [];
    return { ...requirement, ...resolve(requirement, claimed, id => claimants.get(id) ?? [], all) };
  };
  const answered = areas.map(({ area, title, requirements }) => {
    const found = requirements.map(answer);
    return { area, title, requirements: found, totals: count(found) };
  });
  return {
    areas: answered,
    totals: count(answered.flatMap(area => area.requirements)),
    contradictions: [...all.values()].flatMap(one =>
      contradictionsOf(one, claimants.get(one.id) ?? [], checks, all),
    ),
  };
}

function resolve(
  { answer }: Requirement,
  claimed: readonly string[],
  claimantsOf: (id: string) => readonly string[],
  all: ReadonlyMap<string, Requirement>,
): { readonly way: Way; readonly by: readonly string[] } {
  if (!answer) return { way: claimed.length > 0 ? 'check' : 'open', by: claimed };
  if ('declaration' in answer) return { way: 'declaration', by: [answer.declaration] };
  if ('signature' in answer) return { way: 'signature', by: [answer.signature] };
  if ('question' in answer) return { way: 'question', by: [] };
  if ('none' in answer) return { way: 'none', by: [] };
  const other = all.get(answer.same_as);
  // A chain of references is a contradiction, which is told; it is not followed.
  if (!other || (other.answer && 'same_as' in other.answer)) return { way: 'open', by: [answer.same_as] };
  return { way: resolve(other, claimantsOf(other.id), claimantsOf, all).way, by: [answer.same_as] };
}

function contradictionsOf(
  { id, answer }: Requirement,
  claimed: readonly string[],
  checks: readonly string[],
  all: ReadonlyMap<string, Requirement>,
): readonly string[] {
  if (!answer) return [];
  if ('declaration' in answer) {
    const unknown = checks.includes(answer.declaration) ? [] : [`${id}: no check ${answer.declaration}`];
    const others = claimed.filter(check => check !== answer.declaration);
    return [...unknown, ...others.map(check => `${id}: answered by ${answer.declaration} and by ${check}`)];
  }
  if ('same_as' in answer) {
    const other = all.get(answer.same_as);
    if (!other) return [`${id}: the same as ${answer.same_as}, which is not there`];
    if (other.answer && 'same_as' in other.answer) return [`${id}: ${answer.same_as} points on to another`];
    // Claimed by the same check as the one it repeats is no contradiction.
    return [];
  }
  return claimed.map(check => `${id}: answered by ${check} and as ${Object.keys(answer)[0]}`);
}

function count(requirements: readonly AnsweredRequirement[]): Readonly<Record<Way, number>> {
  const of = (way: Way) => requirements.filter(one => one.way === way).length;
  return Object.fromEntries(ways.map(way => [way, of(way)])) as Record<Way, number>;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
