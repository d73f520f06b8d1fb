import { visible } from './visible.ts';

const markup = Symbol('markup');

/** HTML that is safe to send: made by `html` only, because nothing that comes from outside can hold the symbol. */
export type Html = { readonly [markup]: string };
type Part = Html | string | number | undefined | readonly Part[];

/** HTML whose every value is escaped; only what `html` made itself goes in as it is. Attribute values need their quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return { [markup]: String.raw({ raw: strings }, ...values.map(render)) };
}

/** The text to send. */
export function toHtmlText(value: Html): string {
  return value[markup];
}

function render(value: Part): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map(render).join('') : value[markup];
}

function isList(value: Html | readonly Part[]): value is readonly Part[] {
  return Array.isArray(value);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, character => entities[character]!);
}
