import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wholeCoverage } from '../../src/catalogue.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import {
  type Claim,
  coverage,
  loadRequirements,
  type Requirement,
  type RequirementArea,
} from '../../src/explain/requirements.ts';
import { checks } from '../../src/judge/checks/index.ts';
import type { AnyCheck } from '../../src/judge/judge.ts';
import { contradictions } from './contradictions.ts';
import { coverageDocument } from './coverage-document.ts';

/** How many requirements each area has; they are numbered from 01 without a gap. */
const counts: Readonly<Record<string, number>> = {
  ...{ DNS: 73, NET: 30, PORT: 41, CRT: 78, NTP: 7, SIP: 40, HTTP: 30, XMP: 19, SSH: 6, STN: 16, AUT: 49 },
  ...{ EXW: 25, UCM: 19, ALW: 27, IDS: 13, DEP: 6, PSH: 16, LIM: 12, FTR: 19, FOV: 11, VER: 73, ADD: 20 },
};

const requirements = loadRequirements(loadLibrary()).flatMap(area => area.requirements);
const whole = wholeCoverage();

test('no requirement of an area is missing', () => {
  const expected = Object.entries(counts).flatMap(([area, count]) =>
    Array.from({ length: count }, (_, i) => `${area}-${String(i + 1).padStart(2, '0')}`),
  );
  expect(
    requirements.map(({ id }) => id).sort(),
    'write it into src/explain/requirements/<AREA>.yaml, in the order of the ids',
  ).toEqual(expected.sort());
});

test('no requirement is answered twice in contradiction', () => {
  expect(whole.contradictions, 'remove the answer from the YAML, or the id from the check').toEqual([]);
});

test('every requirement is answered', () => {
  const open = whole.areas.flatMap(area => area.requirements.filter(({ way }) => way === 'open'));
  expect(
    open.map(({ id }) => id),
    'name the id in the sources of the check that judges it, or give an answer in the YAML',
  ).toEqual([]);
});

test('every requirement that a check claims is there', () => {
  const known = new Set(requirements.map(({ id }) => id));
  const strange = (checks as readonly AnyCheck[]).flatMap(check =>
    check.sources.flatMap(({ requirements: claimed = [] }) =>
      claimed.filter(id => !known.has(id)).map(id => `${check.id}: ${id}`),
    ),
  );
  expect(strange, 'correct the id in the sources of the check').toEqual([]);
});

test('where the documents disagree the requirement says which version wants what', () => {
  const expected = Array.from({ length: 56 }, (_, i) => `X-${String(i + 1).padStart(2, '0')}`);
  expect(Object.keys(contradictions)).toEqual(expected.filter(id => id !== 'X-55'));
  const told = new Set(requirements.filter(({ versions }) => versions !== undefined).map(({ id }) => id));
  expect(Object.entries(contradictions).filter(([, id]) => !told.has(id))).toEqual([]);
});

test('an entry that answers a requirement by its signatures has some', () => {
  const library = loadLibrary();
  const silent = requirements.flatMap(({ id, answer }) =>
    answer && 'signature' in answer && !library.entries.find(one => one.id === answer.signature)?.signatures
      ? [`${id}: ${answer.signature}`]
      : [],
  );
  expect(silent).toEqual([]);
});

test('every sentence is said once', () => {
  const sentences = requirements.map(({ holds }) => holds);
  expect(sentences.filter((one, i) => sentences.indexOf(one) !== i)).toEqual([]);
});

test('fewer than 15 in 100 stay without an answer', () => {
  const unanswered = requirements.filter(({ answer }) => answer && 'none' in answer);
  expect(unanswered.length).toBeLessThanOrEqual(0.15 * requirements.length);
});

test('every section that a requirement cites is cited under one spelling', () => {
  const spellings = Map.groupBy(
    requirements.flatMap(({ sources }) => sources.map(({ document, section }) => `${document} ${section}`)),
    text => text.toLowerCase(),
  );
  const many = [...spellings.values()].map(texts => [...new Set(texts)]).filter(texts => texts.length > 1);
  expect(many).toEqual([]);
});

test('the page is generated from the requirements and the checks', () => {
  expect(
    readFileSync(coverageDocument.path, 'utf8'),
    `${coverageDocument.path} is out of date; run: node test/explain/write-coverage.ts`,
  ).toBe(coverageDocument.text);
});

const sources = [{ document: 'D0', section: 'DNS' }];
const one = (id: string, answer?: Requirement['answer']): Requirement => ({
  ...{ id, holds: id, sources },
  ...(answer && { answer }),
});
const area = (...found: readonly Requirement[]): RequirementArea[] => [
  { area: 'DNS', title: 'DNS', requirements: found },
];
const claim = (check: string, requirement: string): Claim => ({ check, requirement });

test.each<[string, RequirementArea[], Claim[], string[], string[]]>([
  ['claimed', area(one('DNS-01')), [claim('dns/a', 'DNS-01')], ['check'], []],
  ['claimed by nobody', area(one('DNS-01')), [], ['open'], []],
  ['asked', area(one('DNS-01', { question: { where: 'x', expect: 'y' } })), [], ['question'], []],
  [
    'declared',
    area(one('DNS-01', { declaration: 'dns/a' })),
    [claim('dns/a', 'DNS-01')],
    ['declaration'],
    [],
  ],
  [
    'declared by a check that is not there',
    area(one('DNS-01', { declaration: 'dns/z' })),
    [],
    ['declaration'],
    ['DNS-01: no check dns/z'],
  ],
  [
    'declared and claimed by another check',
    area(one('DNS-01', { declaration: 'dns/a' })),
    [claim('dns/b', 'DNS-01')],
    ['declaration'],
    ['DNS-01: answered by dns/a and by dns/b'],
  ],
  [
    'asked and claimed',
    area(one('DNS-01', { question: { where: 'x', expect: 'y' } })),
    [claim('dns/a', 'DNS-01')],
    ['question'],
    ['DNS-01: answered by dns/a and as question'],
  ],
  [
    'the same as one that is claimed',
    area(one('DNS-01'), one('DNS-02', { same_as: 'DNS-01' })),
    [claim('dns/a', 'DNS-01')],
    ['check', 'check'],
    [],
  ],
  [
    'the same as one that is not there',
    area(one('DNS-02', { same_as: 'DNS-09' })),
    [],
    ['open'],
    ['DNS-02: the same as DNS-09, which is not there'],
  ],
  [
    'the same as itself',
    area(one('DNS-01', { same_as: 'DNS-01' })),
    [],
    ['open'],
    ['DNS-01: DNS-01 points on to another'],
  ],
  ['none', area(one('DNS-01', { none: 'descriptive' })), [], ['none'], []],
])('%s', (_when, found, claims, expected, contradictions) => {
  const result = coverage(found, claims, ['dns/a', 'dns/b']);
  expect(result.areas[0]!.requirements.map(({ way }) => way)).toEqual(expected);
  expect(result.contradictions).toEqual(contradictions);
});
