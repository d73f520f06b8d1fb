import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema, parseConfig } from '../../src/config/config.ts';
import { hierarchy } from '../net/certificates.ts';
import { documents } from './documents.ts';

const { leaf } = hierarchy();

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

const schema = z.fromJSONSchema(configSchema() as JsonSchema);
const remedy = 'is not what the schema says; run: node test/config/write-documents.ts && npm run format';
const examples = [...readFileSync('docs/configuration.md', 'utf8').matchAll(/```yaml\n([^`]*)```/g)]
  .map(match => match[1]!)
  .filter(text => text.includes('deployments:'));

describe('documents about the configuration', () => {
  test.each(documents)('$path is generated from the schema', ({ path, next }) => {
    const current = readFileSync(path, 'utf8');
    const wanted = next(current);
    // The formatter lays JSON out in its own way.
    if (path.endsWith('.json')) expect(JSON.parse(current), `${path} ${remedy}`).toEqual(JSON.parse(wanted));
    else expect(current, `${path} ${remedy}`).toBe(wanted);
  });

  test('every key has a meaning written down', () => {
    const rows = readFileSync('docs/configuration.md', 'utf8')
      .split('\n')
      .filter(row => row.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(row => /\| +\|$/.test(row))).toEqual([]);
  });

  test.each(examples)('an example of the page is a valid configuration %#', example => {
    const read = (path: string) =>
      path.endsWith('.pem') ? leaf.pem : path.endsWith('.key') ? leaf.key : 'x';
    expect(parseConfig(example, 'example.yaml', read).deployments[0]!.domains).toEqual(['example.com']);
    expect(schema.safeParse(parse(example)).error).toBeUndefined();
  });

  test('the JSON Schema refuses an unknown key and a domain that is not text', () => {
    expect(schema.safeParse({ deployments: [{ domains: ['example.com'] }] }).success).toBe(true);
    expect(schema.safeParse({ deployments: [{ domains: ['example.com'], domain: 'x' }] }).success).toBe(
      false,
    );
    expect(schema.safeParse({ deployments: [{ domains: [3] }] }).success).toBe(false);
  });
});
