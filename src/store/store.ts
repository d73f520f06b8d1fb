import type { DatabaseSync } from 'node:sqlite';
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
import {
  bytesUsed,
  identityOf,
  isDamage,
  isOfFile,
  openDatabase,
  openForReading,
  reasonOf,
  setAside,
} from './database.ts';
import { createRecords, type Entry, lean, type Records } from './records.ts';

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

export type StoreSettings = {
  /** The SQLite file; memory only without one. */
  readonly file?: string;
  /** How long closed incidents and failed looks are kept. */
  readonly keepMs: number;
  /** Size above which the oldest are dropped. */
  readonly maxBytes: number;
  /** Failed looks kept of each subject. */
  readonly failures: number;
  /** Told of trouble with the file, once each time it begins; the store goes on in memory. */
  readonly onProblem: (message: string, fields: { readonly file: string; readonly reason: string }) => void;
  readonly onRecovery: (message: string) => void;
};

const slotMs = 900_000;
const slotsADay = 96;
const slotsKept = 8 * slotsADay;
/** Between two attempts at a file that cannot be written, and between two looks whether it is still there. */
const retryMs = 5_000;
const tidyMs = 600_000;
/** Rounds that wait for a disk with room; beyond this the oldest are lost. */
const waitingMost = 10_000;
/** More findings than this are not open at once in any fleet that one process watches. */
const standingMost = 100_000;

/** A store that lives as long as the process. */
export function createStore(): Store {
  const none = () => {};
  return openStore({
    ...{ keepMs: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, failures: 20 },
    ...{ onProblem: none, onRecovery: none },
  });
}

type Open = { readonly database: DatabaseSync; readonly records: Records; readonly onDisk: boolean };

/**
 * Opens a store. Whatever is wrong with its file, it works: a damaged or foreign file is set aside, and what cannot be
 * written waits in memory until it can.
 */
