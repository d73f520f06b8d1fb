import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCookie } from '../../src/net/cookie.ts';

test('the value stands apart from what may be kept', () => {
  const field =
    'X-Auth=1e1111e1-dddb; Expires=Fri, 09 May 2014 20:21:31 GMT; Domain=.Example.com; Path=/; Secure; HttpOnly';
  const { name, value, seen } = readCookie(field)!;
  expect([name, value]).toEqual(['X-Auth', '1e1111e1-dddb']);
  expect(seen).toEqual({
    domain: 'example.com',
    path: '/',
    expires: 'Fri, 09 May 2014 20:21:31 GMT',
    secure: true,
    httpOnly: true,
  });
});

test.each([
  ['X-Auth=a', { secure: false, httpOnly: false }],
  ['X-Auth=a; domain=; path=', { secure: false, httpOnly: false }],
  ['X-Auth=a=b==; SECURE', { secure: true, httpOnly: false }],
])('%s', (field, seen) => {
  expect(readCookie(field)?.seen).toEqual(seen);
});

test.each(['', '=a', 'no equals', '; Secure'])('%j is no cookie', field => {
  expect(readCookie(field)).toBeUndefined();
});

test('whatever the field is, no value is kept', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 200 }), (value, rest) => {
      const secret = `secret${value.replaceAll(';', '')}`;
      const read = readCookie(`X-Auth=${secret}; ${rest}`);
      expect(JSON.stringify(read?.seen)).not.toContain('secret');
    }),
  );
});
