import type { Confirmation } from './config/config.ts';
import type { Diagnosis, Finding, Judgement } from './model/finding.ts';
import {
  type Change,
  type FindingState,
  findingKey,
  type Incident,
  type Standing,
} from './model/incident.ts';
import type { Round, RoundStep } from './model/report.ts';
import type { Subject } from './model/subject.ts';
import { hash } from './schedule/spread.ts';

/** What is true of the moment in which a round is taken. */
export type Moment = {
  /** How often each step has run: only a new look confirms anything. */
  readonly runs: ReadonlyMap<string, number>;
  /** Nothing was known before: there is no change that could pass by itself, so what fails is open at once. */
  readonly first: boolean;
  /** The deployment is worked on: nothing opens. */
  readonly maintenance: boolean;
};

export type Settled = Standing & {
  /** The judgements as they may be told: without what is only suspected, with what may not be over yet. */
  readonly judgements: readonly Judgement[];
  /** Incidents that are new or otherwise than before, once it is known what explains them. */
  readonly moved: (
    diagnosis: Diagnosis,
    changesOf: (subject: string) => readonly Change[],
  ) => readonly Incident[];
  /** Steps that have to be looked at again before it is known what to say. */
  readonly unsettled: readonly string[];
  /** Milliseconds until the first hold-off ends; absent without one. */
  readonly holdMs?: number;
};

/** The state of every finding of one deployment over time. */
export type Damper = {
  settle(round: Round, judgements: readonly Judgement[], moment: Moment): Settled;
  /** Findings that are suspected or open. */
  standing(): readonly Incident[];
  /** The clock by which rounds are stamped was set by so many milliseconds. */
  shift(ms: number): void;
  /** Other numbers from now on. */
  confirm(confirmation: Confirmation): void;
};

type Track = {
  incident: Incident;
  finding: Finding;
  /** Which check says so of which subject: the finding itself may be about another one. */
  readonly judged: string;
  /** A failure adds 1, a success takes half of it away: so what comes and goes opens as well. */
  score: number;
  successes: number;
  /** Sum of the runs of its steps when it was last counted. */
  counted: number;
  /** The subject was seen good before this began. */
  readonly change: boolean;
  /** When it began, by the clock as it is now. */
  begunMs: number;
};

/** Makes the state machine of one deployment; `known` are the incidents that a store remembers as not closed. */
export function createDamper(first: Confirmation, known: readonly Incident[]): Damper {
  let confirmation = first;
  const tracks = new Map<string, Track>();
  for (const incident of known) tracks.set(findingKey(incident), resumed(incident));

  function settle(round: Round, judgements: readonly Judgement[], moment: Moment): Settled {
    const subjects = new Set(round.subjects.map(subject => subject.id));
    const byJudged = new Map(judgements.map(judgement => [judgedKey(judgement), judgement]));
    const moved = new Set<Track>();
    const seen = new Set<string>();

    for (const judgement of judgements) {
      if (judgement.verdict !== 'fail') continue;
      for (const finding of judgement.findings) {
        const key = findingKey(finding);
        if (seen.has(key)) continue;
        seen.add(key);
        const looks = looksAt(finding, round, moment.runs);
        const track = tracks.get(key) ?? begun(round, finding, judgement, moment.first);
        const isNew = !tracks.has(key);
        tracks.set(key, track);
        const fresh = isNew || looks !== track.counted;
        const said = track.finding.message !== finding.message;
        track.finding = finding;
        track.counted = looks;
        if (!fresh && !said) continue;
        if (fresh) {
          track.score = Math.min(confirmation.failures, track.score + 1);
          track.successes = 0;
        }
        const opens = track.incident.state === 'suspected' && mayOpen(track, round, moment);
        const { message, evidence, severity, affects } = finding;
        track.incident = {
          ...{ ...track.incident, message, evidence, severity, affects },
          ...{ seenAt: round.at, sightings: track.incident.sightings + (fresh ? 1 : 0) },
          ...(opens ? { state: 'open', openedAt: round.at } : {}),
        };
        if (isNew || opens || said) moved.add(track);
      }
    }

    for (const [key, track] of tracks) {
      if (seen.has(key)) continue;
      const judgement = byJudged.get(track.judged);
      const gone = !subjects.has(track.incident.subject);
      // Whoever could not look says nothing of its end.
      if (!gone && (judgement === undefined || judgement.verdict === 'unknown')) continue;
      const looks = gone ? Date.parse(round.at) : looksAt(track.finding, round, moment.runs);
      if (looks === track.counted) continue;
      track.counted = looks;
      track.successes += 1;
      track.score = Math.max(0, track.score - 0.5);
      const isOver =
        track.incident.state === 'open' ? track.successes >= confirmation.successes : track.score === 0;
      if (!isOver) continue;
      tracks.delete(key);
      track.incident = { ...track.incident, state: 'closed', closedAt: round.at };
      moved.add(track);
    }
    return {
      ...standingOf(),
      moved: explained([...moved]),
      judgements: told(judgements),
      ...unsettledIn(round, seen),
    };
  }

  function mayOpen(track: Track, round: Round, { first, maintenance }: Moment): boolean {
    if (maintenance) return false;
    if (first) return true;
    return track.score >= confirmation.failures && holdLeft(track, round) <= 0;
  }

  /** Some changes hurt for less than a minute and pass by themselves: a server refresh, a restart of a service. */
  function holdLeft({ change, begunMs }: Track, round: Round): number {
    return change ? begunMs + confirmation.holdOffMs - Date.parse(round.at) : 0;
  }

  function standingOf(): Standing {
    const states = new Map<string, FindingState>();
    const suspected: Finding[] = [];
    for (const [key, { incident, finding }] of tracks) {
      states.set(key, incident.state);
      if (incident.state === 'suspected') suspected.push(finding);
    }
    return { states, suspected };
  }

  function told(judgements: readonly Judgement[]): readonly Judgement[] {
    if (tracks.size === 0) return judgements;
    const open = new Map<string, Finding[]>();
    for (const { incident, finding, judged } of tracks.values())
      if (incident.state === 'open') open.set(judged, [...(open.get(judged) ?? []), finding]);
    return judgements.map(judgement => {
      const { check, subject, verdict } = judgement;
      const kept = open.get(judgedKey(judgement)) ?? [];
      if (verdict === 'unknown') return judgement;
      if (verdict === 'fail') {
        const now = new Set(judgement.findings.map(findingKey));
        const findings = [
          ...judgement.findings.filter(
            finding => tracks.get(findingKey(finding))?.incident.state !== 'suspected',
          ),
          ...kept.filter(finding => !now.has(findingKey(finding))),
        ];
        if (findings.length > 0) return { check, subject, verdict, findings };
        return {
          ...{ check, subject, verdict: 'unknown' },
          because: 'it was seen failing, which another look has to confirm',
        } as const;
      }
      return kept.length > 0 ? { check, subject, verdict: 'fail', findings: kept } : judgement;
    });
  }

  function unsettledIn(round: Round, seen: ReadonlySet<string>) {
    const steps = new Set<string>();
    let holdMs = Number.POSITIVE_INFINITY;
    for (const [key, track] of tracks) {
      const { state } = track.incident;
      if (state === 'suspected' || (state === 'open' && !seen.has(key) && track.successes > 0))
        for (const step of stepsOf(track.finding, round)) steps.add(step);
      if (state === 'suspected' && track.change)
        holdMs = Math.min(holdMs, Math.max(0, holdLeft(track, round)));
    }
    return { unsettled: [...steps], ...(Number.isFinite(holdMs) ? { holdMs } : {}) };
  }

  return {
    settle,
    standing: () => [...tracks.values()].map(({ incident }) => incident),
    shift(ms) {
      for (const track of tracks.values()) track.begunMs += ms;
    },
    confirm(other) {
      confirmation = other;
    },
  };
}