export function openStore(settings: StoreSettings): Store {
  const { file, onProblem, onRecovery } = settings;
  const current = new Map<string, StoredReport>();
  /** What is not closed: it outlives the file that it is written in. */
  const standing = new Map<string, Incident>();
  /** Rounds that the disk has not taken, in order. */
  let waiting: Entry[] = [];
  let generation = 0;
  let lost = 0;
  let problem: string | undefined;
  let triedMs = performance.now();
  let tidiedMs = triedMs;
  let identity: number | undefined;
  let open = begin();
  restore();

  function openFile(path: string): Open {
    const database = openDatabase(path);
    return { database, records: createRecords(database, settings.failures), onDisk: path !== ':memory:' };
  }

  function begin(): Open {
    if (file === undefined) return openFile(':memory:');
    try {
      return openOrSetAside(file);
    } catch (error) {
      fail(file, error);
      return openFile(':memory:');
    }
  }

  function openOrSetAside(path: string): Open {
    let opened: Open;
    try {
      opened = openFile(path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const place = setAside(path, Date.now());
      onProblem('the history was set aside and a new one begun', { file: place, reason: reasonOf(error) });
      opened = openFile(path);
    }
    identity = identityOf(path);
    return opened;
  }

  /** Reports of the time before a restart, until there are newer ones. */
  function restore() {
    if (!open.onDisk || file === undefined) return;
    try {
      for (const { json, since, standing } of open.records.reports()) {
        const report = JSON.parse(json) as Report;
        const { suspected, states } = JSON.parse(standing);
        current.set(report.deployment.name, {
          ...{ report, sinceByCause: new Map(JSON.parse(since)), suspected, states: new Map(states) },
        });
      }
      const unclosed = open.records.incidents({ states: ['suspected', 'open'] }, standingMost);
      for (const incident of unclosed.items) standing.set(incident.id, incident);
    } catch (error) {
      damaged(file, error);
    }
  }

  function fail(path: string, error: unknown) {
    const reason = reasonOf(error);
    if (problem !== reason)
      onProblem('the history cannot be written; it is kept in memory', { file: path, reason });
    problem = reason;
    triedMs = performance.now();
  }

  /** The file broke under our hands: what is known goes into a new one. */
  function damaged(path: string, error: unknown) {
    try {
      open.database.close();
    } catch {
      // A broken file may not even close.
    }
    open = openFile(':memory:');
    try {
      if (identityOf(path) !== undefined) {
        const place = setAside(path, Date.now());
        onProblem('the history was set aside and a new one begun', { file: place, reason: reasonOf(error) });
      } else
        onProblem('the history vanished and a new one is begun', { file: path, reason: 'there is no file' });
      open = openOrSetAside(path);
    } catch (again) {
      fail(path, again);
    }
    const known = [...current.values()].map(stored => {
      const { name } = stored.report.deployment;
      const incidents = [...standing.values()].filter(({ deployment }) => deployment === name);
      return entryOf(stored, incidents, []);
    });
    waiting = [...known, ...waiting];
  }

  function entryOf(
    { report, sinceByCause, suspected, states }: StoredReport,
    incidents: readonly Incident[],
    looks: readonly Look[],
  ): Entry {
    const { deployment, at, diagnosis } = report;
    return {
      ...{ deployment: deployment.name, at, status: diagnosis.status, slot: slotOf(Date.parse(at)) },
      report: {
        ...{ json: lean(report), since: JSON.stringify([...sinceByCause]) },
        standing: JSON.stringify({ suspected, states: [...states] }),
      },
      incidents,
      looks: looks.map(look => ({ deployment: deployment.name, look })),
    };
  }

  function flush() {
    if (file !== undefined && !prepared(file)) return;
    while (waiting.length > 0) {
      try {
        open.records.write(waiting[0]!);
        waiting.shift();
      } catch (error) {
        if (file === undefined || !isOfFile(error)) {
          // A round that cannot be written anywhere must not hold up those behind it.
          waiting.shift();
          lost++;
          throw error;
        }
        if (isDamage(error)) damaged(file, error);
        else fail(file, error);
        break;
      }
    }
    if (waiting.length > waitingMost) lost += waiting.splice(0, waiting.length - waitingMost).length;
    if (waiting.length === 0 && open.onDisk && problem !== undefined) {
      problem = undefined;
      onRecovery('the history can be written again; nothing that waited is missing');
    }
    if (performance.now() - tidiedMs > tidyMs) tidy();
  }

  /** Whether it makes sense to write: the file is there, or it is time for another attempt. */
  function prepared(path: string): boolean {
    if (performance.now() - triedMs < retryMs) return problem === undefined;
    triedMs = performance.now();
    if (open.onDisk && identityOf(path) !== identity)
      damaged(path, new Error('another file is in its place'));
    if (open.onDisk) return true;
    try {
      const opened = openOrSetAside(path);
      opened.records.takeOver(open.database);
      open.database.close();
      open = opened;
    } catch (error) {
      fail(path, error);
    }
    return true;
  }

  function tidy() {
    tidiedMs = performance.now();
    try {
      const nowMs = Date.now();
      open.records.expire(
        new Date(Math.max(0, nowMs - settings.keepMs)).toISOString(),
        slotOf(nowMs) - slotsKept,
      );
      while (bytesUsed(open.database) > settings.maxBytes && open.records.shrink());
    } catch (error) {
      if (file !== undefined) fail(file, error);
    }
  }

  /** Reads; a file that broke meanwhile is replaced, and what is known is asked again. */
  function read<T>(ask: (records: Records) => T): T {
    try {
      return ask(open.records);
    } catch (error) {
      if (file === undefined) throw error;
      if (isDamage(error)) damaged(file, error);
      else fail(file, error);
      return ask(open.records);
    }
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
      const stored = { report, sinceByCause, suspected, states };
      current.set(name, stored);
      const { incidents = [], looks = [] } = outcome ?? {};
      for (const incident of incidents) {
        if (incident.state === 'closed') standing.delete(incident.id);
        else standing.set(incident.id, incident);
      }
      waiting.push(entryOf(stored, incidents, looks));
      generation++;
      flush();
    },
    refresh(report) {
      const before = current.get(report.deployment.name);
      if (!before) return;
      current.set(report.deployment.name, { ...before, report });
      generation++;
      if (waiting.length > 0) flush();
    },
    keepOnly(deployments) {
      for (const name of current.keys()) {
        if (deployments.includes(name)) continue;
        current.delete(name);
        read(records => records.dropReport(name));
      }
      generation++;
    },
    incidents(query = {}) {
      const limit = Math.min(1_000, Math.max(1, query.limit ?? 100));
      const kept = read(records => records.incidents(query, limit + 1));
      const all = query.after === undefined ? withWaiting(kept, waiting, query) : kept;
      const items = all.items.slice(0, limit);
      return { items, total: all.total, ...(all.items.length > limit ? { next: items.at(-1)!.id } : {}) };
    },
    incident: id =>
      waiting.flatMap(({ incidents }) => incidents).findLast(one => one.id === id) ??
      read(records => records.incident(id)),
    subject(id) {
      const fresh = waiting.flatMap(({ looks }) => looks.filter(({ look }) => look.subject === id)).reverse();
      const kept = read(records => records.looks(id));
      return historyOf(id, [
        ...fresh.map(({ deployment, look }) => ({ deployment, look, good: look.codes.length === 0 })),
        ...kept,
      ]);
    },
    day(deployment, nowMs) {
      const first = slotOf(nowMs) - slotsADay + 1;
      const known = read(records => records.slots(deployment, first));
      return Array.from({ length: slotsADay }, (_, i) => {
        const status = known.get(first + i);
        return { at: new Date((first + i) * slotMs).toISOString(), ...(status ? { status } : {}) };
      });
    },
    state: () => ({
      ...(file === undefined ? {} : { file }),
      ...(problem === undefined ? {} : { problem }),
      ...{ bytes: read(() => bytesUsed(open.database)), lost },
    }),
    close() {
      if (waiting.length > 0) {
        triedMs = Number.NEGATIVE_INFINITY;
        flush();
      }
      open.database.close();
    },
  };
}

