/** One element of a DER encoding: its tag, and where its content lies. X.690. */
export type DerElement = { readonly tag: number; readonly start: number; readonly end: number };

export const derTag = {
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The element at `at`; undefined when it is none, or would end after `end`. Long tags and open lengths are not DER here. */
export function derElement(bytes: Buffer, at: number, end: number): DerElement | undefined {
  if (at + 2 > end || end > bytes.length) return undefined;
  const tag = bytes[at]!;
  if ((tag & 0x1f) === 0x1f) return undefined;
  const first = bytes[at + 1]!;
  if (first < 0x80) return within(tag, at + 2, first, end);
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4 || at + 2 + octets > end) return undefined;
  return within(tag, at + 2 + octets, bytes.readUIntBE(at + 2, octets), end);
}

function within(tag: number, start: number, length: number, end: number): DerElement | undefined {
  return start + length <= end ? { tag, start, end: start + length } : undefined;
}

/** The elements inside another one, as far as they are well formed; at most 1,000. */
export function derChildren(bytes: Buffer, parent: DerElement | undefined): readonly DerElement[] {
  const children: DerElement[] = [];
  if (parent === undefined) return children;
  for (let at = parent.start; children.length < 1000; ) {
    const child = derElement(bytes, at, parent.end);
    if (child === undefined) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** Dotted form of an object identifier; undefined when it is malformed or out of all proportion. */
export function derOid(bytes: Buffer, element: DerElement | undefined): string | undefined {
  if (element?.tag !== derTag.oid || element.start === element.end || element.end - element.start > 64) {
    return undefined;
  }
  const arcs: number[] = [];
  let arc = 0;
  for (let at = element.start; at < element.end; at++) {
    arc = arc * 128 + (bytes[at]! & 0x7f);
    if (!Number.isSafeInteger(arc)) return undefined;
    if (bytes[at]! & 0x80) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
    else arcs.push(arc);
    arc = 0;
  }
  return bytes[element.end - 1]! & 0x80 ? undefined : arcs.join('.');
}

/** Text of any of the ASN.1 string types; undefined for what is none. */
export function derText(bytes: Buffer, element: DerElement | undefined): string | undefined {
  if (element === undefined) return undefined;
  const content = bytes.subarray(element.start, element.end);
  switch (element.tag & 0x3f) {
    case 0x0c:
      return content.toString('utf8');
    case 0x12:
    case 0x13:
    case 0x14:
    case 0x16:
    case 0x1a:
      return content.toString('latin1');
    case 0x1e:
      return Buffer.from(content.subarray(0, content.length & ~1))
        .swap16()
        .toString('utf16le');
    default:
      return undefined;
  }
}

const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** A distinguished name in the form in which OpenSSL prints it, attributes joined by `, `. */
export function derName(bytes: Buffer, name: DerElement | undefined): string {
  return derChildren(bytes, name)
    .map(set =>
      derChildren(bytes, set)
        .map(attribute => {
          const [type, value] = derChildren(bytes, attribute);
          const oid = derOid(bytes, type) ?? '?';
          const text =
            derText(bytes, value) ??
            `#${value ? bytes.subarray(value.start, value.end).toString('hex') : ''}`;
          return `${attributeNames[oid] ?? oid}=${text.replace(/[,+"\\<>;]/g, '\\$&')}`;
        })
        .join(' + '),
    )
    .join(', ');
}
