import { testsKind } from './header.ts';
import { type Method, toMethod } from './methods.ts';
import { shown } from './remark.ts';
import { readUrl, readWord, wrongMethod } from './rules.ts';
import { type Cells, createTableReader, type TableReader } from './table.ts';
import type { AllowUrl } from './url.ts';

/** One test of the file that could be read. */
export type AllowTest = {
  readonly line: number;
  readonly text: string;
  readonly url: AllowUrl;
  readonly expected: 'allow' | 'block';
  /** Empty: the default deployment. */
  readonly deployment: string;
  readonly method: Method;
  readonly description: string;
};

type Column = (typeof testsKind.columns)[number];

/** Reads a file of tests piece by piece. A test whose Url, expected result or method cannot be read is not handed on. */
export function createTestsReader(onTest: (test: AllowTest) => void): TableReader {
  const asked = new Map<string, AllowTest>();
  return createTableReader(testsKind, cells => {
    const url = readUrl(cells);
    const expected = readExpected(cells);
    const method = readMethod(cells);
    if (!url || !expected || !method) return;
    const test: AllowTest = {
      line: cells.line,
      text: cells.field('Url').text,
      url,
      expected,
      deployment: cells.field('Deployment').text,
      method,
      description: cells.field('Description').text,
    };
    const key = [url.protocol, url.host, url.port, url.path, test.deployment, method].join(' ');
    const earlier = asked.get(key);
    if (!earlier) asked.set(key, test);
    else if (earlier.expected === expected)
      cells.remark('Url', 0, 'warning', `The test repeats line ${earlier.line}.`, 'ALW-21');
    else
      cells.remark(
        'ExpectedResult',
        0,
        'error',
        `The test expects ${expected}, and line ${earlier.line} expects ${earlier.expected} of the same request.`,
        'ALW-21',
      );
    onTest(test);
  });
}

function readExpected(cells: Cells<Column>): AllowTest['expected'] | undefined {
  const field = cells.field('ExpectedResult');
  const word = readWord(field, ['allow', 'block']);
  if (word !== undefined && word === field.text) return word;
  const message =
    field.text === ''
      ? 'The expected result is missing; expected allow or block.'
      : `The expected result is ${shown(field.text)}; expected allow or block.`;
  cells.remark('ExpectedResult', 0, 'error', message, 'ALW-18');
  return word?.toLowerCase() === field.text.toLowerCase() ? word : undefined;
}

function readMethod(cells: Cells<Column>): Method | undefined {
  const { text } = cells.field('HttpMethod');
  if (text === '') return 'GET';
  const method = toMethod(text);
  if (method) return method;
  const isList = text.split(/[,;\s|]+/).filter(word => toMethod(word.toUpperCase())).length > 1;
  cells.remark(
    'HttpMethod',
    0,
    'error',
    isList ? `${shown(text)} is a list; expected one method for each test.` : wrongMethod(text),
    'ALW-20',
  );
  return undefined;
}
