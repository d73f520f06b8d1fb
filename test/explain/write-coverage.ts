import { writeFileSync } from 'node:fs';
import { coverageDocument } from './coverage-document.ts';

// Run from the root of the repository: node test/explain/write-coverage.ts
writeFileSync(coverageDocument.path, coverageDocument.text);
