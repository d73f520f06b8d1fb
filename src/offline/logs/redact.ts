import { isIP } from 'node:net';
import { decodeEdgeSegment, edgeSegment } from './edge-path.ts';
import { readHeader } from './layout.ts';

/** Something in a text that tells of a person, a host, or lets somebody in. */
type Mention = {
  readonly start: number;
  readonly end: number;
  readonly kind: 'person' | 'host' | 'secret' | 'path';
  readonly value: string;
};

/** The people and hosts that a text names. */
export type Concerned = { readonly people: readonly string[]; readonly hosts: readonly string[] };

/** Says who is meant, and writes lines so that they may be passed on; one name is the same number in a whole report. */
export type Redactor = {
  /** `writer` is the host that wrote the text, as its header says. */
  readonly concerned: (text: string, writer: string | undefined) => Concerned;
  readonly write: (text: string) => string;
};

const secrets = [
  /\beyJ[\w-]{10,}[.][\w-]{4,}(?:[.][\w-]*)?/g,
  /(?<![\w+/-])[A-Za-z0-9+/_-]{80,}={0,2}/g,
  /\b(?:proxy-)?authorization\s*[:=]\s*(?!xxx)([^\r\n|"]{1,4000}?)(?=\s+[A-Z][\w-]{1,30}:\s|["|\r\n]|$)/gi,
  /\b(?:set-)?cookie\s*[:=]\s*([^\r\n|"]{1,4000}?)(?=\s+[A-Z][\w-]{1,30}:\s|["|\r\n]|$)/gi,
  /\bx-auth[\w-]{0,20}\s*[:=]\s*"?([^\s;,"|&]+)/gi,
  /\b(?:bearer|digest)\s+(?!realm)([\w.~+/=-]{8,})/gi,
  /\bbasic\s+([A-Za-z0-9+/]{6,}={0,2})(?![\w=])/gi,
  /(?:\b(?:password|passwd|passphrase|pwd|pin|secret|c?nonce|opaque|(?:calculated)?response|jsessionid\w*|otp|samlresponse|code_verifier)|token|api-?key)\s{0,2}[=:]\s{0,2}["']?([^\s"',;&|<>)\]]{4,})/gi,
  /<(?:password|token|cred|secret|otp)[^<>]{0,80}>([^<]{1,4000})</gi,
];

/** An expression, and what stands in lower case in every text that it finds: looked for first, which is cheaper. */
type Looked = { readonly pattern: RegExp; readonly where?: string };

