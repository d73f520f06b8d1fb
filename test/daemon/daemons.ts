import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/daemon.ts';
import type { Log } from '../../src/log.ts';
import type { Deployment } from '../../src/model/deployment.ts';
import type { Report } from '../../src/model/report.ts';
import { createBudget } from '../../src/schedule/budget.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { deploymentOf } from '../scenarios/simulated.ts';

export type Line = {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
};

/** A daemon under test, with what it said. */
export type Watched = {
  readonly daemon: Daemon;
  readonly file: string;
  readonly lines: readonly Line[];
  /** Resolves with the next report (or the one that is there) for which that holds. */
  until(holds: (report: Report) => boolean): Promise<Report>;
  stop(): Promise<void>;
};

/** Everything of the simulator as seen from outside, looked at twice a second. */
export function quick(simulator: Simulator, values: Partial<Deployment> = {}): Deployment {
  return {
    ...deploymentOf(simulator, 'external'),
    intervalsMs: { dns: 500, port: 500, edge: 500, seldom: 3_000 },
    ...values,
  };
}

export function configFor(deployments: readonly Deployment[], values: Partial<Config> = {}): Config {
  const base = parseConfig(
    '{deployments: [{domains: [x.example]}], listen: "127.0.0.1:0"}',
    'm.yaml',
    () => '',
  );
  const confirm = { failures: 2, successes: 2, holdOffMs: 0, recheckMs: 200 };
  return { ...base, deployments, confirm, ...values };
}

/** Starts a daemon with a history in a folder of its own. */
export async function watched(config: Config, options: Partial<DaemonOptions> = {}): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'mradar-daemon-'));
  const file = join(folder, 'mradar.db');
  const lines: Line[] = [];
  const say =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void lines.push({ level, message, fields: { ...fields } });
  const log: Log = {
    ...{ debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...{ choose: () => {}, end: async () => {} },
  };
  const latest = new Map<string, Report>();
  let waiting: (() => void)[] = [];
  const daemon = await startDaemon({
    ...{ config: { ...config, store: { ...config.store, file } }, log },
    budget: createBudget(Number.POSITIVE_INFINITY, 1),
    onReport(report) {
      latest.set(report.deployment.name, report);
      for (const go of waiting.splice(0)) go();
    },
    ...options,
  });
  return {
    ...{ daemon, file, lines },
    async until(holds) {
      for (;;) {
        const found = [...latest.values()].find(holds);
        if (found) return found;
        await new Promise<void>(go => waiting.push(go));
      }
    },
    async stop() {
      waiting = [];
      await daemon.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Codes of the causes that are worse than information. */
export function causes({ diagnosis }: Report): readonly string[] {
  return diagnosis.causes.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
}
