import type { Observation, Reading } from '../model/observation.ts';
import type { Round } from '../model/report.ts';
import type { Subject, SubjectKind, SubjectOf } from '../model/subject.ts';
import { parseVersion } from '../model/version.ts';
import type { Need, ReadingFor, RoundView } from './check.ts';
import { oldestOf, type SeenVersion, seenVersions } from './versions.ts';

/** A round indexed for judging: by subject and need, in constant time. */
export type IndexedRound = RoundView & {
  observation(subjectId: string, need: Need): Observation | undefined;
};

/** The need an observation answers: its layer, and for DNS the question too. */
function needOf(observation: Observation): Need {
  return (observation.topic ? `${observation.kind}:${observation.topic}` : observation.kind) as Need;
}

/** Builds the view of a round that checks judge from; `others` are rounds of the same deployment from elsewhere. */
export function indexRound(round: Round, others: readonly Round[] = []): IndexedRound {
  const subjects = new Map<string, Subject>();
  const byKind = new Map<SubjectKind, Subject[]>();
  for (const subject of round.subjects) {
    subjects.set(subject.id, subject);
    const list = byKind.get(subject.kind);
    if (list) list.push(subject);
    else byKind.set(subject.kind, [subject]);
  }
  const bySubject = new Map<string, Map<Need, Observation>>();
  const byNeed = new Map<Need, Observation[]>();
  for (const observation of round.observations) {
    const need = needOf(observation);
    const needs = bySubject.get(observation.subject);
    if (needs) needs.set(need, observation);
    else bySubject.set(observation.subject, new Map([[need, observation]]));
    const list = byNeed.get(need);
    if (list) list.push(observation);
    else byNeed.set(need, [observation]);
  }
  const { deployment } = round;
  let seen: readonly SeenVersion[] | undefined;
  return {
    vantage: deployment.vantage,
    atMs: Date.parse(round.at),
    deployment,
    others: others.map(other => indexRound(other)),
    errored: round.observations.filter(observation => observation.state === 'errored'),
    subjects: <K extends SubjectKind>(kind: K) => (byKind.get(kind) ?? []) as SubjectOf<K>[],
    subject: id => subjects.get(id),
    observation: (id, need) => bySubject.get(id)?.get(need),
    reading<N extends Need>(id: string, need: N) {
      const observation = bySubject.get(id)?.get(need);
      return observation?.state === 'observed'
        ? (observation.reading as Reading as ReadingFor<N>)
        : undefined;
    },
    readings<N extends Need>(need: N) {
      const found: { subject: Subject; reading: ReadingFor<N> }[] = [];
      for (const observation of byNeed.get(need) ?? []) {
        const subject = subjects.get(observation.subject);
        if (subject && observation.state === 'observed') {
          found.push({ subject, reading: observation.reading as Reading as ReadingFor<N> });
        }
      }
      return found;
    },
    version(role, host) {
      const declared =
        deployment.nodes[role].find(node => node.name === host)?.version ?? deployment.versions[role];
      if (declared !== undefined) return parseVersion(declared);
      seen ??= seenVersions(this);
      return oldestOf(seen, role, host);
    },
  };
}
