/** What an IP address is for, by the registries of special-purpose addresses (RFC 6890 and its successors). */
export type AddressKind =
  | 'global'
  | 'private'
  | 'carrier-shared'
  | 'loopback'
  | 'link-local'
  | 'documentation'
  | 'multicast'
  | 'reserved';

/** First bytes, length in bits, kind: the first row that fits decides. */
type Row = readonly [prefix: readonly number[], bits: number, kind: AddressKind];

const ipv4: readonly Row[] = [
  [[0], 8, 'reserved'],
  [[10], 8, 'private'],
  [[100, 64], 10, 'carrier-shared'],
  [[127], 8, 'loopback'],
  [[169, 254], 16, 'link-local'],
  [[172, 16], 12, 'private'],
  [[192, 0, 0], 24, 'reserved'],
  [[192, 0, 2], 24, 'documentation'],
  [[192, 88, 99], 24, 'reserved'],
  [[192, 168], 16, 'private'],
  [[198, 18], 15, 'reserved'],
  [[198, 51, 100], 24, 'documentation'],
  [[203, 0, 113], 24, 'documentation'],
  [[224], 4, 'multicast'],
  [[240], 4, 'reserved'],
];

const ipv6: readonly Row[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, 'loopback'],
  [[0x20, 0x01, 0x0d, 0xb8], 32, 'documentation'],
  [[0x3f, 0xff, 0x00], 20, 'documentation'],
  [[0x20, 0x01, 0x00], 23, 'reserved'],
  [[0x20, 0x02], 16, 'reserved'],
  [[0x20], 3, 'global'],
  [[0xfc], 7, 'private'],
  [[0xfe, 0x80], 10, 'link-local'],
  [[0xff], 8, 'multicast'],
];

const mappedIpv4 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const translatedIpv4 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

/** What the address is for; undefined when the text is no IP address. */
export function addressKind(text: string): AddressKind | undefined {
  const bytes = addressBytes(text);
  if (!bytes) return undefined;
  if (bytes.length === 4) return kindIn(ipv4, bytes) ?? 'global';
  if (startsWith(bytes, mappedIpv4, 96) || startsWith(bytes, translatedIpv4, 96))
    return kindIn(ipv4, bytes.slice(12)) ?? 'global';
  return kindIn(ipv6, bytes) ?? 'reserved';
}

/** Whether the text is an IPv4 or IPv6 address. */
export function isAddress(text: string): boolean {
  return addressBytes(text) !== undefined;
}

/** Whether both texts are the same address, however IPv6 is written. */
export function sameAddress(a: string, b: string): boolean {
  return addressKey(a) === addressKey(b);
}

/** One text per address; any other text stays as it is, in lower case. */
export function addressKey(text: string): string {
  return addressBytes(text)?.join('.') ?? text.toLowerCase();
}

/** The address in `IP`, `IP:port` and `[IPv6]:port`. */
export function hostOfEndpoint(endpoint: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(endpoint);
  if (bracketed) return bracketed[1]!;
  return /^[\d.]+:\d+$/.test(endpoint) ? endpoint.slice(0, endpoint.indexOf(':')) : endpoint;
}

function kindIn(rows: readonly Row[], bytes: readonly number[]): AddressKind | undefined {
  return rows.find(([prefix, bits]) => startsWith(bytes, prefix, bits))?.[2];
}

function startsWith(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
    if (((bytes[bit / 8]! ^ (prefix[bit / 8] ?? 0)) & mask & 0xff) !== 0) return false;
  }
  return true;
}

function addressBytes(text: string): readonly number[] | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

function ipv4Bytes(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every(byte => byte <= 255) ? bytes : undefined;
}

function ipv6Bytes(text: string): readonly number[] | undefined {
  const [address] = text.split('%') as [string];
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map(half => groupBytes(half)) as [number[] | undefined, number[] | undefined];
  if (!left) return undefined;
  if (halves.length === 1) return left.length === 16 ? left : undefined;
  if (!right || left.length + right.length > 14) return undefined;
  return [...left, ...Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/** Groups of four hex digits, the last pair of which may be written as IPv4. */
function groupBytes(half: string): number[] | undefined {
  if (half === '') return [];
  const groups = half.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const tail = index === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (tail) bytes.push(...tail);
    else if (/^[\da-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}
