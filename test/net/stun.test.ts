import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeStun,
  encodeStun,
  hasIntegrity,
  readAddress,
  readErrorCode,
  readXorAddress,
  type StunMessage,
  stunAttribute,
  stunAttributes,
  stunBodyBytes,
  stunClasses,
} from '../../src/net/stun.ts';

/** RFC 5769 section 2. */
const vectors = {
  request:
    '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b1' +
    '51263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  ipv4:
    '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599' +
    'fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
  ipv6:
    '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5' +
    'bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
  longTerm:
    '000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39' +
    '35346436' +
    '4f4c33346f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666',
};
const bytesOf = (name: keyof typeof vectors) => Buffer.from(vectors[name], 'hex');
const shortTermKey = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');
const longTermKey = createHash('md5').update('マトリックス:example.org:TheMatrIX').digest();

function decoded(bytes: Buffer): StunMessage {
  const message = decodeStun(bytes);
  if (typeof message === 'string') throw new Error(message);
  return message;
}

describe('the test vectors of RFC 5769', () => {
  it.each(['request', 'ipv4', 'ipv6'] as const)('%s: fingerprint and integrity fit', name => {
    expect(decoded(bytesOf(name)).fingerprint).toBe('valid');
    expect(hasIntegrity(bytesOf(name), shortTermKey)).toBe(true);
    expect(hasIntegrity(bytesOf(name), longTermKey)).toBe(false);
  });

  it('long-term credentials: integrity fits and there is no fingerprint', () => {
    const message = decoded(bytesOf('longTerm'));
    expect(message).not.toHaveProperty('fingerprint');
    expect(hasIntegrity(bytesOf('longTerm'), longTermKey)).toBe(true);
    expect(stunAttribute(message, stunAttributes.realm)!.toString()).toBe('example.org');
    expect(stunAttribute(message, stunAttributes.nonce)!.toString()).toBe('f//499k954d6OL34oL9FSTvy64sA');
  });

  it('the request is a binding request with its software', () => {
    const message = decoded(bytesOf('request'));
    expect(message).toMatchObject({ class: 'request', method: 1 });
    expect(message.transaction.toString('hex')).toBe('b7e7a701bc34d686fa87dfae');
    expect(stunAttribute(message, stunAttributes.software)!.toString()).toBe('STUN test client');
  });

  it.each([
    ['ipv4', '192.0.2.1'],
    ['ipv6', '2001:db8:1234:5678:11:2233:4455:6677'],
  ] as const)('the %s response has its mapped address', (name, address) => {
    const message = decoded(bytesOf(name));
    expect(message).toMatchObject({ class: 'success', method: 1 });
    const value = stunAttribute(message, stunAttributes.xorMappedAddress)!;
    expect(readXorAddress(value, message.transaction)).toEqual({ address, port: 32_853 });
  });

  it('no flipped bit leaves the fingerprint valid', () => {
    const bytes = bytesOf('ipv4');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const message = decodeStun(flipped);
      if (typeof message !== 'string') expect(message.fingerprint).not.toBe('valid');
    }
  });
});

describe('a STUN message', () => {
  it('is decoded as it was encoded, for every class and method', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stunClasses),
        fc.nat(0xfff),
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.array(
          fc.record({
            // 0x0008 and 0x8028 have rules of their own.
            type: fc.nat(0xffff).filter(type => type !== 0x0008 && type !== 0x8028),
            value: fc.uint8Array({ maxLength: 40 }).map(value => Buffer.from(value)),
          }),
          { maxLength: 6 },
        ),
        (kind, method, transaction, attributes) => {
          const message = { class: kind, method, transaction: Buffer.from(transaction), attributes };
          const bytes = encodeStun(message);
          expect(stunBodyBytes(bytes)).toBe(bytes.length - 20);
          expect(decodeStun(bytes)).toEqual(message);
        },
      ),
    );
  });

  it('ignores attributes behind MESSAGE-INTEGRITY', () => {
    const bytes = encodeStun({
      class: 'success',
      method: 1,
      transaction: Buffer.alloc(12),
      attributes: [
        { type: stunAttributes.messageIntegrity, value: Buffer.alloc(20) },
        { type: stunAttributes.software, value: Buffer.from('forged') },
      ],
    });
    expect(stunAttribute(decoded(bytes), stunAttributes.software)).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['empty', '', 'not-stun'],
    ['shorter than the header', '000100002112a442b7e7a701bc34d686fa87df', 'not-stun'],
    ['with another cookie', '000100002112a443b7e7a701bc34d686fa87dfae', 'not-stun'],
    ['with the first bits set', 'c00100002112a442b7e7a701bc34d686fa87dfae', 'not-stun'],
    ['of a length that is no multiple of four', '000100032112a442b7e7a701bc34d686fa87dfae000000', 'not-stun'],
    ['longer than it says', '000100002112a442b7e7a701bc34d686fa87dfae00000000', 'malformed'],
    ['shorter than it says', '000100082112a442b7e7a701bc34d686fa87dfae00000000', 'malformed'],
    ['with an attribute beyond its end', '000100042112a442b7e7a701bc34d686fa87dfae80220008', 'malformed'],
  ])('is refused when it is %s', (_, hex, expected) => {
    expect(decodeStun(Buffer.from(hex, 'hex'))).toBe(expected);
  });

  it.each<[string, string, unknown]>([
    ['401', '00000401556e', { code: 401, phrase: Buffer.from('Un') }],
    ['699', '00000663', { code: 699, phrase: Buffer.alloc(0) }],
    ['a class of 2', '00000200', undefined],
    ['a class of 7', '00000700', undefined],
    ['a number of 100', '00000464', undefined],
    ['three bytes', '000004', undefined],
  ])('has an error code or none: %s', (_, hex, expected) => {
    expect(readErrorCode(Buffer.from(hex, 'hex'))).toEqual(expected);
  });

  it.each<[string, string, unknown]>([
    ['IPv4', '00010d967f000001', { address: '127.0.0.1', port: 3478 }],
    ['IPv6', '00020d9600000000000000000000000000000001', { address: '::1', port: 3478 }],
    ['a family that does not fit', '00020d967f000001', undefined],
    ['a wrong length', '00010d967f0000', undefined],
    ['nothing', '', undefined],
  ])('has an address or none: %s', (_, hex, expected) => {
    expect(readAddress(Buffer.from(hex, 'hex'))).toEqual(expected);
  });

  it('never makes the readers throw, whatever arrives', () => {
    const noise = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes));
    const mutated = fc
      .tuple(
        fc.constantFrom(...(Object.keys(vectors) as (keyof typeof vectors)[])),
        fc.array(fc.tuple(fc.nat(115), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(120),
      )
      .map(([name, changes, end]) => {
        const bytes = bytesOf(name);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        return bytes.subarray(0, Math.max(end, 20));
      });
    fc.assert(
      fc.property(fc.oneof(noise, mutated), bytes => {
        const message = decodeStun(bytes);
        if (bytes.length >= 20) hasIntegrity(bytes, shortTermKey);
        if (typeof message === 'string') return;
        for (const { value } of message.attributes) {
          readAddress(value);
          readXorAddress(value, message.transaction);
          readErrorCode(value);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
