import type { Reason } from '../model/failure.ts';
import { looksLikeTls } from './handshake.ts';

/** Namespaces of RFC 6120. */
export const xmppNamespaces = {
  stream: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  client: 'jabber:client',
  server: 'jabber:server',
} as const;

/** One element with everything in it. */
export type XmlElement = {
  /** Without its prefix. */
  readonly name: string;
  readonly namespace: string;
  /** By the name as it was written. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly in it. */
  readonly text: string;
};

/** Why bytes are no XMPP stream: nothing after them can be read. */
export type XmppBroken = {
  readonly kind: 'broken';
  readonly reason: Extract<Reason, 'not-xmpp' | 'malformed' | 'oversized' | 'plain-tls'>;
  /** `HTTP` when that is what answered; `restricted-xml`, `not-well-formed`, `bad-format` as RFC 6120 calls them. */
  readonly code?: string;
  readonly detail: string;
};

/** What came over an XMPP stream, piece by piece; `end` and `broken` are the last. */
export type XmppEvent =
  | { readonly kind: 'open'; readonly attributes: ReadonlyMap<string, string> }
  /** A whole child of the stream; `last` when no byte after it has come. */
  | { readonly kind: 'element'; readonly element: XmlElement; readonly last: boolean }
  | { readonly kind: 'end' }
  | XmppBroken;

const maxDepth = 8;
const maxElementBytes = 64 * 1024;
const maxElements = 1_000;
const maxTotalBytes = 256 * 1024;
const maxAttributes = 32;

/** The first line that we say. Attribute values are escaped. */
export function encodeXmppOpening(domain: string, kind: 'client' | 'server'): string {
  return (
    `<?xml version='1.0'?><stream:stream to='${escapeXml(domain)}' version='1.0' xml:lang='en' ` +
    `xmlns='${xmppNamespaces[kind]}' xmlns:stream='${xmppNamespaces.stream}'>`
  );
}

/** The element by which a client asks for TLS, RFC 6120 section 5.4.2.1. */
export const xmppStartTls = `<starttls xmlns='${xmppNamespaces.tls}'/>`;

/** How a stream is closed, RFC 6120 section 4.4. */
export const xmppClosing = '</stream:stream>';

/** Finds a child by name and namespace. */
export function xmlChild(element: XmlElement, name: string, namespace: string): XmlElement | undefined {
  return element.children.find(child => child.name === name && child.namespace === namespace);
}

/**
 * Reads what an XMPP server sends on one stream, from chunks of any size, in bounded memory: the restricted XML of RFC 6120
 * section 11.1, so no DTD, no comments, no processing instructions and no entities but the five predefined. The reader
 * returned takes the next chunk and gives the events it completes; after `end` and `broken` it ignores everything. A
 * restarted stream needs a new reader.
 */
