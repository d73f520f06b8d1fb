import type { Severity } from '../model/finding.ts';
import {
  changesBetween,
  type DaySlot,
  type FindingState,
  type Incident,
  type Look,
  type Standing,
  type SubjectHistory,
} from '../model/incident.ts';
import type { Report } from '../model/report.ts';
import type { StoreState } from '../model/run-state.ts';

/** The current report of one deployment, and since when each of its causes has been there. */
export type StoredReport = Standing & {
  readonly report: Report;
  /** Start of the first round of the unbroken run in which the cause was seen, ISO 8601 UTC, by cause code. */
  readonly sinceByCause: ReadonlyMap<string, string>;
};

/** What one round changed beside the report itself. */
export type Outcome = Standing & {
  /** Incidents that are new or otherwise than before. */
  readonly incidents: readonly Incident[];
  /** Looks at subjects that are worth keeping: one that is good after it was not, or one that fails otherwise than before. */
  readonly looks: readonly Look[];
};

/** Which incidents are asked for; everything that is given has to hold. */
export type IncidentQuery = {
  readonly deployment?: string;
  readonly subject?: string;
  readonly code?: string;
  readonly states?: readonly FindingState[];
  readonly severities?: readonly Severity[];
  /** Only those that were there at or after this time, and at or before that one; ISO 8601 UTC. */
  readonly since?: string;
  readonly until?: string;
  /** `next` of the page before. */
  readonly after?: string;
  /** At most 1,000; 100 when left out. */
  readonly limit?: number;
};

/** A part of a longer list, newest first. `next` is absent on the last page. */
export type Page<Item> = { readonly items: readonly Item[]; readonly total: number; readonly next?: string };

/** The latest report of every deployment, and what became of it over time. */
export type Store = {
  /** Changes whenever a report or an incident does, so that views can be kept. */
  generation(): number;
  reports(): readonly StoredReport[];
  report(deployment: string): StoredReport | undefined;
  /** Takes one round; without an outcome everything of it counts as confirmed and nothing is kept of the past. */
  put(report: Report, outcome?: Outcome): void;
  /** Takes newer timings of a round that says what it said before; nothing is written. */
  refresh(report: Report): void;
  /** Deployments that are not among these are no longer watched: their reports go, their history stays. */
  keepOnly(deployments: readonly string[]): void;
  incidents(query?: IncidentQuery): Page<Incident>;
  incident(id: string): Incident | undefined;
  /** What is kept of a subject; undefined when nobody ever looked at it. */
  subject(id: string): SubjectHistory | undefined;
  /** The 24 hours up to `nowMs` in 96 slots, oldest first. */
  day(deployment: string, nowMs: number): readonly DaySlot[];
  state(): StoreState;
  close(): void;
};

const slotMs = 900_000;
const slotsADay = 96;
const statusRank = { ok: 0, unknown: 1, warning: 2, critical: 3 } as const;

/** A store that lives as long as the process. */
export function createStore(): Store {
  const current = new Map<string, StoredReport>();
  const incidents = new Map<string, Incident>();
  const subjects = new Map<string, SubjectHistory>();
  const slots = new Map<string, Map<number, NonNullable<DaySlot['status']>>>();
  let generation = 0;

  function keepStatus({ deployment: { name }, at, diagnosis: { status } }: Report) {
    const of = slots.get(name) ?? new Map();
    slots.set(name, of);
    const slot = Math.floor(Date.parse(at) / slotMs);
    const before = of.get(slot);
    if (before === undefined || statusRank[status] > statusRank[before as keyof typeof statusRank])
      of.set(slot, status);
    for (const old of of.keys()) if (old < slot - slotsADay) of.delete(old);
  }

  return {
    generation: () => generation,
    reports: () => [...current.values()],
    report: deployment => current.get(deployment),
    put(report, outcome) {
      const { name } = report.deployment;
      const before = current.get(name)?.sinceByCause;
      const sinceByCause = new Map(
        report.diagnosis.causes.map(cause => [cause.code, before?.get(cause.code) ?? report.at]),
      );
      const { suspected, states } = outcome ?? { suspected: [], states: new Map() };
      current.set(name, { report, sinceByCause, suspected, states });
      for (const incident of outcome?.incidents ?? []) incidents.set(incident.id, incident);
      for (const look of outcome?.looks ?? [])
        subjects.set(look.subject, withLook(subjects.get(look.subject), name, look));
      keepStatus(report);
      generation++;
    },
    refresh(report) {
      const before = current.get(report.deployment.name);
      if (!before) return;
      current.set(report.deployment.name, { ...before, report });
      keepStatus(report);
      generation++;
    },
    keepOnly(deployments) {
      for (const name of current.keys()) if (!deployments.includes(name)) current.delete(name);
      generation++;
    },
    incidents: query => pageOf([...incidents.values()], query ?? {}),
    incident: id => incidents.get(id),
    subject: id => subjects.get(id),
    day(deployment, nowMs) {
      const last = Math.floor(nowMs / slotMs);
      return Array.from({ length: slotsADay }, (_, i) => {
        const slot = last - slotsADay + 1 + i;
        const status = slots.get(deployment)?.get(slot);
        return { at: new Date(slot * slotMs).toISOString(), ...(status ? { status } : {}) };
      });
    },
    state: () => ({ bytes: 0, lost: 0 }),
    close: () => {},
  };
}

function withLook(before: SubjectHistory | undefined, deployment: string, look: Look): SubjectHistory {
  const { subject } = look;
  const good = look.codes.length === 0 ? look : before?.good;
  const failures =
    look.codes.length === 0 ? (before?.failures ?? []) : [look, ...(before?.failures ?? [])].slice(0, 20);
  const changes = good && look.codes.length > 0 ? changesBetween(good.facts, look.facts) : [];
  return { subject, deployment, ...(good ? { good } : {}), failures, changes };
}

function pageOf(all: readonly Incident[], query: IncidentQuery): Page<Incident> {
  const { deployment, subject, code, states, severities, since, until, after, limit = 100 } = query;
  const items = all
    .filter(
      one =>
        (deployment === undefined || one.deployment === deployment) &&
        (subject === undefined || one.subject === subject) &&
        (code === undefined || one.code === code) &&
        (!states || states.includes(one.state)) &&
        (!severities || severities.includes(one.severity)) &&
        (since === undefined || one.closedAt === undefined || one.closedAt >= since) &&
        (until === undefined || one.suspectedAt <= until),
    )
    .toSorted((a, b) =>
      a.suspectedAt < b.suspectedAt ? 1 : a.suspectedAt > b.suspectedAt ? -1 : a.id < b.id ? 1 : -1,
    );
  const start = after === undefined ? 0 : items.findIndex(one => one.id === after) + 1;
  const page = items.slice(start, start + limit);
  const more = start + limit < items.length;
  return { items: page, total: items.length, ...(more ? { next: page.at(-1)!.id } : {}) };
}
