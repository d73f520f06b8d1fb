import { X509Certificate } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const hostLabel = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const millisecondsOf: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 },
};

/** Whether the text is an IPv4 or IPv6 address, without brackets, port or zone. */
export function isAddress(text: string): boolean {
  return ipv4.safeParse(text).success || ipv6.safeParse(text).success;
}

/** Milliseconds of `500ms`, `5s`, `10m`, `1h`, `90d`; undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * millisecondsOf[match[2]!]! : undefined;
}

/** A domain in lower case, in A-labels, without the trailing dot; undefined when it is not one of two labels or more. */
export function parseDomain(text: string): string | undefined {
  const labels = labelsOf(text);
  return labels && labels.length >= 2 && labels.every(part => label.test(part))
    ? labels.join('.').toLowerCase()
    : undefined;
}

/**
 * A host as its own servers call it: a name without the trailing dot, or an address. Letter case and underscores stay,
 * because both are troubles that the checks look for.
 */
export function parseHost(text: string): string | undefined {
  if (isAddress(text)) return text;
  const labels = labelsOf(text);
  return labels?.every(part => hostLabel.test(part)) ? labels.join('.') : undefined;
}

/** Whether the text is the address of a web page: no name, password or fragment in it, and a host that can be looked up. */
export function isPageUrl(text: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, port, username, password, hash } = new URL(text);
  const host = hostname.replace(/^\[|\]$/g, '');
  return `${username}${password}${hash}` === '' && port !== '0' && parseHost(host) !== undefined;
}

// domainToASCII also reads `0x7f.1` as an address, so plain ASCII is not shown to it.
function labelsOf(text: string): readonly string[] | undefined {
  const ascii = /^[\x21-\x7e]+$/.test(text) ? text : domainToASCII(text);
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  const labels = name.split('.');
  const isNumber = /^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1)!);
  return name === '' || name.length > 253 || isNumber ? undefined : labels;
}

/** A DNS server in the form of `Deployment.resolvers`; undefined when it is neither an address nor address and port. */
export function parseResolver(text: string): string | undefined {
  if (isScopedAddress(text)) return text;
  const bare = /^\[([^\]]*)\]$/.exec(text)?.[1];
  if (bare !== undefined) return bare.includes(':') && isScopedAddress(bare) ? bare : undefined;
  const pair = hostAndPort(text);
  return pair && pair.port > 0 && isScopedAddress(pair.host) ? text : undefined;
}

// A link-local resolver, as router advertisements hand them out, is told with its interface: fe80::1%eth0 (RFC 4007).
function isScopedAddress(text: string): boolean {
  return isAddress(text.replace(/^(fe80:[^%]*)%[\w.-]{1,15}$/i, '$1'));
}

/** Where to listen; port 0 takes a free one. */
export function parseListen(text: string): { readonly host: string; readonly port: number } | undefined {
  const pair = hostAndPort(text);
  return pair && parseHost(pair.host) !== undefined ? pair : undefined;
}

function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^\]]*)\]|([^[\]:]*)):(\d{1,5})$/.exec(text);
  if (!match || Number(match[3]) > 65_535) return undefined;
  if (match[1] !== undefined && !match[1].includes(':')) return undefined;
  return { host: match[1] ?? match[2]!, port: Number(match[3]) };
}

const time = /^([01]\d|2[0-3]):([0-5]\d)$/;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since midnight of `22:00`; undefined when the text is no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = time.exec(text);
  return match ? (Number(match[1]) * 60 + Number(match[2])) * 60_000 : undefined;
}

/** Milliseconds since 1970 of `2026-03-01T22:00Z` or with an offset; undefined when the text is no such moment. */
export function parseMoment(text: string): number | undefined {
  const at = moment.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** A moment, or a day of which the whole belongs to it: the midnight (UTC) after it. */
export function parseEnd(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return parseMoment(text);
  const midnight = Date.parse(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text);
  return isDay ? midnight + 86_400_000 : undefined;
}

/** Every certificate of a PEM text, each on its own; keys and words around them are left behind. */
export function certificatesIn(text: string): readonly string[] {
  return (text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [])
    .filter(isCertificate)
    .map(block => `${block.replaceAll('\r\n', '\n')}\n`);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== undefined;
  } catch {
    return false;
  }
}