export function createXmppReader(): (chunk: Buffer) => readonly XmppEvent[] {
  const stack: Open[] = [];
  /** The first bytes, until it is clear that they are text. */
  let opening: Buffer | undefined = Buffer.alloc(0);
  /** Bytes of the unfinished tag or text, one character each: no byte of a longer UTF-8 sequence looks like ASCII. */
  let token = '';
  let within: 'text' | 'tag' | '"' | "'" | 'cdata' = 'text';
  let elementBytes = 0;
  let elements = 0;
  let totalBytes = 0;
  let begun = false;
  let ended = false;

  function takeCharacter(character: string): XmppEvent | undefined {
    if (within === 'text') {
      if (character !== '<') return takeText(character);
      const event = flushText();
      within = 'tag';
      if (stack.length <= 1) elementBytes = 1;
      return event;
    }
    token += character;
    if (within === 'cdata') return takeCdata();
    if (within !== 'tag') {
      if (character === within) within = 'tag';
      else if (character === '<') return notWellFormed('"<" in an attribute value');
      return undefined;
    }
    if (token[0] === '!') {
      if (!'![CDATA['.startsWith(token)) return restricted('a comment or a document type');
      if (token.length === 8) {
        if (stack.length < 2) return notWellFormed('text outside an element');
        within = 'cdata';
        token = '';
      }
      return undefined;
    }
    if (character === '"' || character === "'") within = character;
    else if (character === '<') return notWellFormed('"<" in a tag');
    else if (character === '>') {
      const tag = decodeUtf8(token.slice(0, -1));
      token = '';
      within = 'text';
      return tag === undefined ? badFormat() : takeTag(tag);
    }
    return undefined;
  }

  function takeText(character: string): XmppEvent | undefined {
    if (stack.length >= 2) {
      token += character;
      return undefined;
    }
    if (/^[ \t\r\n]$/.test(character)) return undefined;
    return stack.length === 0 ? notXmpp() : notWellFormed('text outside an element');
  }

  function takeCdata(): XmppEvent | undefined {
    if (!token.endsWith(']]>')) return undefined;
    const text = decodeUtf8(token.slice(0, -3));
    token = '';
    within = 'text';
    if (text === undefined) return badFormat();
    stack.at(-1)!.text += text;
    return undefined;
  }

  function flushText(): XmppEvent | undefined {
    if (token === '') return undefined;
    const decoded = decodeUtf8(token);
    token = '';
    if (decoded === undefined) return badFormat();
    const text = unescapeXml(decoded);
    if (text === undefined) return restricted('an entity that is not predefined');
    stack.at(-1)!.text += text;
    return undefined;
  }

  function takeTag(tag: string): XmppEvent | undefined {
    if (tag.startsWith('?')) {
      const first = !begun && stack.length === 0 && /^\?xml\s[^<>]*\?$/.test(tag);
      begun = true;
      return first ? undefined : restricted('a processing instruction');
    }
    begun = true;
    if (tag.startsWith('/')) return takeEnd(tag.slice(1).trimEnd());
    const selfClosing = tag.endsWith('/');
    const open = readTag(selfClosing ? tag.slice(0, -1) : tag, stack.at(-1));
    if ('kind' in open) return stack.length === 0 && open.code === 'not-well-formed' ? notXmpp() : open;
    if (stack.length === 0) {
      if (open.name !== 'stream' || open.namespace !== xmppNamespaces.stream) return notXmpp();
      stack.push(open);
      return selfClosing ? { kind: 'end' } : { kind: 'open', attributes: open.attributes };
    }
    if (stack.length > maxDepth) return broken('malformed', `elements nested deeper than ${maxDepth}`);
    if (++elements > maxElements) return broken('oversized', `more than ${maxElements} elements`);
    stack.push(open);
    return selfClosing ? close() : undefined;
  }

  function takeEnd(written: string): XmppEvent | undefined {
    if (stack.at(-1)?.written !== written) return notWellFormed('an end tag that closes nothing');
    return close();
  }

  function close(): XmppEvent | undefined {
    const { name, namespace, attributes, children, text } = stack.pop()!;
    if (stack.length === 0) return { kind: 'end' };
    const element = { name, namespace, attributes, children, text };
    if (stack.length > 1) {
      stack.at(-1)!.children.push(element);
      return undefined;
    }
    return { kind: 'element', element, last: false };
  }

  function readChunk(chunk: Buffer): readonly XmppEvent[] {
    if (opening === undefined) return readText(chunk);
    opening = Buffer.concat([opening, chunk]);
    const other = foreignProtocol(opening);
    if (other === 'undecided') return [];
    if (other) return [other];
    const bytes = opening;
    opening = undefined;
    return readText(bytes);
  }

  function readText(bytes: Buffer): readonly XmppEvent[] {
    const events: XmppEvent[] = [];
    const characters = bytes.toString('latin1');
    for (let at = 0; at < characters.length; at++) {
      elementBytes++;
      const event =
        elementBytes > maxElementBytes && (stack.length > 1 || within !== 'text')
          ? broken('oversized', `an element of more than ${maxElementBytes} bytes`)
          : takeCharacter(characters[at]!);
      if (!event) continue;
      events.push(event.kind === 'element' ? { ...event, last: at === characters.length - 1 } : event);
      if (event.kind === 'end' || event.kind === 'broken') break;
    }
    return events;
  }

  return chunk => {
    if (ended) return [];
    totalBytes += chunk.length;
    const events =
      totalBytes > maxTotalBytes
        ? [broken('oversized', `more than ${maxTotalBytes} bytes`)]
        : readChunk(chunk);
    const last = events.at(-1)?.kind;
    ended = last === 'end' || last === 'broken';
    return events;
  };
}

