import { lintRules, type Surroundings } from '../../../src/offline/allow-list/lint.ts';
import type { Remark } from '../../../src/offline/allow-list/remark.ts';
import { createRulesReader, type Rule } from '../../../src/offline/allow-list/rules.ts';
import { runTests, type TestRun } from '../../../src/offline/allow-list/run.ts';
import { type AllowTest, createTestsReader } from '../../../src/offline/allow-list/tests.ts';

export const rulesHeader = 'Url,Deployment,HttpMethods,MatchType,Description';
export const testsHeader = 'Url,ExpectedResult,Deployment,Description,HttpMethod';

const bytes = (text: string | Uint8Array) =>
  typeof text === 'string' ? new TextEncoder().encode(text) : text;

/** Reads a whole file of rules, and what is said of them alone and together. */
export function readRules(text: string | Uint8Array, surroundings: Partial<Surroundings> = {}) {
  const rules: Rule[] = [];
  const reader = createRulesReader(rule => rules.push(rule));
  reader.push(bytes(text));
  const { remarks, lines } = reader.end();
  return { rules, lines, remarks, together: lintRules(rules, { hosts: [], ...surroundings }) };
}

/** Reads a whole file of tests. */
export function readTests(text: string | Uint8Array) {
  const tests: AllowTest[] = [];
  const reader = createTestsReader(test => tests.push(test));
  reader.push(bytes(text));
  return { tests, ...reader.end() };
}

/** Rules and tests without their headers, run against each other. */
export function run(
  rules: readonly string[],
  tests: readonly string[],
  setting: Partial<Surroundings> = {},
): TestRun {
  const read = readRules([rulesHeader, ...rules].join('\n'));
  return runTests(read.rules, readTests([testsHeader, ...tests].join('\n')).tests, setting);
}

/** Remarks as `line:column level requirement`. */
export function places(remarks: readonly Remark[]): string[] {
  return remarks.map(({ line, column, level, requirement }) => `${line}:${column} ${level} ${requirement}`);
}

/** The two example files of the deployment guide, as they are printed. */
export const printedRules = `${rulesHeader}
https://myServer1:8443/myPath1,myDomain1,GET,,"First Rule"
http://myServer2:8000/myPath2,myDomain200,"GET,PUT",exact,
https://myServer3:8080/myPath3,myDomain1,,prefix,"Third Rule"
https://myServer4/myPath4,myDomain1,,prefix,"Fourth Rule"
http://myServer5/myPath5,myDomain1,,prefix,"Fifth Rule"
`;
export const printedTests = `${testsHeader}
https://myServer1:8443/myPath1,block,"my deployment","a block test",GET
http://myServer2:8000/myPath2,allow,"my deployment","an allow test",PUT
https://myServer4/myPath4,allow,,,GET
http://myServer4/myPath4,block,,,POST
`;
