import { expect, test } from 'vitest';
import { diagnose } from '../../src/judge/diagnose.ts';
import { silence } from '../../src/judge/silence.ts';
import type { Silence } from '../../src/model/deployment.ts';
import type { Finding, Judgement } from '../../src/model/finding.ts';
import { atRound, node, round, service } from './round.ts';

const [one, two] = ['expe1.example.com', 'expe2.example.com'].map(host => service({ host, address: host }));
const finding = (subject: string): Finding => ({
  ...{ code: 'CERT_EXPIRES_SOON', severity: 'warning', affects: 'sign-in', check: 'certificate/validity' },
  ...{ subject, evidence: {}, message: 'it expires soon', steps: [] },
});
const failed: Judgement[] = [one!, two!].map(({ id }) => ({
  ...{ check: 'certificate/validity', subject: id, verdict: 'fail', findings: [finding(id)] },
}));
const passed: Judgement = { check: 'port/open', subject: one!.id, verdict: 'pass' };
const later = '2026-12-01T00:00:00.000Z';
const codesOf = (entry: string) => (entry === 'CERT-002' ? ['CERT_EXPIRES_SOON'] : []);

function diagnosed(silences: readonly Silence[]) {
  const seen = round({ silences }, [], [node(), one!, two!]);
  const marked = silence(seen, failed, codesOf);
  return diagnose(seen, [...marked, passed], []);
}
const reason = 'the new one is ordered';

test.each<[string, Omit<Silence, 'reason'>]>([
  ['its code', { code: 'CERT_EXPIRES_SOON', until: later }],
  ['its check', { check: 'certificate/validity', until: later }],
  ['its entry', { entry: 'CERT-002', until: later }],
])('what is silenced by %s is told and counts for nothing', (_by, by) => {
  const { status, headline, causes } = diagnosed([{ ...by, reason }]);
  expect(status).toBe('ok');
  expect(headline).toContain('silenced');
  expect(causes.map(({ code, silenced }) => [code, silenced])).toEqual([
    ['CERT_EXPIRES_SOON', { reason, until: later }],
  ]);
  expect(causes[0]!.findings).toHaveLength(2);
});

test.each<[string, Omit<Silence, 'reason'>]>([
  ['its end has come', { code: 'CERT_EXPIRES_SOON', until: atRound }],
  ['it is for another code', { code: 'CERT_EXPIRED', until: later }],
  ['its check is another one', { code: 'CERT_EXPIRES_SOON', check: 'port/open', until: later }],
  ['it is for another host', { code: 'CERT_EXPIRES_SOON', subject: 'expe3.example.com', until: later }],
])('a silence has no effect when %s', (_when, by) => {
  const { status, causes } = diagnosed([{ ...by, reason }]);
  expect(status).toBe('warning');
  expect(causes.flatMap(({ silenced }) => silenced ?? [])).toEqual([]);
});

test('of two hosts one is silenced and the other counts, which stands first', () => {
  const { status, causes } = diagnosed([
    { code: 'CERT_EXPIRES_SOON', subject: 'expe1.example.com', until: later, reason },
  ]);
  expect(status).toBe('warning');
  expect(causes.map(({ findings, silenced }) => [findings[0]!.subject, silenced?.reason])).toEqual([
    [two!.id, undefined],
    [one!.id, reason],
  ]);
});

test('a mark of an earlier round does not outlive its end', () => {
  const seen = round({ silences: [] }, [], [one!]);
  const [marked] = silence(
    round({ silences: [{ code: 'CERT_EXPIRES_SOON', until: later, reason }] }, []),
    failed,
    codesOf,
  );
  const [again] = silence(seen, [marked!], codesOf);
  expect(again).toEqual(failed[0]);
});
