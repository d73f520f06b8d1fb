import type { Observation } from '../model/observation.ts';
import type { Round } from '../model/report.ts';
import type { Subject, Vantage } from '../model/subject.ts';

const vantageRank: Readonly<Record<Vantage, number>> = { external: 0, dmz: 1, internal: 2 };

/**
 * Rounds of one deployment beside each other, from outside to inside: those with one name, and those with the same domains.
 * All of a group bear the name of its first.
 */
export function groupRounds(rounds: readonly Round[]): readonly (readonly [Round, ...Round[]])[] {
  const groups: [Round, ...Round[]][] = [];
  for (const round of rounds.toSorted(
    (a, b) => vantageRank[a.deployment.vantage] - vantageRank[b.deployment.vantage],
  )) {
    const group = groups.find(([first]) => areOne(first, round));
    if (group) group.push(renamed(round, group[0].deployment.name, `${group.length + 1}: `));
    else groups.push([round]);
  }
  return groups;
}

function areOne({ deployment: a }: Round, { deployment: b }: Round): boolean {
  const domains = (names: readonly string[]) => names.toSorted().join(' ');
  return a.name === b.name || domains(a.domains) === domains(b.domains);
}

/** Another name in every id, and steps that are nobody else's. */
function renamed(round: Round, name: string, mark: string): Round {
  const own = round.deployment.name;
  const idOf = (id: string) => (id === own || id.startsWith(`${own}/`) ? name + id.slice(own.length) : id);
  const stepOf = (id: string) => mark + id;
  return {
    ...round,
    deployment: { ...round.deployment, name },
    subjects: round.subjects.map(
      (subject): Subject => ({ ...subject, id: idOf(subject.id), deployment: name }),
    ),
    steps: round.steps.map(step => ({
      ...{ ...step, id: stepOf(step.id), subject: idOf(step.subject) },
      ...(step.after === undefined ? {} : { after: stepOf(step.after) }),
    })),
    observations: round.observations.map((observation): Observation => {
      const moved = { ...observation, step: stepOf(observation.step), subject: idOf(observation.subject) };
      return moved.state === 'skipped'
        ? { ...moved, because: { ...moved.because, step: stepOf(moved.because.step) } }
        : moved;
    }),
  };
}

/** One round that holds what a group saw. What several saw of one subject stands there as the first of them declared it. */
export function joinRounds([first, ...others]: readonly [Round, ...Round[]]): Round {
  if (others.length === 0) return first;
  const all = [first, ...others];
  const subjects = new Map<string, Subject>();
  for (const subject of all.flatMap(round => round.subjects))
    if (!subjects.has(subject.id)) subjects.set(subject.id, subject);
  return {
    ...first,
    at: all.map(({ at }) => at).toSorted()[0]!,
    durationMs: Math.max(...all.map(({ durationMs }) => durationMs)),
    vantages: all.map(({ deployment }) => deployment.vantage),
    subjects: [...subjects.values()],
    steps: all.flatMap(round => round.steps),
    observations: all.flatMap(round => round.observations),
  };
}
