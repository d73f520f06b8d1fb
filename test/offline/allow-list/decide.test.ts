import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, indexRules, type Request } from '../../../src/offline/allow-list/decide.ts';
import { methods } from '../../../src/offline/allow-list/methods.ts';
import type { Rule } from '../../../src/offline/allow-list/rules.ts';
import { runTests } from '../../../src/offline/allow-list/run.ts';
import { parseUrl } from '../../../src/offline/allow-list/url.ts';
import { printedRules, printedTests, readRules, readTests, run } from './files.ts';

const decided = (rules: string[], test: string, setting = {}) => {
  const [outcome] = run(rules, [test], setting).outcomes;
  const { decision } = outcome!;
  return decision.result === 'block' ? 'block' : `${decision.result} ${decision.rule.line}`;
};

test.each([
  ['https://a/x,,GET,exact,', 'https://a/x,allow,,,GET', 'allow 2'],
  ['https://a/x,,GET,exact,', 'https://A:443/x,allow,,,', 'allow 2'],
  ['https://a/x,,GET,exact,', 'https://a/x/,allow,,,GET', 'block'],
  ['https://a/x,,GET,exact,', 'https://a/X,allow,,,GET', 'block'],
  ['https://a/x,,GET,exact,', 'https://a/x,allow,,,POST', 'block'],
  ['https://a/x,,GET,exact,', 'http://a/x,allow,,,GET', 'block'],
  ['https://a/x,,GET,exact,', 'https://a:8443/x,allow,,,GET', 'block'],
  ['https://a/x,,GET,exact,', 'https://b/x,allow,,,GET', 'block'],
  ['https://a/x,,GET,prefix,', 'https://a/xyz,allow,,,GET', 'allow 2'],
  ['https://a/x,,GET,,', 'https://a/x/y,allow,,,GET', 'allow 2'],
  ['https://a/x/,,GET,prefix,', 'https://a/x,allow,,,GET', 'block'],
  ['https://a,,GET,prefix,', 'https://a/any,allow,,,GET', 'allow 2'],
  ['https://a,,GET,exact,', 'https://a/,allow,,,GET', 'allow 2'],
  ['https://a/x,dep,GET,exact,', 'https://a/x,allow,dep,,GET', 'allow 2'],
  ['https://a/x,dep,GET,exact,', 'https://a/x,allow,,,GET', 'block'],
  ['https://a/x,,GET,exact,', 'https://a/x,allow,dep,,GET', 'block'],
  ['https://a/x,,,exact,', 'https://a/x,allow,,,GET', 'depends 2'],
])('%s and the request %s: %s', (rule, request, expected) => {
  expect(decided([rule], request)).toBe(expected);
});

test('default methods and the default deployment count when they are told', () => {
  expect(decided(['https://a/x,,,exact,'], 'https://a/x,allow,,,GET', { defaultMethods: ['GET'] })).toBe(
    'allow 2',
  );
  expect(decided(['https://a/x,,,exact,'], 'https://a/x,allow,,,PUT', { defaultMethods: ['GET'] })).toBe(
    'block',
  );
  expect(
    decided(['https://a/x,Main,GET,exact,'], 'https://a/x,allow,,,', { defaultDeployment: 'Main' }),
  ).toBe('allow 2');
});

test('of several rules the exact one is named, then the longest prefix, then the first', () => {
  const rules = [
    'https://a,,GET,prefix,',
    'https://a/x,,GET,prefix,',
    'https://a/x,,GET,prefix,',
    'https://a/x/y,,GET,exact,',
  ];
  expect(decided(rules, 'https://a/x/y,allow,,,')).toBe('allow 5');
  expect(decided(rules, 'https://a/x/z,allow,,,')).toBe('allow 3');
  expect(decided(rules, 'https://a/z,allow,,,')).toBe('allow 2');
});

