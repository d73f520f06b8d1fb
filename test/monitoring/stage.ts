import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import type { Log } from '../../src/log.ts';
import type { Vantage } from '../../src/model/subject.ts';
import { createBudget } from '../../src/schedule/budget.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { newFolder, startChild, until } from '../lab/child.ts';

const root = resolve(import.meta.dirname, '../..');

/** One alert as Alertmanager tells it to a receiver. */
export type Told = {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alertname: string;
  readonly startsAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** Prometheus and Alertmanager with the rules and the example of this repository, and who is told. */
export type Monitoring = {
  /** Everything that a receiver was told, in order. */
  readonly told: readonly Told[];
  /** Scrapes these from now on. */
  scrape(urls: readonly string[]): void;
  /** What an instant query gives. */
  query(expr: string): Promise<readonly Sample[]>;
  range(expr: string, seconds: number): Promise<readonly Line[]>;
  stop(): Promise<void>;
};
export type Sample = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
};
export type Line = {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
};

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

/** Starts both on loopback, ready to scrape. Everything is as in the examples but for addresses and for how long they wait. */
export async function startMonitoring(): Promise<Monitoring> {
  const told: Told[] = [];
  const sink = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { receiver, alerts } = JSON.parse(Buffer.concat(chunks).toString());
    for (const { status, labels, annotations, startsAt } of alerts)
      told.push({ receiver, status, alertname: labels.alertname, startsAt, labels, annotations });
    response.end();
  });
  await new Promise<void>(done => sink.listen(0, '127.0.0.1', done));
  const sinkPort = (sink.address() as AddressInfo).port;
  const [alertmanagerPort, prometheusPort] = [await freePort(), await freePort()];
  const api = `http://127.0.0.1:${prometheusPort}`;

  const alertmanagerFolder = await newFolder('alertmanager');
  const example = parse(readFileSync(join(root, 'dashboards/alertmanager/alertmanager.yml'), 'utf8'));
  Object.assign(example.route, { group_wait: '3s', group_interval: '8s' });
  for (const { webhook_configs: hooks } of example.receivers) hooks[0].url = `http://127.0.0.1:${sinkPort}/`;
  writeFileSync(join(alertmanagerFolder, 'alertmanager.yml'), stringify(example));
  const alertmanager = await startChild({
    package: 'prometheus-alertmanager',
    program: '/usr/bin/prometheus-alertmanager',
    args: [
      '--config.file=alertmanager.yml',
      '--storage.path=data',
      '--cluster.listen-address=',
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    ],
    folder: alertmanagerFolder,
    ready: () => answers(`http://127.0.0.1:${alertmanagerPort}/-/ready`),
  });

  const folder = await newFolder('prometheus');
  const targets = join(folder, 'targets.json');
  writeFileSync(targets, '[]');
  const config = parse(readFileSync(join(root, 'dashboards/prometheus/prometheus.yml'), 'utf8'));
  Object.assign(config.global, { scrape_interval: '1s', evaluation_interval: '1s' });
  config.rule_files = config.rule_files.map((file: string) => join(root, 'dashboards/prometheus', file));
  config.alerting.alertmanagers[0].static_configs[0].targets = [`127.0.0.1:${alertmanagerPort}`];
  config.scrape_configs = [{ job_name: 'mradar', file_sd_configs: [{ files: [targets] }] }];
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const prometheus = await startChild({
    package: 'prometheus',
    program: '/usr/bin/prometheus',
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ],
    folder,
    ready: () => answers(`${api}/-/ready`),
  });

  async function ask<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${api}${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: { result: T };
      error?: string;
    };
    if (status !== 'success') throw new Error(`${parameters.query}: ${error}`);
    return data.result;
  }

  return {
    told,
    scrape: urls => writeFileSync(targets, JSON.stringify([{ targets: urls.map(url => new URL(url).host) }])),
    query: expr => ask('/api/v1/query', { query: expr }),
    range(expr, seconds) {
      const now = Date.now() / 1000;
      return ask('/api/v1/query_range', {
        ...{ query: expr, step: '2' },
        ...{ start: String(now - seconds), end: String(now) },
      });
    },
    async stop() {
      await Promise.all([prometheus.stop(), alertmanager.stop()]);
      await new Promise(done => sink.close(done));
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** A simulated deployment and the daemon that watches it. */
export type Watched = { readonly simulator: Simulator; readonly daemon: Daemon; stop(): Promise<void> };

/** Watches a simulated deployment from these places; short intervals, findings confirmed as by default. */
export async function startWatched(vantages: readonly Vantage[]): Promise<Watched> {
  const simulator = await startSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'mradar-monitoring-'));
  const trust = join(folder, 'trust.pem');
  writeFileSync(trust, simulator.trust);
  const configs = vantages.map(vantage => {
    const file = join(folder, `${vantage}.yaml`);
    const text = simulator.yaml(vantage === 'internal' ? 'internal' : 'external', trust);
    // what is seen from the DMZ is asked for with the names of outside
    writeFileSync(file, text.replace('vantage: external', `vantage: ${vantage}`));
    return readConfig(file);
  });
  const intervalsMs = { dns: 1_500, port: 1_500, edge: 1_500, seldom: 9_000 };
  const deployments = configs
    .flatMap(config => config.deployments)
    .map(deployment => ({ ...deployment, intervalsMs, timeoutMs: 2_000 }));
  const confirm = { failures: 2, successes: 2, holdOffMs: 0, recheckMs: 300 };
  const listen = { host: '127.0.0.1', port: 0 };
  const budget = createBudget(Number.POSITIVE_INFINITY, 1);
  const daemon = await startDaemon({
    config: { ...configs[0]!, deployments, confirm, listen },
    ...{ log: quiet, budget },
  });
  const ready = await until(() => answers(`${daemon.url}-/ready`), 20_000);
  if (!ready) throw new Error('the simulated deployment was not looked at within 20 s');
  return {
    ...{ simulator, daemon },
    async stop() {
      await daemon.stop();
      await simulator.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const quiet: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  // findings are errors here by design; what failed inside is not
  error: (message, fields = {}) => {
    if ('error' in fields) console.error(message, fields);
  },
  choose: () => {},
  end: async () => {},
};
