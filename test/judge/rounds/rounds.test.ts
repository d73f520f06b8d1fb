import { describe, expect, test } from 'vitest';
import { checks } from '../../../src/judge/checks/index.ts';
import type { Report } from '../../../src/model/report.ts';
import { bases, caseFiles, casesIn } from './saved.ts';
import { causesOf, reportOf } from './told.ts';

/** Steps that were planned and of which nothing is saved. */
const notSaved = ({ steps, observations }: Report) => {
  const seen = new Set(observations.map(({ step }) => step));
  return steps.map(({ id }) => id).filter(id => !seen.has(id));
};

describe.each(bases)('a healthy deployment, seen from %s', base => {
  test('has no finding, and nothing that could not be judged', async () => {
    const report = await reportOf({ from: base });
    expect(notSaved(report), 'record anew: README.md').toEqual([]);
    expect(causesOf(report)).toEqual([]);
    // A certificate in a file tells nothing of a handshake.
    const open = report.judgements.filter(
      ({ verdict, check }) => verdict === 'unknown' && !(base === 'files' && check.startsWith('tls/')),
    );
    expect(open).toEqual([]);
    expect(report.diagnosis.status).toBe('ok');
  });
});

describe.each(caseFiles)('%s', file => {
  test.each(casesIn(file).map(one => [one.name, one] as const))('%s', async (_, one) => {
    const report = await reportOf(one);
    expect(notSaved(report), 'readings of these steps are missing').toEqual([]);
    const broken = report.judgements.filter(
      judgement => judgement.verdict === 'unknown' && judgement.because.startsWith('the check itself'),
    );
    expect(broken).toEqual([]);
    expect({ causes: causesOf(report), status: report.diagnosis.status }).toEqual({
      causes: one.causes.map(({ told, explains }) => ({
        told: told.toSorted(),
        ...(explains && { explains: explains.toSorted() }),
      })),
      status: one.status,
    });
  });
});

test('every finding code is in some saved round', () => {
  const told = caseFiles
    .flatMap(casesIn)
    .flatMap(({ causes }) => causes.flatMap(({ told, explains = [] }) => [...told, ...explains]))
    .map(line => line.split(' ')[1]);
  const defined = checks.flatMap(({ findings }) => Object.keys(findings));
  expect(defined.filter(code => !told.includes(code))).toEqual([]);
});

test('cases have names of their own', () => {
  const names = caseFiles.flatMap(casesIn).map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
