import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Methods of RFC 8489 and RFC 8656 by their names in the registry. */
export const stunMethods = { binding: 0x001, allocate: 0x003, refresh: 0x004 } as const;

/** Attributes of RFC 8489 and RFC 8656 by number. */
export const stunAttributes = {
  mappedAddress: 0x0001,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  software: 0x8022,
  fingerprint: 0x8028,
} as const;

/** The class bits of a message, in the order of their numbers. */
export const stunClasses = ['request', 'indication', 'success', 'error'] as const;
export type StunClass = (typeof stunClasses)[number];

export type StunAttribute = { readonly type: number; readonly value: Buffer };

/** One STUN message, RFC 8489 section 5. */
export type StunMessage = {
  readonly class: StunClass;
  readonly method: number;
  /** 12 octets. */
  readonly transaction: Buffer;
  /** In the order of the message; what follows MESSAGE-INTEGRITY other than FINGERPRINT is left out (section 14.5). */
  readonly attributes: readonly StunAttribute[];
  /** Whether the CRC fits; absent when the message carries none. */
  readonly fingerprint?: 'valid' | 'invalid';
};

export type StunAddress = { readonly address: string; readonly port: number };

/** Octets of the header; a TCP reader needs them before it knows the length. */
export const stunHeaderBytes = 20;
const cookie = 0x2112a442;
const fingerprintMask = 0x5354554e;

/** Encodes a message without MESSAGE-INTEGRITY and FINGERPRINT. */
export function encodeStun(
  message: Pick<StunMessage, 'class' | 'method' | 'transaction' | 'attributes'>,
): Buffer {
  const parts = message.attributes.map(({ type, value }) => {
    const part = Buffer.alloc(4 + padded(value.length));
    part.writeUInt16BE(type, 0);
    part.writeUInt16BE(value.length, 2);
    value.copy(part, 4);
    return part;
  });
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(stunHeaderBytes);
  header.writeUInt16BE(typeBits(message.method, stunClasses.indexOf(message.class)), 0);
  header.writeUInt16BE(body.length, 2);
  header.writeUInt32BE(cookie, 4);
  message.transaction.copy(header, 8, 0, 12);
  return Buffer.concat([header, body]);
}

/** Octets after the header that a header announces; undefined when these are not the first octets of a STUN message. */
export function stunBodyBytes(header: Buffer): number | undefined {
  if (header.length < stunHeaderBytes) return undefined;
  const length = header.readUInt16BE(2);
  return header.readUInt8(0) < 0x40 && header.readUInt32BE(4) === cookie && length % 4 === 0
    ? length
    : undefined;
}

/** Decodes one whole message. `not-stun`: the header is another protocol's; `malformed`: the attributes do not fit the header. */
export function decodeStun(bytes: Buffer): StunMessage | 'not-stun' | 'malformed' {
  const length = stunBodyBytes(bytes);
  if (length === undefined) return 'not-stun';
  if (bytes.length !== stunHeaderBytes + length) return 'malformed';
  const type = bytes.readUInt16BE(0);
  const attributes: StunAttribute[] = [];
  let fingerprint: StunMessage['fingerprint'];
  let closed = false;
  for (let at = stunHeaderBytes; at < bytes.length; ) {
    const kind = bytes.readUInt16BE(at);
    const size = bytes.readUInt16BE(at + 2);
    const next = at + 4 + padded(size);
    if (next > bytes.length) return 'malformed';
    const value = bytes.subarray(at + 4, at + 4 + size);
    if (kind === stunAttributes.fingerprint) {
      // It is always the last one: anything behind it is not covered and makes the message invalid.
      fingerprint = next === bytes.length && size === 4 && fits(bytes, at) ? 'valid' : 'invalid';
    } else if (!closed) {
      attributes.push({ type: kind, value });
      closed = kind === stunAttributes.messageIntegrity;
    }
    at = next;
  }
  return {
    class: stunClasses[((type >> 7) & 2) | ((type >> 4) & 1)]!,
    method: ((type & 0x3e00) >> 2) | ((type & 0x00e0) >> 1) | (type & 0x000f),
    transaction: bytes.subarray(8, 20),
    attributes,
    ...(fingerprint && { fingerprint }),
  };
}

/** The first attribute of the type, which is the one that counts (RFC 8489 section 14). */
export function stunAttribute(message: StunMessage, type: number): Buffer | undefined {
  return message.attributes.find(attribute => attribute.type === type)?.value;
}

/** Reads MAPPED-ADDRESS; undefined when the value has another shape. */
export function readAddress(value: Buffer): StunAddress | undefined {
  const octets = value.length === 8 ? 4 : value.length === 20 ? 16 : 0;
  if (octets === 0 || value.readUInt8(1) !== (octets === 4 ? 1 : 2)) return undefined;
  const raw = value.subarray(4);
  return { address: octets === 4 ? raw.join('.') : ipv6Text(raw), port: value.readUInt16BE(2) };
}

/** Reads XOR-MAPPED-ADDRESS or XOR-RELAYED-ADDRESS: masked by the cookie and, for IPv6, the transaction id. */
export function readXorAddress(value: Buffer, transaction: Buffer): StunAddress | undefined {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(cookie, 0);
  transaction.copy(mask, 4, 0, 12);
  const clear = Buffer.from(value);
  for (let i = 2; i < Math.min(4, clear.length); i++) clear[i]! ^= mask[i - 2]!;
  for (let i = 4; i < Math.min(20, clear.length); i++) clear[i]! ^= mask[i - 4]!;
  return readAddress(clear);
}

/** Reads ERROR-CODE: the code (300 to 699) and the raw reason phrase; undefined when the number is out of its range. */
export function readErrorCode(value: Buffer): { readonly code: number; readonly phrase: Buffer } | undefined {
  if (value.length < 4) return undefined;
  const hundreds = value.readUInt8(2) & 7;
  const rest = value.readUInt8(3);
  return hundreds >= 3 && hundreds <= 6 && rest <= 99
    ? { code: hundreds * 100 + rest, phrase: value.subarray(4) }
    : undefined;
}

/** Whether MESSAGE-INTEGRITY (HMAC-SHA1, RFC 8489 section 14.5) fits the key; undefined when the message carries none. */
export function hasIntegrity(bytes: Buffer, key: Buffer): boolean | undefined {
  for (let at = stunHeaderBytes; at + 4 <= bytes.length; at += 4 + padded(bytes.readUInt16BE(at + 2))) {
    if (bytes.readUInt16BE(at) !== stunAttributes.messageIntegrity) continue;
    if (bytes.readUInt16BE(at + 2) !== 20 || at + 24 > bytes.length) return false;
    const covered = withLength(bytes.subarray(0, at), at + 24);
    const expected = createHmac('sha1', key).update(covered).digest();
    return timingSafeEqual(expected, bytes.subarray(at + 4, at + 24));
  }
  return undefined;
}

function fits(bytes: Buffer, at: number): boolean {
  const covered = withLength(bytes.subarray(0, at), at + 8);
  return bytes.readUInt32BE(at + 4) === (crc32(covered) ^ fingerprintMask) >>> 0;
}

function ipv6Text(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** A copy whose header claims that the message ends at `end`, as both checksums are computed. */
function withLength(bytes: Buffer, end: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(end - stunHeaderBytes, 2);
  return copy;
}

function typeBits(method: number, classBits: number): number {
  return (
    ((method & 0xf80) << 2) |
    ((method & 0x070) << 1) |
    (method & 0x00f) |
    ((classBits & 2) << 7) |
    ((classBits & 1) << 4)
  );
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