/** What `mradar history` reads beside a running daemon. Throws what says why the file cannot be read. */
export function readHistory(file: string): Pick<Store, 'incidents' | 'subject'> & { close(): void } {
  const database = openForReading(file);
  const records = createRecords(database, 0);
  return {
    incidents(query = {}) {
      const limit = Math.min(1_000, Math.max(1, query.limit ?? 100));
      const { items, total } = records.incidents(query, limit + 1);
      const page = items.slice(0, limit);
      return { items: page, total, ...(items.length > limit ? { next: page.at(-1)!.id } : {}) };
    },
    subject: id => historyOf(id, records.looks(id)),
    close: () => database.close(),
  };
}

function slotOf(ms: number): number {
  return Math.floor(ms / slotMs);
}

function historyOf(
  subject: string,
  looks: readonly { readonly deployment: string; readonly good: boolean; readonly look: Look }[],
): SubjectHistory | undefined {
  const newest = looks[0];
  if (!newest) return undefined;
  const good = looks.find(one => one.good)?.look;
  const failures = looks.filter(one => !one.good).map(({ look }) => look);
  const changes = good && !newest.good ? changesBetween(good.facts, newest.look.facts) : [];
  return { subject, deployment: newest.deployment, ...(good ? { good } : {}), failures, changes };
}

/** While the disk takes nothing, what waits for it stands over what it has. */
function withWaiting(
  kept: { readonly items: readonly Incident[]; readonly total: number },
  waiting: readonly Entry[],
  query: IncidentQuery,
) {
  if (waiting.length === 0) return kept;
  const fresh = new Map(waiting.flatMap(({ incidents }) => incidents.map(one => [one.id, one] as const)));
  const old = kept.items.filter(one => !fresh.has(one.id));
  const items = [...old, ...[...fresh.values()].filter(one => fits(one, query))].sort((a, b) =>
    a.suspectedAt < b.suspectedAt || (a.suspectedAt === b.suspectedAt && a.id < b.id) ? 1 : -1,
  );
  return { items, total: Math.max(kept.total, items.length) };
}

function fits(one: Incident, query: IncidentQuery): boolean {
  const { deployment, subject, code, states, severities, since, until } = query;
  return (
    (deployment === undefined || one.deployment === deployment) &&
    (subject === undefined || one.subject === subject) &&
    (code === undefined || one.code === code) &&
    (!states || states.includes(one.state)) &&
    (!severities || severities.includes(one.severity)) &&
    (since === undefined || one.closedAt === undefined || one.closedAt >= since) &&
    (until === undefined || one.suspectedAt <= until)
  );
}
