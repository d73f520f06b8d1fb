import { describe, expect, test } from 'vitest';
import { compareVersions, isAtLeast, parseVersion } from '../../src/model/version.ts';

const older: readonly (readonly [string, string])[] = [
  ['X8.1.1', 'X8.2'],
  ['X8.9', 'X8.10'],
  ['X8.10.1', 'X8.11'],
  ['X8.11', 'X8.11.1'],
  ['X8.11.4', 'X12.5'],
  ['X12.5', 'X14.0.8'],
  ['X14.0.8', 'X14.2'],
  ['X14.0.8', 'X14.0.11'],
  ['X14.3.7', 'X15.0'],
  ['X15.3', 'X15.4'],
  ['9.1(1)', '9.1(2)SU1'],
  ['10.5(2)', '10.5(2)SU2'],
  ['10.5(1)SU3', '10.5(2)'],
  ['11.5(1) SU8', '11.5(1) SU9'],
  ['11.5(1)SU9', '11.5(1)SU10'],
  ['11.5(SU3)', '11.5(1)SU4'],
  ['11.5(1)SU9', '12.5(1)SU2'],
  ['12.5', '12.5(1)SU1'],
  ['12.5(1)', '12.5(1)SU4'],
  ['12.5(1)SU4', '14'],
  ['14', '14SU3'],
  ['14.0(1)', '14SU1'],
  ['14SU2', '14.0(1)SU3'],
  ['14SU3', '15'],
  ['15SU1', '15.0.1.12900-40'],
  ['15.0.1.10000-32', '15SU1'],
  ['15.0.1.12900-40', '15SU3'],
  ['15.0.1.12900-40', '15.0.1.13900-10'],
  ['12.5.1.14900-63', '12.5(1)SU5'],
];

const same: readonly (readonly [string, string])[] = [
  ['X14', 'X14.0'],
  ['X15.0', 'x15.0.0'],
  ['15.5', 'X15.5'],
  ['11.5(SU3)', '11.5(1) SU3'],
  ['14SU3', '14.0(1)SU3'],
  ['14 SU3a', '14-SU3'],
  ['12.5(1a)', '12.5(1)'],
];

const garbage = [
  '',
  ' ',
  'X',
  'latest',
  'SU3',
  'X15.',
  '.5',
  'X15..5',
  'X15,5',
  'v15.0',
  '15.0(1',
  '15.0(SU)',
  '15.0(SU3',
  '14SU3)',
  'X-15',
  '12.5(1)SU',
  '1e3',
  '15 .0',
  'X15.0\nX14',
  `X${'1'.repeat(400)}`,
  `${'1.'.repeat(50_000)}x`,
];

describe('versions', () => {
  test.each(older)('%s is older than %s', (a, b) => {
    expect(compareVersions(parseVersion(a)!, parseVersion(b)!)).toBeLessThan(0);
    expect(compareVersions(parseVersion(b)!, parseVersion(a)!)).toBeGreaterThan(0);
    expect(isAtLeast(parseVersion(a), b)).toBe(false);
    expect(isAtLeast(parseVersion(b), a)).toBe(true);
  });

  test.each(same)('%s is as old as %s', (a, b) => {
    expect(compareVersions(parseVersion(a)!, parseVersion(b)!)).toBe(0);
    expect(isAtLeast(parseVersion(a), b)).toBe(true);
  });

  test('a full build is at least the service update that it belongs to', () => {
    expect(isAtLeast(parseVersion('15.0.1.12900-40'), '15SU2')).toBe(true);
    expect(isAtLeast(parseVersion('12.5.1.14900-63'), '12.5(1)SU4')).toBe(true);
  });

  test.each(garbage)('%j is not a version', text => {
    expect(parseVersion(text)).toBeUndefined();
  });

  test('the text is kept as it was written, without blanks around it', () => {
    expect(parseVersion(' X15.0.3 ')?.text).toBe('X15.0.3');
  });

  test('an unknown version is neither at least nor below a boundary', () => {
    expect(isAtLeast(undefined, 'X15.4')).toBeUndefined();
  });

  test('a boundary that is not a version is a mistake of ours', () => {
    expect(() => isAtLeast(parseVersion('X15.4'), 'soon')).toThrow(RangeError);
  });
});