function begun(round: Round, finding: Finding, judged: Judgement, first: boolean): Track {
  const { code, severity, affects, check, subject, message, evidence } = finding;
  const { name } = round.deployment;
  const id = `${Date.parse(round.at).toString(36)}-${hash(`${name} ${code} ${subject}`).toString(36)}`;
  const incident: Incident = {
    ...{ id, deployment: name, code, severity, affects, check, subject, judged: judged.subject },
    ...{ message, evidence, cause: code, state: 'suspected', suspectedAt: round.at, seenAt: round.at },
    ...{ sightings: 0, changes: [] },
  };
  return {
    ...{ incident, finding, judged: judgedKey(judged), score: 0, successes: 0, counted: -1 },
    ...{ change: !first, begunMs: Date.parse(round.at) },
  };
}

/** What was known before a restart. Its steps are not: the first look at its subject shows them. */
function resumed(incident: Incident): Track {
  const { code, severity, affects, check, subject, evidence, message, judged } = incident;
  return {
    incident,
    finding: { code, severity, affects, check, subject, evidence, message, steps: [] },
    ...{ judged: `${check} ${judged}`, score: incident.sightings },
    ...{ successes: 0, counted: -1, change: true, begunMs: Date.parse(incident.suspectedAt) },
  };
}

/** Of what is over nothing new is known; its cause stays what it was. */
function explained(moved: readonly Track[]): Settled['moved'] {
  return (diagnosis, changesOf) =>
    moved.map(track => {
      const { incident } = track;
      if (incident.state === 'closed') return incident;
      const cause = diagnosis.causes.find(({ findings, consequences }) =>
        [...findings, ...consequences].some(finding => findingKey(finding) === findingKey(incident)),
      );
      track.incident = {
        ...incident,
        ...(cause ? { cause: cause.code } : {}),
        ...(cause?.entry ? { entry: cause.entry.id } : {}),
        ...(incident.changes.length === 0 ? { changes: changesOf(incident.subject) } : {}),
      };
      return track.incident;
    });
}

function judgedKey({ check, subject }: { readonly check: string; readonly subject: string }): string {
  return `${check} ${subject}`;
}

/** The steps that show a finding; a check that looks at many names none, then those about its subject. */
function stepsOf(finding: Finding, round: Round): readonly string[] {
  if (finding.steps.length > 0) return finding.steps;
  const about = round.subjects.find(({ id }) => id === finding.subject);
  const fits =
    about?.kind === 'resolver'
      ? ({ topic }: RoundStep) => topic?.startsWith(`${about.view}:`) ?? false
      : ({ subject }: RoundStep) => subjects.has(subject);
  const subjects = new Set(round.subjects.filter(one => belongs(one, about)).map(({ id }) => id));
  return round.steps.filter(fits).map(({ id }) => id);
}

/** Whether looking at one of them is looking at the other, too. */
function belongs(one: Subject, about: Subject | undefined): boolean {
  if (about === undefined || about.kind === 'deployment') return true;
  return about.kind === 'node' ? 'host' in one && one.host === about.host : one.id === about.id;
}

function looksAt(finding: Finding, round: Round, runs: ReadonlyMap<string, number>): number {
  return stepsOf(finding, round).reduce((sum, step) => sum + (runs.get(step) ?? 0), 0);
}
