import type { Report } from '../model/report.ts';

/** The current report of one deployment, and since when each of its causes has been there. */
export type StoredReport = {
  readonly report: Report;
  /** Start of the first round of the unbroken run in which the cause was seen, ISO 8601 UTC, by cause code. */
  readonly sinceByCause: ReadonlyMap<string, string>;
};

/** The latest report of every deployment. `generation` changes whenever a report does, so that views can be kept. */
export type Store = {
  reports(): readonly StoredReport[];
  report(deployment: string): StoredReport | undefined;
  put(report: Report): void;
  generation(): number;
};

/** A store that lives as long as the process. */
export function createStore(): Store {
  const current = new Map<string, StoredReport>();
  let generation = 0;
  return {
    reports: () => [...current.values()],
    report: deployment => current.get(deployment),
    put(report) {
      const before = current.get(report.deployment.name)?.sinceByCause;
      const sinceByCause = new Map(
        report.diagnosis.causes.map(cause => [cause.code, before?.get(cause.code) ?? report.at]),
      );
      current.set(report.deployment.name, { report, sinceByCause });
      generation++;
    },
    generation: () => generation,
  };
}
