import { readFileSync, writeFileSync } from 'node:fs';
import { documents } from './documents.ts';

// Run from the root of the repository: node test/config/write-documents.ts
for (const { path, next } of documents)
  writeFileSync(path, next(path.endsWith('.md') ? readFileSync(path, 'utf8') : ''));
