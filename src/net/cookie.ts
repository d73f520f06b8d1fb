import { printable } from './text.ts';

/** What a `Set-Cookie` field says beside the value, RFC 6265 section 4.1. */
export type SeenCookie = {
  /** Without the leading dot; absent when the cookie is for the very host that set it. */
  readonly domain?: string;
  readonly path?: string;
  /** As it was written; absent for the length of a session. */
  readonly expires?: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
};

/** Reads one `Set-Cookie` field; undefined when it has no name. The value stands apart from what may be kept. */
export function readCookie(
  field: string,
): { readonly name: string; readonly value: string; readonly seen: SeenCookie } | undefined {
  const [pair = '', ...attributes] = field.slice(0, 4096).split(';');
  const equals = pair.indexOf('=');
  if (equals < 1) return undefined;
  const given = new Map<string, string>();
  for (const attribute of attributes.slice(0, 20)) {
    const [name = '', ...rest] = attribute.split('=');
    given.set(name.trim().toLowerCase(), printable(rest.join('=').trim()));
  }
  const text = (name: string) => given.get(name) || undefined;
  const domain = text('domain')?.replace(/^\./, '').toLowerCase();
  const path = text('path');
  const expires = text('expires');
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    seen: {
      ...(domain !== undefined && { domain }),
      ...(path !== undefined && { path }),
      ...(expires !== undefined && { expires }),
      secure: given.has('secure'),
      httpOnly: given.has('httponly'),
    },
  };
}
