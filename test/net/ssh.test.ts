import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSshReader, encodeSshDisconnect, encodeSshPacket, type SshEvent } from '../../src/net/ssh.ts';

const lists = {
  keyExchange: ['curve25519-sha256'],
  hostKey: ['x509v3-rsa2048-sha256', 'ssh-ed25519'],
  ciphersToServer: ['aes256-ctr'],
  ciphersToClient: ['aes128-ctr'],
  macsToServer: ['hmac-sha2-256'],
  macsToClient: ['hmac-sha2-512'],
  compressionToServer: ['none'],
  compressionToClient: ['zlib'],
};

function kexInit(names: readonly (readonly string[])[] = Object.values(lists)): Buffer {
  const parts = [...names, [], []].map(list => {
    const text = Buffer.from(list.join(','));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text]);
  });
  return Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...parts, Buffer.alloc(5)]);
}

const greeting = Buffer.concat([
  Buffer.from('Authorised use only\r\n\r\nSSH-2.0-OpenSSH_9.8 PKIX[13.5]\r\n'),
  encodeSshPacket(Buffer.from([2, 0, 0, 0, 0])),
  encodeSshPacket(kexInit()),
]);

const expected: SshEvent[] = [
  {
    kind: 'identification',
    identification: {
      text: 'SSH-2.0-OpenSSH_9.8 PKIX[13.5]',
      protocol: '2.0',
      software: 'OpenSSH_9.8',
      comments: 'PKIX[13.5]',
    },
    linesBefore: ['Authorised use only', ''],
  },
  { kind: 'algorithms', algorithms: lists },
];

function readAll(...chunks: readonly (Buffer | string)[]): SshEvent[] {
  const read = createSshReader();
  return chunks.flatMap(chunk => read(Buffer.from(chunk as Buffer)));
}

const brokenBecause = (reason: string) => expect.objectContaining({ kind: 'broken', reason });

describe('the SSH reader', () => {
  it('reads lines, the identification string and the algorithms in one piece', () => {
    expect(readAll(greeting)).toEqual(expected);
  });

  it('reads the same from two pieces, wherever they are cut', () => {
    for (let cut = 0; cut <= greeting.length; cut++) {
      expect(readAll(greeting.subarray(0, cut), greeting.subarray(cut))).toEqual(expected);
    }
  });

  it('reads the same byte by byte', () => {
    expect(readAll(...Array.from(greeting, byte => Buffer.from([byte])))).toEqual(expected);
  });

  it.each<[string, string]>([
    ['a line feed alone', 'SSH-2.0-x\n'],
    ['255 bytes', `SSH-2.0-${'x'.repeat(245)}\r\n`],
    ['version 1.99', 'SSH-1.99-Cisco-1.25\r\n'],
  ])('accepts an identification string with %s', (_, text) => {
    expect(readAll(text)).toMatchObject([
      { kind: 'identification', identification: { text: text.trimEnd() } },
    ]);
  });

  it.each<[string, Buffer | string, string]>([
    ['an identification string of 256 bytes', `SSH-2.0-${'x'.repeat(246)}\r\n`, 'oversized'],
    ['an identification string without end', `SSH-2.0-${'x'.repeat(300)}`, 'oversized'],
    ['an identification string without software', 'SSH-2.0\r\n', 'malformed'],
    ['a line without end', 'x'.repeat(1_024), 'not-ssh'],
    ['a zero byte', 'a\0b\r\n', 'not-ssh'],
    ['endless lines', 'x\r\n'.repeat(101), 'oversized'],
  ])('gives up on %s', (_, bytes, reason) => {
    expect(readAll(bytes)).toEqual([brokenBecause(reason)]);
  });

  it.each<[string, Buffer, string]>([
    ['longer than 35000 bytes', Buffer.from('0000f0000a14', 'hex'), 'oversized'],
    ['of 4 GiB', Buffer.from('ffffffff0a14', 'hex'), 'oversized'],
    ['not a multiple of eight', Buffer.from('0000000d0414', 'hex'), 'malformed'],
    ['with too little padding', Buffer.from('0000000c0314', 'hex'), 'malformed'],
    ['that is all padding', Buffer.from('0000000c0b14', 'hex'), 'malformed'],
    ['of length zero', Buffer.from('000000000000', 'hex'), 'malformed'],
    ['of another message', encodeSshPacket(Buffer.from([21])), 'malformed'],
    ['with a name list that is too long', encodeSshPacket(kexInit().subarray(0, 60)), 'malformed'],
    ['without the last fields', encodeSshPacket(kexInit().subarray(0, -5)), 'malformed'],
    ['with a control character in a name', encodeSshPacket(kexInit([['a\x1b']])), 'malformed'],
    [
      'after too many ignored ones',
      Buffer.concat(Array(9).fill(encodeSshPacket(Buffer.from([2])))),
      'malformed',
    ],
  ])('gives up on a packet %s', (_, packet, reason) => {
    expect(readAll('SSH-2.0-x\r\n', packet)).toEqual([
      expect.objectContaining({ kind: 'identification' }),
      brokenBecause(reason),
    ]);
  });

  it('reads a disconnect, our own too', () => {
    expect(readAll('SSH-2.0-x\r\n', encodeSshDisconnect('bye')).at(-1)).toEqual({
      kind: 'disconnect',
      code: 11,
      description: 'bye',
    });
  });

  it('ignores what follows the end', () => {
    expect(readAll('a\0\r\n', greeting)).toHaveLength(1);
    expect(readAll(greeting, greeting)).toHaveLength(2);
  });

  it('never throws and never says more than two things, whatever arrives', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }).map(bytes => Buffer.from(bytes)),
      fc
        .array(fc.tuple(fc.nat(greeting.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })
        .map(changes => {
          const mutated = Buffer.from(greeting);
          for (const [at, byte] of changes) mutated[at] = byte;
          return mutated;
        }),
    );
    fc.assert(
      fc.property(noise, fc.nat(2_000), (bytes, cut) => {
        const whole = readAll(bytes);
        expect(whole.length).toBeLessThanOrEqual(2);
        expect(readAll(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(whole);
      }),
    );
  });
});

describe('an SSH packet of ours', () => {
  it('is a multiple of eight bytes with at least four of padding', () => {
    for (let length = 1; length < 40; length++) {
      const packet = encodeSshPacket(Buffer.alloc(length));
      expect(packet.length % 8).toBe(0);
      expect(packet.readUInt32BE(0)).toBe(packet.length - 4);
      expect(packet[4]).toBe(packet.length - 5 - length);
      expect(packet[4]).toBeGreaterThanOrEqual(4);
      expect(packet.length).toBeGreaterThanOrEqual(16);
    }
  });
});
