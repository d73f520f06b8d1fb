import type { Report } from '../model/report.ts';

/** What a person looks for stands first; the rest follows by name. */
const order = ['schema', 'version', 'deployment', 'at', 'durationMs', 'diagnosis', 'judgements'];

/** The whole report as JSON, two spaces, keys always in the same order; can be read back as a saved round. */
export function toJson(report: Report): string {
  return stableJson(report);
}

/** JSON with keys in a fixed order, and without characters that a terminal would act upon. */
export function stableJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner) => (isRecord(inner) ? sorted(inner) : inner), 2);
  // JSON escapes C0 only; these can stand nowhere but inside a string
  return `${text.replace(unsafe, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

const unsafe = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const keys = Object.keys(record).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map(key => [key, record[key]]));
}
