import { writeFileSync } from 'node:fs';
import { toCatalogue } from './metric-catalogue.ts';

// Run from the root of the repository: node test/publish/write-metric-catalogue.ts
writeFileSync('docs/metrics.md', toCatalogue());
