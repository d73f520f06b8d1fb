import { Packet } from 'dns2';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseResolver, readReply, shownName, wireName } from '../../src/net/dns.ts';

test.each([
  ['192.0.2.1', { address: '192.0.2.1', port: 53 }],
  ['192.0.2.1:5300', { address: '192.0.2.1', port: 5300 }],
  ['::1', { address: '::1', port: 53 }],
  ['2001:db8::53', { address: '2001:db8::53', port: 53 }],
  ['[::1]:5300', { address: '::1', port: 5300 }],
  ['[2001:db8::53]', { address: '2001:db8::53', port: 53 }],
  ['dns.example.com', undefined],
  ['192.0.2.1:0', undefined],
  ['192.0.2.1:65536', undefined],
  ['192.0.2.1:', undefined],
  ['192.0.2', undefined],
  ['[192.0.2.1]:53', undefined],
  ['', undefined],
])('the resolver %j', (text, resolver) => {
  expect(parseResolver(text)).toEqual(resolver);
});

test.each([
  ['example.com', 'example.com'],
  ['example.com.', 'example.com'],
  ['_collab-edge._tls.Example.com', '_collab-edge._tls.Example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['', ''],
  ['.', ''],
])('%j goes on the wire as %j', (name, wire) => {
  expect(wireName(name)).toBe(wire);
});

test.each(['a..b', '.a', `${'a'.repeat(64)}.test`, `${'a.'.repeat(130)}test`, 'a b'])(
  '%j is no domain name',
  name => {
    expect(() => wireName(name)).toThrow(RangeError);
  },
);

test('no name that is shown can move the cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), name => {
      expect(shownName(name)).toMatch(/^[\x21-\x7e]*$/);
    }),
  );
});

test('any bytes are an answer, a broken one or none of ours, and quickly', () => {
  const question = { name: 'a.test', type: 'SRV' as const };
  const good = new Packet();
  good.header = new Packet.Header({ id: 7, qr: 1 });
  good.questions.push(new Packet.Question({ name: 'a.test', type: 33, class: 1 }));
  const srv = {
    name: 'a.test',
    type: 33,
    class: 1,
    ttl: 1,
    priority: 1,
    weight: 1,
    port: 1,
    target: 'b.test',
  };
  good.answers.push(new Packet.Resource(srv), new Packet.Resource(srv));
  const bytes = good.toBuffer();
  expect(readReply(bytes, 7, question)?.reply?.answers).toHaveLength(2);
  const mutated = fc
    .tuple(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(bytes.length))
    .map(([edits, length]) => {
      const copy = Buffer.from(bytes);
      for (const [at, byte] of edits) copy[at] = byte;
      return copy.subarray(0, length);
    });
  const random = fc
    .uint8Array({ maxLength: 600 })
    .map(array => Buffer.concat([Buffer.from([0, 7, 0x80]), array]));
  fc.assert(
    fc.property(fc.oneof(mutated, random), message => {
      const startMs = performance.now();
      const read = readReply(message, 7, question);
      expect(performance.now() - startMs).toBeLessThan(200);
      if (read !== undefined) expect(read.reply ?? read.failure).toBeDefined();
    }),
    { numRuns: 1500 },
  );
});
