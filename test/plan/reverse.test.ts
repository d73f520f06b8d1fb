import { expect, test } from 'vitest';
import { reverseName } from '../../src/plan/reverse.ts';

test.each([
  ['192.0.2.11', '11.2.0.192.in-addr.arpa'],
  ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
  ['::1', `1.${'0.'.repeat(31)}ip6.arpa`],
  ['::', `${'0.'.repeat(32)}ip6.arpa`],
  ['::ffff:192.0.2.1', `1.0.2.0.0.0.0.c.f.f.f.f.${'0.'.repeat(20)}ip6.arpa`],
])('%s', (address, name) => {
  expect(reverseName(address)).toBe(name);
});
