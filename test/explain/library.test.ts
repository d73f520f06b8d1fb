import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadLibrary } from '../../src/explain/library.ts';

const good = `---
id: DNS-001
title: The record is missing
codes: [DNS_RECORD_MISSING]
keywords: [no record]
sources:
  - { document: D1, section: DNS Records }
origin: documented
---

## Symptom

Nobody signs in.

## Cause

There is no record.

## Remedy

1. Make one,
   at the provider.
2. Wait.

## Verify

- \`dig\` prints it.
- Sign in.
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mradar-entries-'));
  cpSync(new URL('../../src/explain/sources.json', import.meta.url), join(folder, 'sources.json'));
  mkdirSync(join(folder, 'entries'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function load(files: Readonly<Record<string, string>>) {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'entries', file), text);
  return loadLibrary(pathToFileURL(`${folder}/`));
}

test('reads an entry: texts as they are, steps and looks as lists', () => {
  expect(load({ 'DNS-001.md': good }).entries).toEqual([
    {
      id: 'DNS-001',
      title: 'The record is missing',
      codes: ['DNS_RECORD_MISSING'],
      keywords: ['no record'],
      sources: [{ document: 'D1', section: 'DNS Records' }],
      origin: 'documented',
      symptom: 'Nobody signs in.',
      cause: 'There is no record.',
      remedy: ['Make one, at the provider.', 'Wait.'],
      verify: ['`dig` prints it.', 'Sign in.'],
    },
  ]);
});

test('reads files with CRLF line ends', () => {
  expect(load({ 'DNS-001.md': good.replaceAll('\n', '\r\n') }).entries[0]!.remedy).toHaveLength(2);
});

test.each([
  ['no front matter', '# DNS-001', 'DNS-001.md:1: needs front matter'],
  ['front matter without an end', good.replace('\n---\n', '\n'), 'DNS-001.md:1: needs front matter'],
  ['YAML that does not parse', good.replace('[no record]', '[no record'), 'DNS-001.md:'],
  ['front matter that is a list', '---\n- a\n---\n', 'DNS-001.md:2: the front matter is not a mapping'],
  ['a key that nobody knows', good.replace('origin:', 'orgin:'), 'DNS-001.md:8: unknown key orgin'],
  ['a missing key', good.replace('origin: documented\n', ''), 'DNS-001.md:2: the front matter lacks origin'],
  ['another id than the file', good.replace('id: DNS-001', 'id: DNS-002'), 'DNS-001.md:2: id DNS-002'],
  ['an id without an area', good.replace('id: DNS-001', 'id: "001"'), 'DNS-001.md:2: id is not'],
  ['a code in lower case', good.replace('[DNS_RECORD_MISSING]', '[dns]'), 'DNS-001.md:4: codes is not'],
  ['a keyword that is a number', good.replace('[no record]', '[403]'), 'DNS-001.md:5: keywords is not'],
  ['no source', good.replace('  - { document: D1, section: DNS Records }\n', ''), 'DNS-001.md:6: sources is'],
  ['an unknown document', good.replace('D1', 'D9'), 'DNS-001.md:7: sources.json has no D9'],
  ['an unknown origin', good.replace('documented', 'hearsay'), 'DNS-001.md:8: origin is not'],
  ['a missing section', good.replace('## Cause\n', ''), 'DNS-001.md:18: expected the section ## Cause'],
  ['a missing last section', good.split('## Verify')[0]!, 'expected the section ## Verify'],
  ['a section too many', `${good}\n## More\n\ntext\n`, 'DNS-001.md:30: an entry ends with ## Verify'],
  ['an empty section', good.replace('Nobody signs in.', ''), 'DNS-001.md:11: ## Symptom is empty'],
  ['a step out of order', good.replace('2. Wait', '3. Wait'), 'DNS-001.md:23: step 3 comes where step 2'],
  ['a remedy without numbers', good.replace('1. Make', 'Make'), 'DNS-001.md:21: expected numbered steps'],
  ['a look without a dash', good.replace('- Sign in.', 'Sign in.'), 'DNS-001.md:28: expected lines that'],
  ['a file without end', good + '-'.repeat(70_000), 'DNS-001.md:1: is over 65536 bytes'],
])('%s is refused with file and line', (_, text, message) => {
  expect(() => load({ 'DNS-001.md': text })).toThrow(message);
});

const signed = (signatures: string) => good.replace('sources:', `signatures: ${signatures}\nsources:`);

test('reads signatures as they stand', () => {
  const text = signed(
    '[{ text: no record, without: a record, severity: warning }, { fields: { Event: [a, b] } }, { sequence: [{ text: one }, { text: two }], within: 60, same: AOR }]',
  );
  expect(load({ 'DNS-001.md': text }).entries[0]!.signatures).toEqual([
    { text: 'no record', without: 'a record', severity: 'warning' },
    { fields: { Event: ['a', 'b'] } },
    { sequence: [{ text: 'one' }, { text: 'two' }], within: 60, same: 'AOR' },
  ]);
});

test.each([
  ['no list', '{ text: a }'],
  ['an empty list', '[]'],
  ['neither text nor fields', '[{ without: a }]'],
  ['a key that nobody knows', '[{ txt: a }]'],
  ['a number for a text', '[{ text: 403 }]'],
  ['a severity that nobody knows', '[{ text: a, severity: high }]'],
  ['a sequence of one', '[{ sequence: [{ text: a }], within: 60 }]'],
  ['a sequence without a time', '[{ sequence: [{ text: a }, { text: b }] }]'],
  ['a severity inside a sequence', '[{ sequence: [{ text: a, severity: info }, { text: b }], within: 60 }]'],
])('signatures with %s are refused with file and line', (_, signatures) => {
  expect(() => load({ 'DNS-001.md': signed(signatures) })).toThrow('DNS-001.md:6: signatures is not');
});

test('a code that two entries answer is refused and names both', () => {
  const second = good.replace('id: DNS-001', 'id: DNS-002');
  expect(() => load({ 'DNS-001.md': good, 'DNS-002.md': second })).toThrow(
    'DNS-002.md:4: DNS_RECORD_MISSING is answered by DNS-001 already',
  );
});