test.each([
  ['https://a/x,,GET,exact,', 'https://a/x,allow,,,PUT', 'it allows GET only'],
  ['http://a/x,,GET,exact,', 'https://a:80/x,allow,,,GET', 'it is for http, the request is https'],
  ['https://a/x,,GET,exact,', 'https://a:8443/x,allow,,,GET', 'it is for port 443, the request for 8443'],
  ['https://a/x,,GET,exact,', 'https://a/x/y,allow,,,GET', 'its path "/x" is exact'],
  ['https://a/x,,GET,exact,', 'https://a/X,allow,,,GET', 'the path differs in letter case'],
  ['https://a/x,,GET,exact,', 'https://a/y,allow,,,GET', 'its path is "/x"'],
  [
    'https://a/x,dep,GET,exact,',
    'https://a/x,allow,,,GET',
    'it is for deployment "dep", the request for the default deployment',
  ],
])('%s blocks %s because %s', (rule, request, why) => {
  const [outcome] = run([rule], [request]).outcomes;
  expect(outcome!.verdict).toBe('fail');
  expect(outcome!.decision).toMatchObject({ result: 'block', nearest: { differs: [why] } });
});

test('the printed examples contradict each other in both readings, which is told', () => {
  const { outcomes, contradiction } = runTests(readRules(printedRules).rules, readTests(printedTests).tests, {
    defaultMethods: ['GET'],
  });
  expect(outcomes.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'fail', 'pass']);
  expect(contradiction).toEqual({ honoured: [3, 4], ignored: [2] });
});

test('tests that fail in every reading alike are no contradiction', () => {
  expect(run(['https://a/x,,GET,exact,'], ['https://a/y,allow,,,GET']).contradiction).toBeUndefined();
});

test('the index decides as a look at every rule does', () => {
  const path = fc
    .array(fc.constantFrom('/', 'a', 'b', '/a'), { maxLength: 4 })
    .map(parts => `/${parts.join('')}`);
  const url = fc
    .tuple(
      fc.constantFrom('http', 'https'),
      fc.constantFrom('h', 'H', 'i'),
      fc.constantFrom('', ':80', ':443'),
      path,
    )
    .map(([protocol, host, port, rest]) => parseUrl(`${protocol}://${host}${port}${rest}`).url!);
  const deployment = fc.constantFrom('', 'one');
  const method = fc.constantFrom(...methods.slice(0, 3));
  const rule = fc.record({
    url,
    deployment,
    methods: fc.oneof(fc.constant('default' as const), fc.uniqueArray(method, { minLength: 1 })),
    match: fc.constantFrom('exact' as const, 'prefix' as const),
  });
  const setting = fc.constantFrom({}, { defaultMethods: ['GET' as const] }, { defaultMethods: [] });
  const fits = (one: Rule, { url: asked, deployment: wanted }: Request) =>
    one.deployment === wanted &&
    one.url.protocol === asked.protocol &&
    one.url.host === asked.host &&
    one.url.port === asked.port &&
    (one.match === 'exact' ? one.url.path === asked.path : asked.path.startsWith(one.url.path));
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 12 }),
      fc.record({ url, deployment, method }),
      setting,
      (drafts, request, told) => {
        const rules = drafts.map((draft, i): Rule => ({ ...draft, line: i + 2, text: '', description: '' }));
        const decision = decide(indexRules(rules, told), request);
        const fitting = rules.filter(one => fits(one, request));
        const defaults: readonly string[] | undefined = (told as { defaultMethods?: readonly string[] })
          .defaultMethods;
        const allows = fitting.some(one =>
          (one.methods === 'default' ? (defaults ?? []) : one.methods).includes(request.method as never),
        );
        const open = defaults === undefined && fitting.some(one => one.methods === 'default');
        expect(decision.result).toBe(allows ? 'allow' : open ? 'depends' : 'block');
        if (decision.result !== 'block') expect(fitting).toContain(decision.rule);
      },
    ),
    { numRuns: 2_000 },
  );
});
