import { configSchema } from '../../src/config/config.ts';

type Json = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly items?: Json;
  readonly anyOf?: readonly Json[];
};

const begin = '<!-- keys: begin -->';
const end = '<!-- keys: end -->';

/** Every generated part of `docs/` that comes from the schema: where it belongs, and what it is to be. */
export const documents: readonly { readonly path: string; readonly next: (current: string) => string }[] = [
  {
    path: 'docs/configuration.schema.json',
    next: () => JSON.stringify(configSchema(), undefined, 2),
  },
  {
    path: 'docs/configuration.md',
    next: current => {
      const [before, after] = [current.indexOf(begin), current.indexOf(end)];
      if (before < 0 || after < before) throw new Error(`docs/configuration.md lacks ${begin} or ${end}`);
      return `${current.slice(0, before)}${begin}\n${keyTable()}\n${current.slice(after)}`;
    },
  },
];

function keyTable(): string {
  const header = ['key', 'holds', 'default', 'meaning'];
  const rows = [header, ...rowsOf(configSchema() as Json, '')];
  // Padded as the formatter would do it.
  const widths = header.map((_cell, column) => Math.max(...rows.map(row => row[column]!.length)));
  const lines = rows.map(row => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  return [lines[0], `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join(
    '\n',
  );
}

// Keys of the items of a list come after the keys beside the list; hosts of every role share theirs.
function rowsOf(schema: Json, path: string): readonly (readonly string[])[] {
  const own: (readonly string[])[] = [];
  const ofItems = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const name = path === '' ? key : `${path}.${key}`;
    const required = schema.required?.includes(key) ?? false;
    own.push(
      [`\`${name}\``, kindOf(value), defaultOf(value, required), value.description ?? ''],
      ...rowsOf(value, name),
    );
    const item = value.items?.properties
      ? value.items
      : value.items?.anyOf?.find(option => option.properties);
    for (const row of item ? rowsOf(item, path.endsWith('.nodes') ? `${path}.*[]` : `${name}[]`) : []) {
      ofItems.set(row[0]!, row);
    }
  }
  return [...own, ...ofItems.values()];
}

function kindOf(schema: Json): string {
  if (schema.enum) return schema.enum.map(word => `\`${word}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(' or ');
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`;
  if (schema.type === 'object') return 'mapping';
  return { string: 'text', integer: 'number', boolean: '`true` or `false`' }[schema.type ?? ''] ?? 'anything';
}

function defaultOf(schema: Json, required: boolean): string {
  if (required) return 'required';
  const isCollection = schema.type === 'object' || schema.type === 'array';
  return schema.default === undefined || isCollection ? '' : `\`${String(schema.default)}\``;
}