const people: readonly Looked[] = [
  {
    pattern:
      /\b(?:user-?name|user_?name|user-?id|uid|login|email|aor|from-user|to-user|calling|called|sub|subject-id|upn|displayname)\s{0,4}=\s{0,4}["'\u201c](?:sips?:)?([^"'\u201d\s][^"'\u201d]{0,250})["'\u201d]/gi,
  },
  { pattern: /[?&](?:username|email|userid|useridentifier|user|login_hint)=([^&\s"'#]+)/gi, where: '=' },
  { pattern: /\/cucm-uds\/(?:user|private\/user)\/([^/\s"'?|]+)/gi, where: '/cucm-uds/' },
  { pattern: /\buser\s{1,3}'([^']+)'/gi, where: "'" },
  { pattern: /\buser(?:id|name)?\s{0,2}[:=]\s{0,2}(?!\*)([\w.@+\\-]{2,120})/gi },
  { pattern: /\b(SEP[0-9A-F]{12})\b/gi, where: 'sep' },
  { pattern: /\b(?:CSF|TCT|BOT|TAB)([\w.-]{1,60}?)(?=[.]cnf\b)/gi, where: '.cnf' },
  { pattern: /\b((?:CSF|TCT|BOT|TAB)[A-Z0-9][A-Z0-9_-]{1,60})\b/g },
  { pattern: /(?:[A-Z]:\\Users\\|\/Users\/|\/home\/)([^\\/\s"']+)/gi },
];

/** Looked for only where there is an `@`. */
const addressed = [
  /\bsips?:(?!serviceserver@)([^\s@;:<>"',]{1,250})@/gi,
  /\b(?:jid|from|to)='([^'@\s]{1,250}@[^'\s]{1,250})'/gi,
  /(?<![\w.+%@/-])([\w.+%-]{1,120}@(?:[a-z0-9-]+[.])+[a-z][a-z0-9-]+)/gi,
];

const hosts: readonly Looked[] = [
  {
    pattern:
      /\b(?:host|server|common-name|peer|address|realm|node)\s{0,2}=\s{0,2}["']?([a-z][\w-]{1,62})(?![\w.:=-])/gi,
  },
  { pattern: /\b(?:node ?id|clusterid|device ?name)\s{0,2}:\s{0,2}([a-z][\w-]{1,62})(?![\w.-])/gi },
  { pattern: /\bverification failed for \(([^()\s]{1,255})\)/gi, where: 'verification failed for (' },
  { pattern: /\bSNI \(([^()\s]{1,255})\)/gi, where: 'sni (' },
  { pattern: /\bhost\s{1,3}'([^']{1,255})'/gi, where: "'" },
  { pattern: /\bconnection failed for\s{0,2}'([^']{1,255})'/gi, where: 'connection failed for' },
  { pattern: /\('https?',\s{0,2}'([^']{1,255})'/gi, where: "('http" },
  { pattern: /\bhttps?:\/\/([a-z][\w-]{1,62})(?=[:/\s"'])/gi, where: '://' },
];

const address = /(?<![\w.-])(?:\d{1,3}[.]){3}\d{1,3}(?![\w]|[.]\d)/g;
const address6 = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:%\w{1,15})?(?![\w:])/gi;
/** What every IPv6 address without `::` has; begins with the rarest, so that it is looked for quickly. */
const fourGroups = /:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}:/i;
const name = /(?<![\w.\\-])(?:[a-z0-9_*][a-z0-9_-]{0,62}[.])+[a-z][a-z0-9-]{1,62}(?![\w-]|[.]\w)/gi;
const maskedAddress = /(?<![\w.])x{1,3}[.]x{1,3}(?:[.][\dx]{1,3}){2}(?![\w.])/gi;
const wrapped = /PII_CED_Exception\{([^}]{0,4000})\}?/g;
const service = /^((?:_[a-z0-9-]+[.]){1,2})(.+)$/i;

/** Names with dots that are files, loggers or name spaces. */
const files =
  /[.](?:c|cc|cgi|cnf|conf|cpp|crt|csv|db|dll|exe|gif|gz|h|htm|html|ico|ini|java|jpe?g|js|json|jsp|key|kt|log|m|mm|pcap|pem|php|png|properties|pyc?|sh|so|swift|tar|txt|xml|xsd|zip)$/i;
const loggers =
  /^(?:csf|network|developer|com[.]cisco|org[.](?:apache|xmpp)|twisted|exceptions|java|javax|gloox|www[.]w3[.]org|etherx[.]jabber[.]org|jabber[.](?:client|server)|media|plugin-[\w-]+)(?:[.]|$)/i;

/** A redactor; with `open` it hides nothing but says the same of who is concerned. */
export function createRedactor(open: boolean): Redactor {
  const numbers = { person: new Map<string, number>(), host: new Map<string, number>() };
  const bound = 100_000;

  const label = (kind: 'person' | 'host', value: string): string => {
    const known = numbers[kind];
    const key = kind === 'person' ? personOf(value) : value.toLowerCase();
    if (!known.has(key) && known.size < bound) known.set(key, known.size + 1);
    const number = known.get(key);
    return `<${kind === 'person' ? 'user' : kind}${number === undefined ? '' : ` ${number}`}>`;
  };

  const write = (text: string): string => {
    const mentions = find(text);
    let written = '';
    let at = 0;
    for (const { start, end, kind, value } of mentions) {
      written += text.slice(at, start) + replacement(kind, value);
      at = end;
    }
    return written + text.slice(at);
  };

  function replacement(kind: Mention['kind'], value: string): string {
    if (kind === 'path') return `{${describeTarget(value, open ? one => one : one => label('host', one))}}`;
    if (open) return value;
    if (kind === 'secret') return '<hidden>';
    const prefix = kind === 'host' ? service.exec(value) : undefined;
    return prefix ? prefix[1] + label('host', prefix[2]!) : label(kind, value);
  }

  return {
    write,
    concerned: (text, writer) => {
      const mentions = findNames(text, writer);
      const of = (kind: Mention['kind']) =>
        mentions.filter(one => one.kind === kind).map(({ value }) => value);
      const inside = of('path').flatMap(segment => decodeEdgeSegment(segment)?.server?.host ?? []);
      const bare = [...of('host'), ...inside].map(host => (service.exec(host)?.[2] ?? host).toLowerCase());
      return {
        people: [...new Set(of('person').map(personOf))],
        hosts: [...new Set(bare)],
      };
    },
  };
}

/** One person whether named with the domain or without. */
function personOf(value: string): string {
  return value.replace(/(?<=.)@.*$/s, '').toLowerCase();
}

function describeTarget(segment: string, host: (value: string) => string): string {
  const target = decodeEdgeSegment(segment)!;
  if (!target.server) return host(target.domain);
  const { scheme, host: inside, port } = target.server;
  return `${host(target.domain)}/${scheme}/${host(inside)}/${port}`;
}

/** All mentions in order, hidden things first: where two overlap, the earlier rule counts. */
function find(text: string): readonly Mention[] {
  const { taken, claim, claimAll } = createClaims(text);
  claimPaths(text, claim);
  claimAll(all(secrets), 'secret');
  claimNames(text, readHeader(text)?.host, claim, claimAll);
  for (const match of text.matchAll(wrapped)) {
    const start = match.index + 'PII_CED_Exception{'.length;
    const end = start + match[1]!.length;
    if (!taken.some(one => start < one.end && end > one.start)) claim(start, end, 'secret');
  }
  claimAgain(text, taken, claim);
  return taken.sort((one, other) => one.start - other.start);
}

/** People, hosts and paths only; for counting, which is done for every line found. */
function findNames(text: string, writer: string | undefined): readonly Mention[] {
  const { taken, claim, claimAll } = createClaims(text);
  claimPaths(text, claim);
  claimNames(text, writer, claim, claimAll);
  return taken.sort((one, other) => one.start - other.start);
}

type Claim = (start: number, end: number, kind: Mention['kind']) => void;
type ClaimAll = (patterns: readonly Looked[], kind: Mention['kind']) => void;

function createClaims(text: string) {
  const lower = text.toLowerCase();
  const taken: Mention[] = [];
  const claim: Claim = (start, end, kind) => {
    if (end <= start || taken.some(one => start < one.end && end > one.start)) return;
    taken.push({ start, end, kind, value: text.slice(start, end) });
  };
  const claimAll: ClaimAll = (patterns, kind) => {
    for (const { pattern, where } of patterns) {
      if (where !== undefined && !lower.includes(where)) continue;
      each(text, pattern, match => {
        const value = match[1];
        if (value === undefined) claim(match.index, match.index + match[0].length, kind);
        else {
          const start = match.index + match[0].lastIndexOf(value);
          claim(start, start + value.length, kind);
        }
      });
    }
  };
  return { taken, claim, claimAll };
}

function all(patterns: readonly RegExp[]): readonly Looked[] {
  return patterns.map(pattern => ({ pattern }));
}

/** As `matchAll`, which makes a new expression every time: too much for every line that is found. */
function each(text: string, pattern: RegExp, see: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) see(match);
}

function claimPaths(text: string, claim: Claim): void {
  each(text, edgeSegment, match => {
    if (decodeEdgeSegment(match[0])) claim(match.index, match.index + match[0].length, 'path');
  });
}

function claimNames(text: string, writer: string | undefined, claim: Claim, claimAll: ClaimAll): void {
  if (text.includes('@')) claimAll(all(addressed), 'person');
  claimAll(people, 'person');
  each(text, address, match => {
    if (isIP(match[0])) claim(match.index, match.index + match[0].length, 'host');
  });
  if (text.includes('::') || fourGroups.test(text)) {
    each(text, address6, match => {
      if (isIP(match[0].replace(/%.*$/, '')) === 6) claim(match.index, match.index + match[0].length, 'host');
    });
  }
  claimAll([{ pattern: maskedAddress, where: 'x.' }], 'host');
  each(text, name, match => {
    if (!files.test(match[0]) && !loggers.test(match[0])) {
      claim(match.index, match.index + match[0].length, 'host');
    }
  });
  claimAll(hosts, 'host');
  const written = writer ? text.indexOf(writer) : -1;
  if (writer && written >= 0) claim(written, written + writer.length, 'host');
}

/** What was recognised once in a text is hidden wherever it stands in it. */
function claimAgain(text: string, taken: readonly Mention[], claim: Claim): void {
  const lower = text.toLowerCase();
  const known = new Map(
    taken.flatMap(({ kind, value }): [string, Mention['kind']][] =>
      kind === 'path' || value.length < 3 ? [] : [[value.toLowerCase(), kind]],
    ),
  );
  for (const [value, kind] of [...known].slice(0, 100)) {
    for (let at = lower.indexOf(value); at >= 0; at = lower.indexOf(value, at + value.length)) {
      const around = (lower[at - 1] ?? ' ') + (lower[at + value.length] ?? ' ');
      if (!/[a-z0-9_]/.test(around)) claim(at, at + value.length, kind);
    }
  }
}
