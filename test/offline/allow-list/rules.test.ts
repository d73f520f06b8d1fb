import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  places,
  printedRules,
  printedTests,
  readRules,
  readTests,
  rulesHeader,
  testsHeader,
} from './files.ts';

const good = 'https://a.example.com/x/,,GET,exact,photos';
const one = (line: string) => readRules(`${rulesHeader}\n${line}\n`);

test('the printed example of rules has no error', () => {
  const { rules, remarks, lines } = readRules(printedRules);
  expect(lines).toBe(6);
  expect(remarks.filter(({ level }) => level === 'error')).toEqual([]);
  expect(rules.map(({ methods, match, deployment }) => [methods, match, deployment])).toEqual([
    [['GET'], 'prefix', 'myDomain1'],
    [['GET', 'PUT'], 'exact', 'myDomain200'],
    ['default', 'prefix', 'myDomain1'],
    ['default', 'prefix', 'myDomain1'],
    ['default', 'prefix', 'myDomain1'],
  ]);
});

test('the printed example of tests has no error, and GET is the method of a test without one', () => {
  expect(readTests(printedTests).remarks).toEqual([]);
  expect(readTests(`${testsHeader}\nhttps://a/x,allow,,,\n`).tests[0]!.method).toBe('GET');
});

test.each([
  ['http://a/x,,GET;PUT,exact,d', '2:13 error ALW-14'],
  ['http://a/x,,"GET,,PUT",exact,d', '2:18 error ALW-14'],
  ['http://a/x,,"GET, PUTT",exact,d', '2:19 error ALW-14'],
  ['http://a/x,,get,exact,d', '2:13 error ALW-14'],
  ['http://a/x,,"GET,GET",exact,d', '2:18 warning ALW-14'],
  ['http://a/x,,TRACE,exact,d', '2:13 warning ALW-05'],
  ['http://a/x,,GET,perfix,d', '2:17 error ALW-15'],
  ['http://a/x,,GET,Exact,d', '2:17 error ALW-15'],
  ['http://a/x,,GET,regex,d', '2:17 error ALW-15'],
  ['http://a/x,,GET,exact,', '2:23 note ALW-26'],
  ['http://a/x,,GET,exact,two words', '2:26 error ALW-09'],
  ['http://a/x,,GET,exact', '2:22 error ALW-09'],
  ['http://a/x,,GET,PUT,exact,d', '2:13 error ALW-09'],
  ['http://a/x,,GET,exact,d,', '2:25 error ALW-09'],
  ['http://a/x,, GET,exact,d', '2:13 error ALW-09'],
  ["http://a/x,,GET,exact,'d'", '2:23 warning ALW-09'],
  ['http://a/x,"d ",GET,exact,d', '2:13 warning ALW-09'],
  ['http://a/x,,GET,exact,“d”', '2:23 error ALW-09'],
  ['http://a/x,,GET,exact,d\u200b', '2:24 error ALW-09'],
  ['http://a/x,,GET,exact,"d\u0007"', '2:25 error ALW-09'],
  ['http://a:99999/x,,GET,exact,d', '2:9 error ALW-12'],
  ['ftp://a/x,,GET,exact,d', '2:1 error ALW-10'],
  [',,GET,exact,d', '2:1 error ALW-10'],
  ['http://a,,GET,prefix,d', '2:1 warning ALW-07'],
  ['http://a/x,,GET,,d', '2:1 warning ALW-07'],
  ['http://a/x,,GET,prefix,d', '2:1 note ALW-07'],
  ['http://a/x,GET,,exact,d', '2:12 warning ALW-13'],
  ['http://localhost/x,,GET,exact,d', '2:1 warning ALW-06'],
  ['http://169.254.1.1/x,,GET,exact,d', '2:1 warning ALW-06'],
])('%s is told once, at its place', (line, expected) => {
  const { remarks } = one(line);
  const [, level] = expected.split(' ');
  expect(places(remarks.filter(remark => remark.level === level))).toEqual([expected]);
});

test('a quoted list may hold blanks behind its commas', () => {
  expect(one('http://a/x,,"GET, PUT",exact,d').remarks).toEqual([]);
});

test('a rule whose values cannot be read takes no part, and others do', () => {
  const { rules } = readRules(`${rulesHeader}\nhttp://a/x,,FETCH,exact,d\n${good}\n`);
  expect(rules.map(({ line }) => line)).toEqual([3]);
});

