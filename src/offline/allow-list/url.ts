import { type Level, type Requirement, shown } from './remark.ts';

/** A URL of the documented form `protocol://host[:port][/path]`. */
export type AllowUrl = {
  readonly protocol: 'http' | 'https';
  /** Lower case; an IPv6 address keeps its brackets. */
  readonly host: string;
  /** The default port of the protocol when none was written. */
  readonly port: number;
  /** As written; `/` when none was, which means the same (RFC 9110 section 4.2.3). */
  readonly path: string;
};

/** What is wrong at one character of a URL. */
export type UrlFault = {
  readonly offset: number;
  readonly level: Level;
  readonly message: string;
  readonly requirement: Requirement;
};

export type ParsedUrl = { readonly url?: AllowUrl; readonly faults: readonly UrlFault[] };

const form = 'expected protocol://host[:port][/path]';
const defaultPorts = { http: 80, https: 443 } as const;

/** Ports that speak the other protocol wherever the documents name them. */
const otherProtocol: Readonly<Record<string, 'http' | 'https'>> = {
  'http:443': 'https',
  'http:8443': 'https',
  'http:6971': 'https',
  'http:6972': 'https',
  'https:80': 'http',
  'https:6970': 'http',
};

/** Reads a URL by the form that the documents print, which is narrower than RFC 3986; no `url` when it is another. */
export function parseUrl(text: string): ParsedUrl {
  const faults: UrlFault[] = [];
  const fault = (
    offset: number,
    message: string,
    requirement: Requirement = 'ALW-10',
    level: Level = 'error',
  ) => faults.push({ offset, level, message, requirement });

  if (text === '') {
    fault(0, `The Url is missing; ${form}.`);
    return { faults };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (!scheme) {
    fault(0, withoutScheme(text));
    return { faults };
  }
  const written = scheme[1]!;
  const protocol = written.toLowerCase();
  if (protocol !== 'http' && protocol !== 'https') {
    fault(0, `The protocol is ${shown(written)}; expected http or https.`);
    return { faults };
  }
  if (written !== protocol)
    fault(0, `The protocol is written ${shown(written)}; expected ${protocol}.`, 'ALW-10', 'warning');

  const hostStart = scheme[0].length;
  const length = text.slice(hostStart).search(/[/?#\\]/);
  const pathStart = length < 0 ? text.length : hostStart + length;
  const host = readHost(text.slice(hostStart, pathStart), hostStart, fault);
  const port = readPort(text, host.end, pathStart, fault) ?? defaultPorts[protocol];
  const path = readPath(text, pathStart, fault);
  if (faults.some(({ level }) => level === 'error')) return { faults };

  const meant = otherProtocol[`${protocol}:${port}`];
  if (meant)
    fault(
      host.end,
      `Port ${port} speaks ${meant} by custom, and the Url says ${protocol}; one of the two is hardly meant.`,
      'ALW-12',
      'warning',
    );
  if (host.isAddress && /^\/\d{1,3}$/.test(path))
    fault(
      pathStart,
      `${shown(path)} is a path, not the length of a network prefix; a rule names one host.`,
      'ALW-11',
      'warning',
    );
  return { url: { protocol, host: host.name, port, path: path === '' ? '/' : path }, faults };
}

type Fault = (offset: number, message: string, requirement?: Requirement, level?: Level) => void;

function withoutScheme(text: string): string {
  const [, name, rest] = /^(https?)(.{0,3})/i.exec(text) ?? [];
  if (name !== undefined)
    return `${shown(name + rest)} is no protocol; expected ${name.toLowerCase()}:// here.`;
  return `The Url ${shown(text)} has no protocol; ${form} with http or https.`;
}

/** The host, and the offset behind it. */
function readHost(authority: string, start: number, fault: Fault) {
  const at = authority.lastIndexOf('@');
  if (at >= 0) fault(start, 'The Url holds user information before an @; expected a host only.', 'ALW-11');
  const from = at + 1;
  if (authority[from] === '[') {
    const close = authority.indexOf(']', from);
    const name = authority.slice(from, close < 0 ? undefined : close + 1).toLowerCase();
    if (close < 0 || !URL.canParse(`http://${name}/`))
      fault(start + from, `${shown(name)} is no IPv6 address in brackets.`, 'ALW-11');
    return { name, end: start + (close < 0 ? authority.length : close + 1), isAddress: true };
  }
  const rest = authority.slice(from);
  const colon = rest.indexOf(':');
  if (rest.split(':').length > 2 && /^[0-9a-f:.]+$/i.test(rest)) {
    fault(start + from, `${shown(rest)} looks like an IPv6 address; expected it in brackets.`, 'ALW-11');
    return { name: rest, end: start + authority.length, isAddress: true };
  }
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const isAddress = /^[\d.]+$/.test(name);
  const wrong = isAddress ? wrongAddress(name) : wrongName(name);
  if (wrong) fault(start + from + wrong.offset, wrong.message, 'ALW-11');
  else if (name.endsWith('.'))
    fault(
      start + from + name.length - 1,
      'The host ends with a dot; clients do not ask for it like that, so it hardly ever matches.',
      'ALW-11',
      'warning',
    );
  else if (name.includes('_'))
    fault(
      start + from + name.indexOf('_'),
      'The host has an underscore, which host names must not have.',
      'ALW-11',
      'warning',
    );
  return { name: name.toLowerCase(), end: start + from + name.length, isAddress };
}

function wrongAddress(name: string) {
  const parts = name.split('.');
  const isIpv4 =
    parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isIpv4
    ? undefined
    : { offset: 0, message: `${shown(name)} is neither an IPv4 address nor a host name.` };
}

function wrongName(name: string) {
  if (name === '') return { offset: 0, message: `The host is missing; ${form}.` };
  if (name.includes('*'))
    return {
      offset: name.indexOf('*'),
      message: 'The host has a wildcard; expected one DNS name or IP address.',
    };
  const strange = /[^a-z0-9._-]/i.exec(name);
  if (strange)
    return {
      offset: strange.index,
      message: `The host has the character ${shown(characterAt(name, strange.index))}; expected letters, digits, hyphens and dots.`,
    };
  if (name.length > 253) return { offset: 253, message: 'The host has more than 253 characters.' };
  let offset = 0;
  const labels = name.endsWith('.') ? name.slice(0, -1).split('.') : name.split('.');
  for (const label of labels) {
    if (label === '')
      return { offset, message: 'The host has an empty label: two dots, or one at its beginning.' };
    if (label.length > 63) return { offset, message: 'A label of the host has more than 63 characters.' };
    if (label.startsWith('-') || label.endsWith('-'))
      return { offset, message: `The label ${shown(label)} begins or ends with a hyphen.` };
    offset += label.length + 1;
  }
  return undefined;
}

function readPort(text: string, start: number, end: number, fault: Fault): number | undefined {
  if (start === end) return undefined;
  const written = text.slice(start, end);
  if (!/^:\d+$/.test(written) || Number(written.slice(1)) > 65_535) {
    fault(
      start,
      `The port is ${shown(written)}; expected a colon and one number from 0 to 65535, or nothing.`,
      'ALW-12',
    );
    return undefined;
  }
  const port = Number(written.slice(1));
  if (port === 0)
    fault(start, 'Port 0 is in the documented range, but nothing can be reached there.', 'ALW-12', 'warning');
  return port;
}

function readPath(text: string, start: number, fault: Fault): string {
  const path = text.slice(start);
  const strange = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/.exec(path);
  if (strange) {
    fault(start + strange.index, strangeInPath(characterAt(path, strange.index)));
    return path;
  }
  const percent = /%(?![0-9A-Fa-f]{2})/.exec(path);
  if (percent) {
    fault(start + percent.index, 'A percent sign stands without two hexadecimal digits behind it.');
    return path;
  }
  const look = (pattern: RegExp, message: string) => {
    const match = pattern.exec(path);
    if (match) fault(start + match.index, message, 'ALW-07', 'warning');
  };
  look(/\*/, 'A star stands for itself here; it is no wildcard.');
  look(
    /\/(?:\.|%2e){1,2}(?=\/|$)/i,
    'Clients resolve . and .. before they send a path, so this one does not arrive as written.',
  );
  look(/\/\//, 'The path has an empty segment (//).');
  look(
    /%(?:2f|5c|00|2d|2e|3\d|[46][1-9a-f]|[57][0-9a]|5f|7e)/i,
    'The path is compared as written; a client may send the escaped character itself.',
  );
  return path;
}

function strangeInPath(character: string): string {
  switch (character) {
    case '?':
      return `The Url has a query; ${form}, without ? and what follows.`;
    case '#':
      return `The Url has a fragment; ${form}, without # and what follows.`;
    case '\\':
      return 'The Url has a backslash; expected a slash.';
    case ' ':
      return 'The path has a blank; expected %20, or no blank at all.';
    default:
      return `The path has the character ${shown(character)}, which the HTTP specification does not allow there.`;
  }
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index)!);
}
