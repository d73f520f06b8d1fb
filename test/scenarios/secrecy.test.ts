import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import { createLog } from '../../src/log.ts';
import type { Deployment } from '../../src/model/deployment.ts';
import type { Report } from '../../src/model/report.ts';
import { look, report } from '../../src/pipeline.ts';
import { plan } from '../../src/plan/plan.ts';
import { stableJson, toJson } from '../../src/publish/json.ts';
import { toMarkdown } from '../../src/publish/markdown.ts';
import { toText } from '../../src/publish/text.ts';
import { createBudget } from '../../src/schedule/budget.ts';
import { createGate } from '../../src/schedule/gate.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';

const wrongPassword = 'n0t-the-passw0rd';
/** The name, both passwords, both as they go over the wire, the key and the token. */
const secrets = (simulator: Simulator) => {
  const { name, password } = simulator.user;
  const encoded = [password, wrongPassword].map(one => Buffer.from(`${name}:${one}`).toString('base64'));
  const [keyLine] = simulator.client.key.split('\n').slice(1);
  return [name, password, wrongPassword, ...encoded, keyLine!, 'PRIVATE KEY', '1e1111e1-dddb'];
};

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator();
  folder = mkdtempSync(join(tmpdir(), 'mradar-secrecy-'));
  writeFileSync(join(folder, 'trust.pem'), simulator.trust);
  writeFileSync(join(folder, 'client.pem'), simulator.client.cert);
  writeFileSync(join(folder, 'client.key'), simulator.client.key);
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

/** The configuration from files, as an operator has it. */
function configure(vantage: 'external' | 'internal', password: string) {
  writeFileSync(join(folder, 'password'), `${password}\n`);
  const [certificate, key] = ['client.pem', 'client.key'];
  const text = simulator.yaml(vantage, 'trust.pem', { password: 'password', certificate, key });
  const file = join(folder, `${vantage}.yaml`);
  writeFileSync(file, `timeout: 2s\nstore: { file: history.db }\n${text}`);
  return readConfig(file);
}
const gate = () => createGate({ concurrent: 64, perHost: 16 });
const { signal } = new AbortController();
const found = (text: string) => secrets(simulator).filter(secret => text.includes(secret));

describe.each([
  ['external', 'the right password'],
  ['external', 'a wrong password'],
  ['internal', 'a client certificate'],
] as const)('seen from %s with %s', (vantage, what) => {
  const password = () => (what === 'a wrong password' ? wrongPassword : simulator.user.password);

  test('no plan, saved round or report holds a secret', async () => {
    const [deployment] = configure(vantage, password()).deployments as [Deployment];
    const round = await look(deployment, gate(), signal);
    const told: Report = report(round, loadLibrary());
    const style = { colour: false, width: 100, timings: true, verbose: true };
    const all = {
      plan: JSON.stringify(plan(deployment, new Map(), 'once')),
      round: stableJson(round),
      json: toJson(told),
      markdown: toMarkdown(told),
      text: toText(told, style),
    };
    const asked = round.steps.filter(({ probe }) => probe === 'edge-login' || probe === 'mutual-tls');
    expect(asked).not.toEqual([]);
    for (const [name, text] of Object.entries(all)) expect([name, ...found(text)]).toEqual([name]);
  });

  test('no page, metric, log line or history of the daemon holds a secret', async () => {
    const config = configure(vantage, password());
    const intervalsMs = { dns: 1_000, port: 1_000, edge: 1_000, seldom: 6_000 };
    const lines: string[] = [];
    const log = createLog({
      ...{ format: 'logfmt', verbosity: { level: 'debug', parts: {} }, now: () => performance.now() },
      write: line => void lines.push(line),
    });
    const seen = Promise.withResolvers<Report>();
    const daemon: Daemon = await startDaemon({
      config: {
        ...config,
        ...{ listen: { host: '127.0.0.1', port: 0 } },
        deployments: config.deployments.map(deployment => ({ ...deployment, intervalsMs })),
      },
      ...{ log, budget: createBudget(Number.POSITIVE_INFINITY, 1), onReport: seen.resolve },
    });
    onTestFinished(() => daemon.stop());
    await seen.promise;
    for (const { page, text } of await crawl(daemon.url)) expect([page, ...found(text)]).toEqual([page]);
    await daemon.stop();
    expect(found(lines.join('\n'))).toEqual([]);
    for (const file of readdirSync(folder).filter(name => name.startsWith('history')))
      expect([file, ...found(readFileSync(join(folder, file), 'latin1'))]).toEqual([file]);
  }, 30_000);
});

/** Every page that the start page and the lists of the API lead to, but not all entries of the library. */
async function crawl(base: string): Promise<{ readonly page: string; readonly text: string }[]> {
  const waiting = [
    '/',
    '/metrics',
    '/incidents',
    '/api/v1/report',
    '/api/v1/deployments',
    '/api/v1/subjects',
  ];
  const known = new Set(waiting);
  const pages: { page: string; text: string }[] = [];
  for (let page = waiting.shift(); page !== undefined && pages.length < 80; page = waiting.shift()) {
    const answer = await fetch(new URL(page, base));
    const text = await answer.text();
    pages.push({ page, text });
    for (const [, link] of text.matchAll(/(?:href="|"url": ?")(\/[^"#?]*)/g)) {
      if (known.has(link!) || link!.startsWith('/entries/')) continue;
      known.add(link!);
      waiting.push(link!);
    }
  }
  expect(pages.length).toBeGreaterThan(6);
  return pages;
}

test('a wrong password is tried once, whoever asks, until the configuration has another one', async () => {
  const wrong = configure('external', wrongPassword).deployments[0]!;
  const [same, right] = [wrongPassword, simulator.user.password].map(
    password => configure('external', password).deployments[0]!,
  ) as [Deployment, Deployment];
  const shared = gate();
  const logins = async (deployment: Deployment) =>
    (await look(deployment, shared, signal)).observations
      .filter(({ kind }) => kind === 'login')
      .sort((x, y) => x.subject.localeCompare(y.subject));
  const first = await logins(wrong);
  expect(first.map(({ state }) => state).sort()).toEqual(['observed', 'skipped']);
  const refused = first.find(({ state }) => state === 'observed')!;
  expect(refused).toMatchObject({ reading: { status: 401 } });

  for (const again of [await logins(wrong), await logins(same)]) {
    expect(again.map(({ state }) => state)).toEqual(first.map(({ state }) => state));
    // The very observation of then: nobody looked again.
    expect(again.find(({ state }) => state === 'observed')).toEqual(refused);
  }
  expect((await logins(right)).map(one => one.state === 'observed' && one.reading)).toMatchObject([
    { status: 200 },
    { status: 200 },
  ]);
});