test.each([
  [good, '1:1 error ALW-08', 1],
  [`url,Deployment,HttpMethods,MatchType,Description\n${good}`, '1:1 error ALW-08', 1],
  [`Url,Deployment,Methods,MatchType,Description\n${good}`, '1:16 error ALW-08', 1],
  [`Url,Deployment,HttpMethods,MatchType\n${good}`, '1:37 error ALW-08', 1],
  [`Url;Deployment;HttpMethods;MatchType;Description\n${good.replaceAll(',', ';')}`, '1:4 error ALW-09', 1],
  [`\ufeff${rulesHeader}\n${good}`, '1:1 warning ALW-08', 1],
  [`${rulesHeader}\n\n${good}`, '2:1 warning ALW-09', 1],
  ['', '1:1 error ALW-08', 0],
])('the header and shape of %j', (text, expected, count) => {
  const { remarks, rules } = readRules(text);
  expect(places(remarks)).toEqual([expected]);
  expect(rules).toHaveLength(count);
});

test('columns in another order are told once, and read in the order of the header', () => {
  const { rules, remarks } = readRules(
    'Url,HttpMethods,Deployment,MatchType,Description\nhttp://a/x,PUT,dep,exact,d\n',
  );
  expect(places(remarks)).toEqual(['1:5 error ALW-08']);
  expect(rules[0]).toMatchObject({ methods: ['PUT'], deployment: 'dep' });
});

test('a file of tests given for rules is recognised', () => {
  expect(readRules(printedTests).remarks[0]!.message).toContain('header of a file of tests');
  expect(readTests(printedRules).remarks[0]!.message).toContain('header of a file of rules');
});

test('UTF-16 is one error, a foreign byte is told at its place', () => {
  const utf16 = Uint8Array.from(Buffer.from(`\ufeff${rulesHeader}\n${good}\n`, 'utf16le'));
  expect(places(readRules(utf16).remarks)).toEqual(['1:1 error ALW-08']);
  const latin = Uint8Array.from(
    Buffer.from(`${rulesHeader}\nhttp://a/x,,GET,exact,Fotos f\u00fcr\n`, 'latin1'),
  );
  expect(places(readRules(latin).remarks)).toContain('2:30 error ALW-09');
});

test.each([
  ['https://a/x,permit,,,GET', '2:13 error ALW-18', 0],
  ['https://a/x,Allow,,,GET', '2:13 error ALW-18', 1],
  ['https://a/x,,,,GET', '2:13 error ALW-18', 0],
  ['https://a/x,allow,,,"GET,PUT"', '2:22 error ALW-20', 0],
  ['https://a/x,allow,,,post', '2:21 error ALW-20', 0],
  ['https://a/x?y,allow,,,GET', '2:12 error ALW-10', 0],
])('a test %s', (line, expected, count) => {
  const { tests, remarks } = readTests(`${testsHeader}\n${line}\n`);
  expect(places(remarks)).toEqual([expected]);
  expect(tests).toHaveLength(count);
});

test('two tests that ask the same are told, as an error when they expect different results', () => {
  const text = [
    testsHeader,
    'https://a/x,allow,,,GET',
    'https://A:443/x,allow,,,',
    'https://a/x,block,,,GET',
  ].join('\n');
  expect(places(readTests(text).remarks)).toEqual(['3:1 warning ALW-21', '4:13 error ALW-21']);
});

test('any bytes are read without an end, in any pieces, and every place lies in the file', () => {
  const token = fc.constantFrom(
    'https://',
    'a',
    '/',
    ':',
    '"',
    ',',
    '\n',
    '\r',
    ' ',
    'GET',
    'exact',
    '\u0000',
    'é',
    ';',
    rulesHeader,
    '\n',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 60 }), fc.nat(100), (tokens, cut) => {
      const bytes = new TextEncoder().encode(tokens.join(''));
      const { remarks, lines } = readRules(bytes);
      for (const { line, column } of remarks) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(Math.max(lines, 1));
        expect(column).toBeGreaterThanOrEqual(1);
      }
      expect(readRules(bytes.subarray(0, Math.min(cut, bytes.length))).lines).toBeLessThanOrEqual(
        Math.max(lines, 1),
      );
    }),
    { numRuns: 500 },
  );
});
