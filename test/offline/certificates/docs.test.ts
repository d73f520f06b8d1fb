import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { reasonCodes } from '../../../src/offline/certificates/path.ts';

test('every reason is told in docs/certificate.md, and no other', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/certificate.md'), 'utf8');
  const table = text.split('## Reasons')[1]!.split('\n## ')[0]!;
  const rows = table.split('\n').flatMap(line => /^\| (`.*?`) \|/.exec(line)?.[1] ?? []);
  const told = rows.flatMap(cell => cell.match(/[a-z-]+/g) ?? []);
  expect(told.toSorted(), 'tell each code of reasonCodes in the table').toEqual([...reasonCodes].toSorted());
});
