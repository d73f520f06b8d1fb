import type { KeyObject } from 'node:crypto';
import { violation } from './constraints.ts';
import { type Fields, keyUsageBit } from './fields.ts';
import { policiesHold } from './policies.ts';

/** Why a path is not trusted; codes are listed in docs/certificate.md and never change their meaning. */
export const reasonCodes = [
  'unreadable',
  'no-certificate',
  'self-signed',
  'untrusted-root',
  'issuer-missing',
  'search-exhausted',
  'expired',
  'not-yet-valid',
  'signature-wrong',
  'signature-weak',
  'key-weak',
  'key-unsupported',
  'not-an-authority',
  'authority-as-server',
  'path-too-long',
  'key-usage',
  'purpose',
  'name-constraint',
  'critical-extension',
  'extension-malformed',
  'extension-misused',
  'form',
  'policy',
  'name-mismatch',
  'name-missing',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** One reason in one sentence; `certificate` is the fingerprint of the one that is at fault. */
export type Reason = { readonly code: ReasonCode; readonly text: string; readonly certificate?: string };

/** Trust anchors by the canonical form of their subject. */
export type Anchors = ReadonlyMap<string, readonly Fields[]>;

/** What a path is held against. Without a purpose only RFC 5280 section 6 counts, with it also the rules of the web PKI. */
export type Rules = {
  readonly atMs: number;
  readonly purpose?: 'server' | 'client';
  /** Also what RFC 5280 forbids and clients at large put up with. */
  readonly strict: boolean;
};

/** The best path that was found: leaf first, complete when it ends in a trust anchor. */
export type FoundPath = {
  readonly path: readonly Fields[];
  readonly end: 'anchored' | 'untrusted-root' | 'incomplete';
  /** Empty when the path is good. */
  readonly reasons: readonly Reason[];
};

/** Puts trust anchors in order for `findPath`. */
export function indexAnchors(certificates: readonly Fields[]): Anchors {
  return Map.groupBy(certificates, ({ subjectKey }) => subjectKey);
}

const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const anyUsage = '2.5.29.37.0';

const maxDepth = 20;
const maxSteps = 5000;
const maxSignatures = 2000;

/**
 * Looks for a good path from the leaf to a trust anchor through every candidate issuer, turning back at each dead end, and
 * failing that for the path with the least wrong with it. Cross-signed and cyclic input is bounded: no key stands twice under
 * one name in a path, and steps and signatures have a limit. RFC 5280 section 6, RFC 4158.
 */
export function findPath(leaf: Fields, others: readonly Fields[], anchors: Anchors, rules: Rules): FoundPath {
  const pool = Map.groupBy(others, ({ subjectKey }) => subjectKey);
  const isAnchor = (one: Fields) => anchors.get(one.subjectKey)?.some(anchor => same(anchor, one)) === true;
  const link = createLinks();
  const single = remembered((one: Fields) => standing(one, rules));
  const tied = remembered((below: Fields, above: Fields) => constraintReason(below, above));
  let steps = 0;

  const named = new Map<string, readonly Fields[]>();

  /** Every certificate of this name once, what is trusted first. */
  function candidates(key: string): readonly Fields[] {
    const known = named.get(key);
    if (known) return known;
    const all = [...(anchors.get(key) ?? []), ...(pool.get(key) ?? [])];
    const once = [...new Map(all.map(one => [one.summary.fingerprint, one])).values()];
    named.set(key, once);
    return once;
  }

  /** Candidates for the next place, those whose key the certificate names first. */
  function issuersOf(last: Fields, path: readonly Fields[]): readonly Fields[] {
    const fresh = candidates(last.issuerKey).filter(
      one =>
        !path.some(earlier => earlier.publicKey === one.publicKey && earlier.subjectKey === one.subjectKey),
    );
    const points = (one: Fields) =>
      last.authorityKeyId !== undefined && last.authorityKeyId === one.subjectKeyId ? 0 : 1;
    return fresh.sort((a, b) => points(a) - points(b));
  }

  /** What is wrong with an issuer on top of this path, the path itself left aside. */
  function above(path: readonly Fields[], issuer: Fields, signed: boolean): readonly Reason[] {
    const last = path.at(-1)!;
    const found: Reason[] = [];
    if (!signed)
      found.push(
        reason(
          'signature-wrong',
          last,
          `is not signed with the key of ${called(issuer)}, which bears its issuer's name`,
        ),
      );
    found.push(...issuerStanding(issuer, rules), ...single(issuer));
    const between = path.slice(1).filter(one => one.subjectKey !== one.issuerKey).length;
    if (issuer.pathLength !== undefined && between > issuer.pathLength)
      found.push(
        reason(
          'path-too-long',
          issuer,
          `allows ${issuer.pathLength} authorities below it, and there are ${between}`,
        ),
      );
    if (issuer.nameConstraints)
      for (const [i, below] of path.entries())
        if (i === 0 || below.subjectKey !== below.issuerKey) found.push(...tied(below, issuer));
    return found;
  }

  const ownReasons = [...single(leaf), ...(isAnchor(leaf) ? [] : leafStanding(leaf, rules))];

  function good(path: readonly Fields[]): readonly Fields[] | undefined {
    const last = path.at(-1)!;
    if (isAnchor(last) && (path.length === 1 || policiesHold(path.slice(0, -1).reverse()))) return path;
    if (path.length >= maxDepth) return undefined;
    for (const issuer of issuersOf(last, path)) {
      if (++steps > maxSteps) return undefined;
      if (weakSignature(last, rules).length > 0) return undefined;
      if (above(path, issuer, true).length > 0 || link.signs(issuer, last) !== true) continue;
      const found = good([...path, issuer]);
      if (found) return found;
    }
    return undefined;
  }

  const path = ownReasons.length === 0 ? good([leaf]) : undefined;
  if (path) return { path, end: 'anchored', reasons: [] };
  const exhausted = steps > maxSteps || link.exhausted();

  steps = 0;
  let best: (FoundPath & { readonly cost: number }) | undefined;
  const offer = (found: FoundPath) => {
    const cost = found.reasons.reduce((sum, { code }) => sum + (weights[code] ?? 1), 0);
    if (!best || cost < best.cost) best = { ...found, cost };
  };

  function any(sofar: readonly Fields[], reasons: readonly Reason[]): void {
    const last = sofar.at(-1)!;
    if (isAnchor(last)) {
      const held = sofar.length === 1 || policiesHold(sofar.slice(0, -1).reverse());
      const policy = reason(
        'policy',
        leaf,
        'has no certificate policy that the whole path allows, and one is demanded',
      );
      offer({ path: sofar, end: 'anchored', reasons: held ? reasons : [...reasons, policy] });
      return;
    }
    const selfSigned = last.subjectKey === last.issuerKey && link.signs(last, last) === true;
    if (selfSigned) {
      offer({ path: sofar, end: 'untrusted-root', reasons: [...reasons, rootReason(sofar)] });
      return;
    }
    const weak = weakSignature(last, rules);
    let goesOn = false;
    for (const issuer of sofar.length < maxDepth ? issuersOf(last, sofar) : []) {
      if (++steps > maxSteps) return;
      const signed = link.signs(issuer, last) === true;
      // Another key of the same name is another issuer when the certificate says which key it means.
      const meant = last.authorityKeyId === undefined || last.authorityKeyId === issuer.subjectKeyId;
      if (!signed && !meant) continue;
      goesOn ||= signed;
      any([...sofar, issuer], [...reasons, ...weak, ...above(sofar, issuer, signed)]);
    }
    if (!goesOn) offer({ path: sofar, end: 'incomplete', reasons: [...reasons, missingReason(last)] });
  }

  any([leaf], ownReasons);
  const found = best!;
  const spent: Reason = {
    code: 'search-exhausted',
    text: 'There are too many ways to combine these certificates; the search was given up.',
  };
  return { path: found.path, end: found.end, reasons: exhausted ? [...found.reasons, spent] : found.reasons };
}

const weights: Readonly<Partial<Record<ReasonCode, number>>> = {
  'untrusted-root': 20,
  'self-signed': 20,
  'issuer-missing': 21,
  'signature-wrong': 10,
};

/** The name by which sentences call a certificate. */
export function called({ summary }: Fields): string {
  return summary.commonName ?? (summary.subject || 'a certificate without a name');
}

function reason(code: ReasonCode, at: Fields, predicate: string): Reason {
  return { code, text: `${called(at)} ${predicate}.`, certificate: at.summary.fingerprint };
}

function rootReason(path: readonly Fields[]): Reason {
  const root = path.at(-1)!;
  return path.length === 1
    ? reason('self-signed', root, 'is self-signed and not among the trust anchors')
    : reason('untrusted-root', root, 'is the root, and it is not among the trust anchors');
}

function missingReason(last: Fields): Reason {
  const { issuer, issuerUrl } = last.summary;
  const where = issuerUrl === undefined ? '' : ` (it can be had at ${issuerUrl})`;
  return reason(
    'issuer-missing',
    last,
    `was issued by ${issuer || 'nobody it names'}, whose certificate is missing${where}`,
  );
}

/** What is wrong with a certificate wherever it stands. */
function standing(one: Fields, rules: Rules): readonly Reason[] {
  const found: Reason[] = [];
  const day = (ms: number) =>
    Number.isNaN(ms) ? 'an unreadable date' : new Date(ms).toISOString().slice(0, 10);
  // Both bounds are valid moments.
  if (!(rules.atMs <= one.notAfter)) found.push(reason('expired', one, `expired on ${day(one.notAfter)}`));
  if (!(rules.atMs >= one.notBefore))
    found.push(reason('not-yet-valid', one, `is valid only from ${day(one.notBefore)} on`));
  for (const oid of one.unknownCritical)
    found.push(
      reason('critical-extension', one, `has the critical extension ${oid}, which nobody here understands`),
    );
  for (const { code, text, strict } of one.flaws)
    if (!strict || rules.strict) found.push(reason(code, one, text));
  if (rules.purpose) found.push(...keyReasons(one), ...usageReasons(one, rules.purpose));
  return found;
}

function usageReasons(one: Fields, purpose: 'server' | 'client'): readonly Reason[] {
  const usages = one.extendedKeyUsage;
  const wanted = purpose === 'server' ? serverAuth : clientAuth;
  if (!usages || usages.includes(wanted) || usages.includes(anyUsage)) return [];
  return [reason('purpose', one, `is not meant for ${purpose}s (extended key usage without ${purpose}Auth)`)];
}

/** What the web PKI and the default security level of TLS libraries demand of a key. */
function keyReasons(one: Fields): readonly Reason[] {
  const { type, bits } = one.summary.key;
  if (type === 'dsa' || type === 'unknown')
    return [reason('key-unsupported', one, `has a key of a kind that clients do not take (${type})`)];
  if (type === 'ec' && /^30(?:..|81..|82....)06072a8648ce3d020130/.test(one.publicKey))
    return [reason('key-unsupported', one, 'has a key on a curve that is spelt out instead of named')];
  const least = type.startsWith('rsa') ? 2048 : type === 'ec' ? 224 : 0;
  if (bits !== undefined && bits < least)
    return [reason('key-weak', one, `has a key of only ${bits} bits (${type})`)];
  if (type.startsWith('rsa') && exponentOf(one.x509.publicKey) < 3n)
    return [reason('key-weak', one, 'has an RSA key with the exponent 1')];
  return [];
}

function exponentOf(key: KeyObject): bigint {
  return key.asymmetricKeyDetails?.publicExponent ?? 3n;
}

/** What is wrong with an authority as one; roots of version 1 are told apart by being trusted only. */
function issuerStanding(issuer: Fields, rules: Rules): readonly Reason[] {
  const oldRoot = issuer.version === 1 && issuer.subjectKey === issuer.issuerKey && !rules.strict;
  if (!issuer.isCa && !oldRoot)
    return [
      reason('not-an-authority', issuer, 'issued a certificate and is no authority (basicConstraints)'),
    ];
  if (issuer.keyUsage && !issuer.keyUsage[keyUsageBit.keyCertSign])
    return [reason('key-usage', issuer, 'issued a certificate, which its keyUsage does not allow')];
  return [];
}

function leafStanding(leaf: Fields, { purpose }: Rules): readonly Reason[] {
  if (!purpose) return [];
  const found: Reason[] = [];
  if (leaf.isCa)
    found.push(reason('authority-as-server', leaf, 'is the certificate of an authority, not of a server'));
  const { digitalSignature, keyEncipherment, keyAgreement } = keyUsageBit;
  const use = leaf.keyUsage;
  if (use && ![digitalSignature, keyEncipherment, keyAgreement].some(bit => use[bit]))
    found.push(reason('key-usage', leaf, 'may not be used for TLS by its keyUsage'));
  return found;
}

const weakHash = /md[245]|sha-?1(?!\d)/i;

function weakSignature(one: Fields, { purpose }: Rules): readonly Reason[] {
  if (!purpose || !weakHash.test(one.signature)) return [];
  return [reason('signature-weak', one, `has a signature that clients refuse (${one.signature})`)];
}

function constraintReason(below: Fields, issuer: Fields): readonly Reason[] {
  const broken = issuer.nameConstraints && violation(below, issuer.nameConstraints);
  if (!broken) return [];
  const told =
    broken.how === 'too many'
      ? `holds more names than can be held against the name constraints of ${called(issuer)}`
      : `holds the name ${broken.name}, which is ${broken.how} by the name constraints of ${called(issuer)}`;
  return [reason('name-constraint', below, told)];
}

/** Signatures, each verified once and only so many of them. */
function createLinks() {
  const known = new Map<Fields, Map<string, boolean>>();
  let verified = 0;
  return {
    exhausted: () => verified >= maxSignatures,
    /** Undefined when there have been too many. */
    signs(issuer: Fields, subject: Fields): boolean | undefined {
      const cache = known.get(subject) ?? new Map<string, boolean>();
      known.set(subject, cache);
      const cached = cache.get(issuer.publicKey);
      if (cached !== undefined) return cached;
      if (verified >= maxSignatures) return undefined;
      verified++;
      const signed = verifies(issuer, subject);
      cache.set(issuer.publicKey, signed);
      return signed;
    },
  };
}

function verifies(issuer: Fields, subject: Fields): boolean {
  try {
    return subject.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

function same(a: Fields, b: Fields): boolean {
  return a === b || a.der.equals(b.der);
}

/** A pure function of certificates that works out each answer once. */
function remembered<T>(work: (...of: Fields[]) => T): (...of: Fields[]) => T {
  const known = new Map<string, T>();
  return (...of) => {
    const key = of.map(({ summary }) => summary.fingerprint).join();
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const value = work(...of);
    known.set(key, value);
    return value;
  };
}
