import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, indexRules } from '../../../src/offline/allow-list/decide.ts';
import { lintRules, type Surroundings } from '../../../src/offline/allow-list/lint.ts';
import type { Rule } from '../../../src/offline/allow-list/rules.ts';
import { parseUrl } from '../../../src/offline/allow-list/url.ts';
import { places, readRules, rulesHeader } from './files.ts';

const together = (lines: readonly string[], surroundings: Partial<Surroundings> = {}) =>
  readRules([rulesHeader, ...lines].join('\n'), surroundings).together;
const messages = (lines: readonly string[], surroundings: Partial<Surroundings> = {}) =>
  together(lines, surroundings).map(({ line, message }) => `${line} ${message}`);

test.each([
  [['https://a/x,,GET,exact,', 'https://A:443/x,,GET,exact,'], ['3 The rule repeats line 2.']],
  [
    ['https://a/x/y,,GET,exact,', 'https://a/x,,"GET,PUT",prefix,'],
    ['2 The rule is without effect: line 3 lets through all that it would.'],
  ],
  [
    ['https://a/x,,GET,prefix,', 'https://a/x,,"PUT,GET",prefix,'],
    ['2 The rule is without effect: line 3 lets through all that it would.'],
  ],
  [
    ['https://a/x,,GET,prefix,', 'https://a/x,,PUT,prefix,', 'https://a/x/y,,"GET,PUT",exact,'],
    ['4 The rule is without effect: lines 2, 3 together let through all that it would.'],
  ],
  [['https://a/x,,GET,prefix,', 'https://a/x/y,,"GET,PUT",exact,'], []],
  [['https://a/x,,GET,exact,', 'https://a/xy,,GET,exact,'], []],
  [['https://a/x,one,GET,prefix,', 'https://a/x/y,two,GET,exact,'], []],
])('%j', (lines, expected) => {
  expect(messages(lines)).toEqual(expected);
});

test('deployments that are missing, unknown or nearly alike', () => {
  expect(places(together(['https://a/x,,GET,exact,', 'https://b/x,one,GET,exact,']))).toEqual([
    '2:1 warning ALW-13',
  ]);
  expect(messages(['https://a/x,My Site,GET,exact,', 'https://b/x,my site,GET,exact,'])).toEqual([
    '3 The deployment "my site" is nearly "My Site" of line 2; one of them is hardly meant.',
  ]);
  const deployments = ['one', 'two'];
  expect(messages(['https://a/x,three,GET,exact,', 'https://b/x,,GET,exact,'], { deployments })).toEqual([
    '2 There is no deployment "three"; there are "one", "two".',
    '3 The rule names no deployment, and there are 2 deployments: then the name is required.',
  ]);
});

test('rules without methods are told once, and each of them when there is no default', () => {
  const lines = ['https://a/x,,,exact,', 'https://b/x,,,exact,'];
  expect(places(together(lines))).toEqual(['2:1 note ALW-05']);
  expect(places(together(lines, { defaultMethods: [] }))).toEqual([
    '2:1 warning ALW-05',
    '3:1 warning ALW-05',
  ]);
});

test('rules for the Expressway itself, for discovered nodes, and for some IM and Presence nodes only', () => {
  const hosts = [
    { role: 'expressway_c', host: 'expc1.example.com' },
    { role: 'im_presence', host: 'imp1.example.com' },
    { role: 'im_presence', host: 'imp2.example.com' },
  ] as const;
  const lines = ['https://expc1.example.com/x,,GET,exact,', 'https://IMP1.example.com/x,,GET,exact,'];
  expect(places(together(lines, { hosts }))).toEqual([
    '2:1 warning ALW-06',
    '3:1 note ALW-01',
    '3:1 warning ALW-04',
  ]);
});

test('a rule said to be without effect is without effect', () => {
  const path = fc.array(fc.constantFrom('/', 'a', 'b'), { maxLength: 3 }).map(parts => `/${parts.join('')}`);
  const draft = fc.record({
    path,
    methods: fc.oneof(
      fc.constant('default' as const),
      fc.uniqueArray(fc.constantFrom('GET' as const, 'PUT' as const), { minLength: 1 }),
    ),
    match: fc.constantFrom('exact' as const, 'prefix' as const),
  });
  fc.assert(
    fc.property(fc.array(draft, { maxLength: 8 }), fc.boolean(), (drafts, known) => {
      const setting = known ? { defaultMethods: ['GET' as const] } : {};
      const rules = drafts.map(
        ({ path: own, ...rest }, i): Rule => ({
          ...rest,
          url: parseUrl(`http://h${own}`).url!,
          line: i + 2,
          text: '',
          deployment: '',
          description: '',
        }),
      );
      const idle = lintRules(rules, { ...setting, hosts: [] }).filter(
        ({ requirement }) => requirement === 'ALW-06',
      );
      for (const { line } of idle) {
        const others = indexRules(
          rules.filter(rule => rule.line !== line),
          setting,
        );
        const all = indexRules(rules, setting);
        for (const rule of rules) {
          for (const tail of ['', 'a', '/']) {
            for (const method of ['GET', 'PUT'] as const) {
              const request = { url: { ...rule.url, path: rule.url.path + tail }, method, deployment: '' };
              expect(decide(others, request).result).toBe(decide(all, request).result);
            }
          }
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('100,000 rules and as many tests take seconds', { timeout: 60_000 }, () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, i) =>
      `https://h${i % 100}.example.com:8443/app${i % 7}/${i},,"GET,PUT",${i % 2 ? 'exact' : 'prefix'},d`,
  );
  const start = performance.now();
  const { rules, together: told } = readRules([rulesHeader, ...lines].join('\n'));
  const read = performance.now();
  const index = indexRules(rules, {});
  for (const { url } of rules) decide(index, { url: { ...url, port: 443 }, method: 'GET', deployment: '' });
  const end = performance.now();
  expect(rules).toHaveLength(100_000);
  expect(told.length).toBeGreaterThan(0);
  console.info(
    `100,000 rules read and checked in ${Math.round(read - start)} ms, asked in ${Math.round(end - read)} ms`,
  );
  expect(end - start).toBeLessThan(30_000);
});
