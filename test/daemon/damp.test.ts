import { describe, expect, test } from 'vitest';
import { createDamper, type Settled } from '../../src/damp.ts';
import type { Finding, Judgement } from '../../src/model/finding.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Round } from '../../src/model/report.ts';

const subject = 'a/service/e/192.0.2.1/8443';
const step = `${subject}#tls`;
const finding: Finding = {
  ...{ code: 'CERT_EXPIRED', severity: 'critical', affects: 'sign-in', check: 'certificate/validity' },
  ...{ subject, evidence: {}, message: 'It has expired', steps: [step] },
};
const about = { check: finding.check, subject };
const fail: Judgement = { ...about, verdict: 'fail', findings: [finding] };
const pass: Judgement = { ...about, verdict: 'pass' };
const unknown: Judgement = { ...about, verdict: 'unknown', because: 'could not look', blame: 'prober' };

const confirmation = { failures: 2, successes: 2, holdOffMs: 0, recheckMs: 1_000 };

/** One deployment with one service, looked at once a second unless said otherwise. */
function world(change: Partial<typeof confirmation> = {}, known: readonly Incident[] = []) {
  const damper = createDamper({ ...confirmation, ...change }, known);
  let seconds = 0;
  let looks = 0;
  const moves: string[] = [];
  function look(
    judgement: Judgement | undefined,
    { first = false, again = true, maintenance = false, gone = false, afterSeconds = 1 } = {},
  ): Settled {
    seconds += afterSeconds;
    if (again) looks++;
    const round = {
      ...{
        deployment: { name: 'a' },
        at: new Date(seconds * 1_000).toISOString(),
        steps: [],
        observations: [],
      },
      subjects: gone ? [] : [{ kind: 'service', id: subject, host: 'e' }],
    } as unknown as Round;
    const settled = damper.settle(round, judgement ? [judgement] : [], {
      ...{ runs: new Map([[step, looks]]), first, maintenance },
    });
    const diagnosis = { status: 'ok', headline: '', causes: [] } as const;
    for (const { state } of settled.moved(diagnosis, () => [])) moves.push(`${seconds} ${state}`);
    return settled;
  }
  return { look, moves, damper };
}

const verdicts = ({ judgements }: Settled) => judgements.map(({ verdict }) => verdict);

describe('a finding', () => {
  test('is suspected at the first failure and told of to nobody, open once another look confirms it', () => {
    const { look, moves } = world();
    look(pass, { first: true });
    const suspected = look(fail);
    expect(verdicts(suspected)).toEqual(['unknown']);
    expect(suspected).toMatchObject({ suspected: [finding], unsettled: [step] });
    const open = look(fail);
    expect(verdicts(open)).toEqual(['fail']);
    expect(open).toMatchObject({ suspected: [], unsettled: [] });
    expect([...open.states.values()]).toEqual(['open']);
    expect(moves).toEqual(['2 suspected', '3 open']);
  });

  test('is not confirmed by the same look judged again', () => {
    const { look, moves } = world();
    look(pass, { first: true });
    look(fail);
    look(fail, { again: false });
    look(fail, { again: false });
    expect(moves).toEqual(['2 suspected']);
  });

  test('stays open until enough looks in a row have succeeded', () => {
    const { look, moves } = world();
    look(fail, { first: true });
    const closing = look(pass);
    expect([verdicts(closing), closing.unsettled]).toEqual([['fail'], [step]]);
    expect(verdicts(look(fail))).toEqual(['fail']);
    look(pass);
    expect(verdicts(look(pass))).toEqual(['pass']);
    expect(moves).toEqual(['1 open', '5 closed']);
  });

  test('of the first round ever is open at once: there is no change that could pass', () => {
    const { look, moves } = world({ holdOffMs: 60_000, failures: 5 });
    expect(verdicts(look(fail, { first: true }))).toEqual(['fail']);
    expect(moves).toEqual(['1 open']);
  });

  test('that fails once and passes is dropped without having been told', () => {
    const { look, moves } = world();
    look(pass, { first: true });
    look(fail);
    expect(verdicts(look(pass))).toEqual(['pass']);
    look(pass);
    expect(moves).toEqual(['2 suspected', '4 closed']);
  });

  test('that comes and goes opens as well', () => {
    const { look, moves } = world();
    look(pass, { first: true });
    for (const judgement of [fail, pass, fail, pass, fail]) look(judgement);
    expect(moves).toEqual(['2 suspected', '6 open']);
  });

  test('neither opens nor closes while nobody can look', () => {
    const { look, moves } = world();
    look(fail, { first: true });
    for (let i = 0; i < 5; i++) expect(verdicts(look(unknown))).toEqual(['unknown']);
    look(undefined);
    expect(moves).toEqual(['1 open']);
    expect(verdicts(look(fail))).toEqual(['fail']);
  });

  test('that was good before opens when the hold-off is over, not sooner', () => {
    const { look, moves } = world({ holdOffMs: 50_000 });
    look(pass, { first: true });
    expect(look(fail).holdMs).toBe(50_000);
    look(fail, { afterSeconds: 20 });
    expect(look(fail, { afterSeconds: 29 }).holdMs).toBe(1_000);
    look(fail, { afterSeconds: 1 });
    expect(moves).toEqual(['2 suspected', '52 open']);
  });

  test('of a server refresh of 45 seconds is never told', () => {
    const { look, moves } = world({ holdOffMs: 50_000 });
    look(pass, { first: true });
    for (let i = 0; i < 9; i++) expect(verdicts(look(fail, { afterSeconds: 5 }))).toEqual(['unknown']);
    for (let i = 0; i < 5; i++) look(pass);
    expect(moves).toEqual(['6 suspected', '50 closed']);
  });

  test('does not open in maintenance, and does after it', () => {
    const { look, moves } = world();
    look(pass, { first: true });
    for (let i = 0; i < 5; i++) look(fail, { maintenance: true });
    expect(moves).toEqual(['2 suspected']);
    look(fail);
    expect(moves).toEqual(['2 suspected', '7 open']);
  });

  test('of a subject that DNS no longer names is closed', () => {
    const { look, moves } = world();
    look(fail, { first: true });
    look(undefined, { gone: true });
    look(undefined, { gone: true });
    expect(moves).toEqual(['1 open', '3 closed']);
  });

  test('that was open before a restart is neither opened again nor told as new', () => {
    const before = world();
    before.look(fail, { first: true });
    const [known] = before.damper.standing();
    const { look, moves } = world({}, [known!]);
    expect(verdicts(look(fail))).toEqual(['fail']);
    look(pass);
    look(pass);
    expect(moves).toEqual(['3 closed']);
  });
});
