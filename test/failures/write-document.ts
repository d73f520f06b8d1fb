import { readFileSync, writeFileSync } from 'node:fs';
import { failurePage } from './table.ts';

// Run from the root of the repository: node test/failures/write-document.ts
const path = 'docs/failures.md';
writeFileSync(path, failurePage(readFileSync(path, 'utf8')));
