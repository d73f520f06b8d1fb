import { writeFileSync } from 'node:fs';
import { apiPage, openApiDocument } from './openapi-document.ts';

// Run from the root of the repository: node test/publish/write-openapi.ts && npm run format
for (const { path, text } of [openApiDocument, apiPage]) writeFileSync(path, text);