/** TLS and HTTP give themselves away by their first bytes. */
function foreignProtocol(bytes: Buffer): XmppBroken | 'undecided' | undefined {
  const text = bytes.toString('latin1', 0, 5);
  if (text === 'HTTP/') return { ...notXmpp(), code: 'HTTP', detail: 'an HTTP answer' };
  if (looksLikeTls(bytes)) {
    return bytes.length < 3
      ? 'undecided'
      : broken('plain-tls', bytes[0] === 21 ? 'a TLS alert' : 'a TLS record');
  }
  return 'HTTP/'.startsWith(text) ? 'undecided' : undefined;
}

/** Text from bytes that stand as one character each; undefined when they are no UTF-8. */
function decodeUtf8(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** An element whose end tag has not come. */
type Open = {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The name with its prefix: the end tag must be the same. */
  readonly written: string;
  /** Namespaces by prefix; the default one is under the empty text. */
  readonly scope: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
};

const attribute = /\s+([^\s=<>"'/&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const rootScope: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

function readTag(tag: string, parent: Open | undefined): Open | XmppBroken {
  const written = /^[^\s=<>"'/&!?]+/u.exec(tag)?.[0] ?? '';
  const [, prefix = '', name] = /^(?:([\p{L}_][^:]*):)?([\p{L}_][^:]*)$/u.exec(written) ?? [];
  if (name === undefined) return notWellFormed('a tag without a name');
  const attributes = new Map<string, string>();
  let at = written.length;
  while (tag.slice(at).trim() !== '') {
    attribute.lastIndex = at;
    const [all, key, double, single] = attribute.exec(tag) ?? [];
    const value = unescapeXml(double ?? single ?? '');
    if (all === undefined || key === undefined || attributes.has(key))
      return notWellFormed('a wrong attribute');
    if (value === undefined) return restricted('an entity that is not predefined');
    if (attributes.size === maxAttributes)
      return broken('oversized', `more than ${maxAttributes} attributes`);
    attributes.set(key, value);
    at += all.length;
  }
  const scope = scopeWith(attributes, parent?.scope ?? rootScope);
  const namespace = scope.get(prefix);
  if (namespace === undefined) return notWellFormed('a prefix without a namespace');
  return { name, namespace, attributes, written, scope, children: [], text: '' };
}

function scopeWith(
  attributes: ReadonlyMap<string, string>,
  outer: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = [...attributes].flatMap(([key, value]) =>
    key === 'xmlns'
      ? [['', value] as const]
      : key.startsWith('xmlns:')
        ? [[key.slice(6), value] as const]
        : [],
  );
  return declared.length === 0 ? outer : new Map([...outer, ...declared]);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Undefined for an entity that is not predefined and for a number that is no character. */
function unescapeXml(text: string): string | undefined {
  let wrong = false;
  const plain = text.replace(
    /&(?:(\w+)|#(\d{1,7})|#x([\da-f]{1,6}))?(;?)/gi,
    (_, name, decimal, hex, end) => {
      const character =
        name !== undefined
          ? Object.hasOwn(entities, name) && entities[name]
          : characterOf(decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16));
      if (typeof character === 'string' && end === ';') return character;
      wrong = true;
      return '';
    },
  );
  return wrong ? undefined : plain;
}

function characterOf(code: number): string | undefined {
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0x10ffff);
  return allowed ? String.fromCodePoint(code) : undefined;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

function broken(reason: XmppBroken['reason'], detail: string): XmppBroken {
  return { kind: 'broken', reason, detail };
}

function notXmpp(): XmppBroken {
  return broken('not-xmpp', 'no XMPP stream header');
}

function badFormat(): XmppBroken {
  return { ...broken('malformed', 'bytes that are not UTF-8'), code: 'bad-format' };
}

function notWellFormed(detail: string): XmppBroken {
  return { ...broken('malformed', detail), code: 'not-well-formed' };
}

function restricted(detail: string): XmppBroken {
  return { ...broken('malformed', detail), code: 'restricted-xml' };
}
