import { isIP } from 'node:net';
import { type Fields, type GeneralName, type Name, type NameConstraints, nameText } from './fields.ts';

/** A name in a certificate that an authority above it may not vouch for, or too many of them to tell. */
export type Violation =
  | { readonly how: 'excluded' | 'not permitted'; readonly name: string }
  | { readonly how: 'too many' };

/** Names times constraints; beyond it somebody wants to keep this machine busy. */
const maxComparisons = 1 << 20;

const emailAddress = '1.2.840.113549.1.9.1';
const commonName = '2.5.4.3';
const hostName = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+$/;

/**
 * The first name of a certificate that breaks the constraints of an authority above it: alternative names, the subject, an
 * e-mail address in the subject, and, as OpenSSL does it, a common name that
 * looks like a host when there is no DNS name. RFC 5280 sections 4.2.1.10 and 6.1.4.
 */
export function violation(fields: Fields, constraints: NameConstraints): Violation | undefined {
  const names = namesOf(fields);
  const count = constraints.permitted.length + constraints.excluded.length;
  if (names.length * count > maxComparisons) return { how: 'too many' };
  for (const name of names) {
    if (constraints.excluded.some(base => base.type === name.type && covers(base, name, true)))
      return { name: nameText(name), how: 'excluded' };
    const permitted = constraints.permitted.filter(base => isSameKind(base, name));
    if (permitted.length > 0 && !permitted.some(base => covers(base, name, false)))
      return { name: nameText(name), how: 'not permitted' };
  }
  return undefined;
}

function namesOf(fields: Fields): readonly GeneralName[] {
  const alternative = fields.alternativeNames ?? [];
  const subject = fields.subject.length > 0 ? [{ type: 'directory', name: fields.subject } as const] : [];
  const inSubject = (type: 'email' | 'dns', oid: string) =>
    fields.subject.flat().flatMap(one => (one.oid === oid ? [{ type, value: one.value } as const] : []));
  const hosts = alternative.some(({ type }) => type === 'dns')
    ? []
    : inSubject('dns', commonName).filter(({ value }) => value.length < 256 && hostName.test(value));
  return [...alternative, ...subject, ...inSubject('email', emailAddress), ...hosts];
}

function isSameKind(a: GeneralName, b: GeneralName): boolean {
  return a.type === b.type && (a.type !== 'other' || b.type !== 'other' || a.tag === b.tag);
}

/** Whether a name lies in the subtree; `excluding` also counts a wildcard that merely may reach into it. */
function covers(base: GeneralName, name: GeneralName, excluding: boolean): boolean {
  switch (name.type) {
    case 'dns':
      return base.type === 'dns' && coversDns(base.value.toLowerCase(), name.value.toLowerCase(), excluding);
    case 'email':
      return base.type === 'email' && coversEmail(base.value, name.value);
    case 'uri':
      return base.type === 'uri' && coversUri(base.value.toLowerCase(), name.value, excluding);
    case 'ip':
      return base.type === 'ip' && coversIp(base.bytes, name.bytes);
    case 'directory':
      return base.type === 'directory' && coversDirectory(base.name, name.name);
    // Kinds that nobody here understands: never permitted, always excluded.
    case 'other':
      return base.type === 'other' && excluding && base.tag === name.tag;
  }
}

function coversDns(base: string, name: string, excluding: boolean): boolean {
  if (base === '') return true;
  // A leading dot is not RFC 5280's, but common; it stands for the names below only.
  const suffix = base.startsWith('.') ? base : `.${base}`;
  if (name === base || name.endsWith(suffix)) return true;
  if (!excluding || !name.startsWith('*.')) return false;
  const reach = name.slice(1);
  return suffix.endsWith(reach) && !suffix.slice(1, -reach.length).includes('.');
}

function coversEmail(base: string, name: string): boolean {
  const at = name.lastIndexOf('@');
  if (at < 0) return false;
  const host = name.slice(at + 1).toLowerCase();
  const wanted = base.toLowerCase();
  if (wanted.includes('@')) {
    const wantedAt = base.lastIndexOf('@');
    return base.slice(0, wantedAt) === name.slice(0, at) && base.slice(wantedAt + 1).toLowerCase() === host;
  }
  return wanted === '' || (wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted);
}

/** Constraints are about host names; a URI without one breaks every constraint there is. */
function coversUri(base: string, name: string, excluding: boolean): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name)?.[1];
  const host = authority?.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase();
  if (!host || host.startsWith('[') || isIP(host) !== 0) return excluding;
  return base === '' || (base.startsWith('.') ? host.endsWith(base) : host === base);
}

function coversIp(base: Buffer, address: Buffer): boolean {
  const length = base.length / 2;
  if (address.length !== length) return false;
  return address.every((byte, i) => (byte & base[length + i]!) === (base[i]! & base[length + i]!));
}

function coversDirectory(base: Name, name: Name): boolean {
  return (
    base.length <= name.length && base.every((set, i) => JSON.stringify(set) === JSON.stringify(name[i]))
  );
}
