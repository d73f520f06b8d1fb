import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import type { OperatorError } from '../../src/model/problem.ts';

const noFile = (): string => {
  throw new Error('no file is read');
};
const withSilence = (silence: string) =>
  parseConfig(
    `deployments:\n  - domains: [example.com]\n    silences:\n      - ${silence}\n`,
    'm.yaml',
    noFile,
    [],
  ).deployments[0]!.silences;

test('a silence ends at a moment, or with a day', () => {
  expect(withSilence('{ code: CERT_EXPIRES_SOON, reason: ordered, until: 2026-12-31 }')).toEqual([
    { code: 'CERT_EXPIRES_SOON', reason: 'ordered', until: '2027-01-01T00:00:00.000Z' },
  ]);
  expect(
    withSilence(
      '{ entry: CERT-002, subject: expe1.example.com, reason: ordered, until: "2026-12-31T18:00+01:00" }',
    ),
  ).toEqual([
    {
      ...{ entry: 'CERT-002', subject: 'expe1.example.com', reason: 'ordered' },
      until: '2026-12-31T17:00:00.000Z',
    },
  ]);
});

test.each([
  ['{ reason: all of it, until: 2026-12-31 }', 'would silence everything'],
  ['{ code: cert, reason: x, until: 2026-12-31 }', 'a finding code such as'],
  ['{ check: certificate/validity, until: 2026-12-31 }', '.reason` is missing'],
  ['{ check: certificate/validity, reason: x }', '.until` is missing'],
  ['{ check: certificate/validity, reason: x, until: 2026-02-30 }', 'a day such as'],
  ['{ check: certificate/validity, reason: x, until: for ever }', 'a day such as'],
])('%s is refused', (silence, words) => {
  let told = '';
  try {
    withSilence(silence);
  } catch (error) {
    told = (error as OperatorError).problems.map(({ message }) => message).join(' ');
  }
  expect(told).toContain(words);
});
