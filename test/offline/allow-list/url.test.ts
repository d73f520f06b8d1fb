import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseUrl } from '../../../src/offline/allow-list/url.ts';

test.each([
  ['https://a.example.com', { protocol: 'https', host: 'a.example.com', port: 443, path: '/' }],
  ['http://a.example.com/', { protocol: 'http', host: 'a.example.com', port: 80, path: '/' }],
  [
    'https://A.Example.com:8443/Path',
    { protocol: 'https', host: 'a.example.com', port: 8443, path: '/Path' },
  ],
  ['http://myServer2:8000/myPath2', { protocol: 'http', host: 'myserver2', port: 8000, path: '/myPath2' }],
  ['https://192.0.2.1:9443/x/y', { protocol: 'https', host: '192.0.2.1', port: 9443, path: '/x/y' }],
  ['https://[2001:db8::1]:9443/x', { protocol: 'https', host: '[2001:db8::1]', port: 9443, path: '/x' }],
  [
    "https://a/b-._~!$&'()+,;=:@%20c",
    { protocol: 'https', host: 'a', port: 443, path: "/b-._~!$&'()+,;=:@%20c" },
  ],
])('%s is of the documented form', (text, expected) => {
  expect(parseUrl(text)).toEqual({ url: expected, faults: [] });
});

test.each([
  ['', 0, 'missing'],
  ['a.example.com/x', 0, 'no protocol'],
  ['//a.example.com/x', 0, 'no protocol'],
  ['https:/a.example.com/x', 0, 'expected https://'],
  ['https//a.example.com/x', 0, 'expected https://'],
  ['htps://a.example.com/x', 0, 'expected http or https'],
  ['ftp://a.example.com/x', 0, 'expected http or https'],
  ['https:///x', 8, 'host is missing'],
  ['https://*.example.com/x', 8, 'wildcard'],
  ['https://user@a.example.com/x', 8, 'user information'],
  ['https://a..example.com/x', 10, 'empty label'],
  ['https://-a.example.com/x', 8, 'hyphen'],
  ['https://a b.example.com/x', 9, 'character " "'],
  ['https://a.example.com:/x', 21, 'one number'],
  ['https://a.example.com:8443:1/x', 21, 'one number'],
  ['https://a.example.com:65536/x', 21, '0 to 65535'],
  ['https://a.example.com:80x/x', 21, 'one number'],
  ['https://a.example.com:-1/x', 21, 'one number'],
  ['https://300.0.0.1/x', 8, 'neither'],
  ['https://10.0.1/x', 8, 'neither'],
  ['https://2001:db8::1/x', 8, 'brackets'],
  ['https://[2001:db8::g]/x', 8, 'no IPv6'],
  ['https://a.example.com/x?y', 23, 'query'],
  ['https://a.example.com/x#y', 23, 'fragment'],
  ['https://a.example.com\\x', 21, 'backslash'],
  ['https://a.example.com/x y', 23, 'blank'],
  ['https://a.example.com/%zz', 22, 'hexadecimal'],
  ['https://a.example.com/é', 22, 'HTTP specification'],
])('%s is not, and says so at character %i', (text, offset, words) => {
  const { url, faults } = parseUrl(text);
  expect(url).toBeUndefined();
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ offset, level: 'error' });
  expect(faults[0]!.message).toContain(words);
});

test.each([
  ['HTTPS://a.example.com/x', 'written "HTTPS"'],
  ['https://a.example.com:0/x', 'Port 0'],
  ['http://a.example.com:8443/x', 'speaks https'],
  ['https://a.example.com:80/x', 'speaks http'],
  ['https://10.0.0.0/24', 'not the length of a network prefix'],
  ['https://a.example.com./x', 'ends with a dot'],
  ['https://a_b.example.com/x', 'underscore'],
  ['https://a.example.com/x/*', 'no wildcard'],
  ['https://a.example.com/x/../y', 'resolve'],
  ['https://a.example.com//x', 'empty segment'],
  ['https://a.example.com/%41', 'as written'],
])('%s is, but is hardly meant', (text, words) => {
  const { url, faults } = parseUrl(text);
  expect(url).toBeDefined();
  expect(faults).toHaveLength(1);
  expect(faults[0]!.level).toBe('warning');
  expect(faults[0]!.message).toContain(words);
});

test('any text is read without an end; a fault lies inside of it, and without an error there is a URL', () => {
  const part = fc.constantFrom(
    'http',
    'https',
    '://',
    ':',
    '/',
    '.',
    '..',
    '[',
    ']',
    '@',
    '?',
    '%',
    '2',
    '65536',
    'a',
    '*',
    ' ',
    '\\',
    'é',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), parts => {
      const text = parts.join('');
      const { url, faults } = parseUrl(text);
      expect(url === undefined).toBe(faults.some(({ level }) => level === 'error'));
      for (const { offset } of faults) expect(offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2_000 },
  );
});
