import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadLibrary } from '../../src/explain/library.ts';
import { checks } from '../../src/judge/checks/index.ts';
import type { AnyCheck } from '../../src/judge/judge.ts';

const folder = new URL('../../src/explain/entries/', import.meta.url);
const library = loadLibrary();
const { entries, documents } = library;
const findings = (checks as readonly AnyCheck[]).flatMap(check => Object.keys(check.findings));

test('every file in the folder of entries is an entry', () => {
  const files = readdirSync(folder);
  expect(
    files.sort(),
    'name the file after its id, AREA-001.md, or move it out of src/explain/entries',
  ).toEqual(entries.map(entry => `${entry.id}.md`));
});

test('every finding code is answered by an entry', () => {
  const answered = new Set(entries.flatMap(entry => entry.codes));
  const missing = findings.filter(code => !answered.has(code));
  expect(missing, 'copy an entry of the same area and write what the code means to a person').toEqual([]);
});

test('every code that an entry answers is a code of a check', () => {
  const strange = entries.flatMap(({ id, codes }) =>
    codes.filter(code => !findings.includes(code)).map(code => `${id}: ${code}`),
  );
  expect(strange, 'correct the code in the front matter, or remove it with the check').toEqual([]);
});

test('numbers are given without a gap inside each area', () => {
  const areas = Map.groupBy(entries, entry => entry.id.split('-')[0]);
  for (const [area, ids] of areas)
    expect(
      ids.map(entry => entry.id),
      'an id is never reused: keep the file of a withdrawn entry and say so in it',
    ).toEqual(ids.map((_, i) => `${area}-${String(i + 1).padStart(3, '0')}`));
});

test('every title is said once', () => {
  const titles = entries.map(entry => entry.title);
  expect(titles).toEqual([...new Set(titles)]);
});

test('every entry has two steps or more, and a look that tells whether they helped', () => {
  const thin = entries.filter(({ remedy, verify }) => remedy.length < 2 || verify.length < 1);
  expect(thin.map(entry => entry.id)).toEqual([]);
});

test('every page and standard tells where it stands', () => {
  const nowhere = Object.entries(documents).filter(
    ([, { kind, url }]) => (kind === 'page' || kind === 'standard') && !url?.startsWith('https://'),
  );
  expect(nowhere.map(([key]) => key)).toEqual([]);
});

test('a documented entry cites a text of the vendor', () => {
  const unproven = entries.filter(
    ({ origin, sources }) =>
      origin === 'documented' && !sources.some(({ document }) => documents[document]!.kind !== 'standard'),
  );
  expect(
    unproven.map(entry => entry.id),
    'cite the document, or set origin: ours',
  ).toEqual([]);
});

test('every host that an entry names is one of example.com', () => {
  const text = (id: string) => readFileSync(new URL(`${id}.md`, folder), 'utf8');
  const hosts = entries.flatMap(({ id }) =>
    [...text(id).matchAll(/\b[\w-]+(?:[.][\w-]+)*[.](?:com|net|org|local|lab|test)\b/g)]
      .map(([host]) => host.toLowerCase())
      .filter(host => host !== 'example.com' && !host.endsWith('.example.com'))
      .map(host => `${id}: ${host}`),
  );
  expect(hosts).toEqual([]);
});

test('no entry holds a note to ourselves or a path of one machine', () => {
  const forbidden = /\b(?:TODO|FIXME|TBD|XXX|lorem ipsum)\b|\/work\/|\/tmp\/|\/home\/|\bseeds?\b|catalogue/i;
  const found = entries.flatMap(({ id }) => {
    const match = forbidden.exec(readFileSync(new URL(`${id}.md`, folder), 'utf8'));
    return match ? [`${id}: ${match[0]}`] : [];
  });
  expect(found).toEqual([]);
});
