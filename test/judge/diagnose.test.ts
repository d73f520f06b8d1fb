import { expect, test } from 'vitest';
import { defineCheck, type FindingDefinition, fail, pass } from '../../src/judge/check.ts';
import { diagnose } from '../../src/judge/diagnose.ts';
import { type AnyCheck, judgeRound } from '../../src/judge/judge.ts';
import type { Diagnosis } from '../../src/model/finding.ts';
import type { Subject } from '../../src/model/subject.ts';
import { domain, node, round, service } from './round.ts';

type Definition = Partial<FindingDefinition> & { readonly about: 'domain' | 'node' | 'service' };

/** A check that fails on just these subjects, with its code as evidence of nothing else. */
function failing(code: string, { about, ...definition }: Definition, ...on: readonly Subject[]): AnyCheck {
  return defineCheck({
    id: `test/${code.toLowerCase()}`,
    holds: code,
    about,
    needs: [],
    sources: [{ document: 'D0', section: 'x' }],
    findings: {
      [code]: { severity: 'critical', affects: 'sign-in', message: `${code} on it`, ...definition },
    },
    judge: ({ subject }) => (on.some(one => one.id === subject.id) ? fail({ code, evidence: {} }) : pass),
  });
}

const names = ['expe1.example.com', 'expe2.example.com'] as const;
const nodes = names.map(host => node(host));
const edges = names.map((host, i) => service({ host, address: `198.51.100.1${i}` }));
const sips = names.map((host, i) =>
  service({ host, address: `198.51.100.1${i}`, port: 5061, purpose: 'edge-sip', affects: 'calls' }),
);

function diagnosed(...checks: readonly AnyCheck[]): Diagnosis {
  const seen = round({}, [], [domain(), ...nodes, ...edges, ...sips]);
  return diagnose(seen, judgeRound(seen, checks), checks);
}
const shape = ({ causes }: Diagnosis) =>
  causes.map(cause => `${cause.code} x${cause.findings.length}, explains ${cause.consequences.length}`);

test('nothing wrong is ok', () => {
  const { status, headline, causes } = diagnosed(failing('A', { about: 'service' }));
  expect([status, headline, causes]).toEqual(['ok', 'Nothing is wrong with what can be seen from here', []]);
});

test('one fault on peers is one cause, and the headline says how many of how many', () => {
  const one = diagnosed(failing('A', { about: 'node' }, nodes[1]!));
  expect(shape(one)).toEqual(['A x1, explains 0']);
  expect(one.headline).toBe(
    'Mobile and remote access sign-in fails for clients that reach expe2.example.com (1 of 2 Expressway-E)',
  );
  const both = diagnosed(failing('A', { about: 'node' }, ...nodes));
  expect(shape(both)).toEqual(['A x2, explains 0']);
  expect(both.causes[0]!.title).toBe('A on it; the same on expe2.example.com');
  expect(both.headline).toBe('Mobile and remote access sign-in fails');
});

test('a consequence stands under what explains it, when that is near enough', () => {
  const down = failing('DOWN', { about: 'node' }, nodes[0]!);
  const shut = { about: 'service', consequenceOf: [{ code: 'DOWN', within: 'node' }] } as const;
  expect(shape(diagnosed(down, failing('SHUT', shut, edges[0]!, sips[0]!)))).toEqual(['DOWN x1, explains 2']);
  expect(shape(diagnosed(down, failing('SHUT', shut, edges[1]!)))).toEqual([
    'DOWN x1, explains 0',
    'SHUT x1, explains 0',
  ]);
});

test('explanations are followed to their start, and a circle of them ends', () => {
  const a = failing('A', { about: 'service', consequenceOf: [{ code: 'B', within: 'service' }] }, edges[0]!);
  const b = failing('B', { about: 'service', consequenceOf: [{ code: 'C', within: 'node' }] }, edges[0]!);
  const c = failing('C', { about: 'node', consequenceOf: [{ code: 'A', within: 'node' }] }, nodes[0]!);
  expect(shape(diagnosed(a, b, failing('C', { about: 'node' }, nodes[0]!)))).toEqual(['C x1, explains 2']);
  expect(shape(diagnosed(a, b, c))).toEqual(['A x1, explains 2']);
});

test('different services of a role are different causes', () => {
  expect(shape(diagnosed(failing('SHUT', { about: 'service' }, edges[0]!, sips[0]!)))).toHaveLength(2);
});

test('worst first, then most upstream', () => {
  const { causes, status } = diagnosed(
    failing('MINOR', { about: 'domain', severity: 'warning' }, domain()),
    failing('PORT', { about: 'service' }, edges[0]!),
    failing('NAME', { about: 'domain' }, domain()),
    failing('NOTE', { about: 'domain', severity: 'info' }, domain()),
  );
  expect([status, ...causes.map(cause => cause.code)]).toEqual(['critical', 'NAME', 'PORT', 'MINOR', 'NOTE']);
});

test('only information is still ok', () => {
  expect(
    diagnosed(
      failing('NOTE', { about: 'domain', severity: 'info' }, domain()),
      failing('A', { about: 'service' }),
    ).status,
  ).toBe('ok');
});

test('when only the looking failed the deployment is unknown, not broken', () => {
  const { status, headline } = diagnosed(
    failing('BLIND', { about: 'domain', affects: 'operations' }, domain()),
  );
  expect([status, headline]).toEqual(['unknown', 'The deployment could not be looked at']);
});

test('when no service was seen nothing is fine, however right our own clock is', () => {
  expect(diagnosed(failing('A', { about: 'domain' })).status).toBe('unknown');
});
