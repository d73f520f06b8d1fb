import { readFileSync } from 'node:fs';
import { openApi, operations } from '../../src/publish/api.ts';
import { stableJson } from '../../src/publish/json.ts';
import { version } from '../../src/version.ts';

/** The document as it is served, and the table of operations inside docs/api.md: where they belong, and what they are to be. */
export const openApiDocument = { path: 'docs/openapi.json', text: stableJson(openApi(version)) };
export const apiPage = { path: 'docs/api.md', text: withTable(readFileSync('docs/api.md', 'utf8')) };

function withTable(page: string): string {
  const rows = operations.map(
    ({ method, path, summary, query }) =>
      `| \`${method.toUpperCase()} ${path}\` | ${summary} | ${Object.keys(query)
        .map(name => `\`${name}\``)
        .join(' ')} |`,
  );
  const table = ['| operation | answers with | query |', '| --- | --- | --- |', ...rows].join('\n');
  return page.replace(
    /(<!-- operations -->\n)[\s\S]*?(\n<!-- end -->)/,
    (_, begin, end) => `${begin}${table}${end}`,
  );
}
