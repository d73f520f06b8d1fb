import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { startDaemon } from '../../src/daemon.ts';
import { OperatorError } from '../../src/model/problem.ts';
import type { Report } from '../../src/model/report.ts';
import { createBudget } from '../../src/schedule/budget.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { readHistory } from '../../src/store/store.ts';
import { causes, configFor, quick, type Watched, watched } from './daemons.ts';

let simulator: Simulator;
let one: Watched | undefined;
beforeAll(async () => {
  simulator = await startSimulator();
}, 30_000);
afterEach(async () => {
  await one?.stop();
  one = undefined;
  for (const fault of simulator.active()) await simulator.set(fault, false);
});
afterAll(() => simulator.stop());

/** A DNS server that only hands on; when it is closed, its port refuses. */
async function relayTo(endpoint: string) {
  const [host, port] = endpoint.split(':') as [string, string];
  const relay = createSocket('udp4');
  relay.on('message', (query, client) => {
    const upstream = createSocket('udp4');
    upstream.once('message', answer => {
      upstream.close();
      relay.send(answer, client.port, client.address);
    });
    upstream.send(query, Number(port), host);
  });
  relay.bind(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    endpoint: `127.0.0.1:${relay.address().port}`,
    close: async () => {
      relay.close();
      await once(relay, 'close');
    },
  };
}

describe('a daemon', { timeout: 60_000 }, () => {
  test('tells a fault once it is confirmed and its end once that is, and keeps both with what had changed', async () => {
    one = await watched(configFor([quick(simulator)]));
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    await simulator.set('chain-incomplete', true);
    await one.until(report => causes(report).includes('CERT_CHAIN_INCOMPLETE'));
    await simulator.set('chain-incomplete', false);
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    const history = readHistory(one.file);
    const page = history.incidents({ code: 'CERT_CHAIN_INCOMPLETE' });
    const items = page.items.filter(({ openedAt }) => openedAt !== undefined);
    expect(items.length).toBeGreaterThan(0);
    for (const { state, openedAt, closedAt, entry, changes } of items) {
      expect({ state, entry }).toEqual({ state: 'closed', entry: 'CERT-007' });
      expect(Date.parse(closedAt!)).toBeGreaterThan(Date.parse(openedAt!));
      expect(changes.map(({ fact }) => fact)).toContain('chain');
    }
    const subject = history.subject(items[0]!.subject)!;
    expect(subject.good).toBeDefined();
    expect(subject.failures[0]!.codes).toContain('CERT_CHAIN_INCOMPLETE');
    history.close();
    const told = one.lines.filter(({ level }) => level === 'error');
    expect(told.map(({ fields }) => fields.code)).toEqual(['CERT_CHAIN_INCOMPLETE']);
  });

  test('does not judge again what says what it said', async () => {
    one = await watched(configFor([quick(simulator)]));
    let rounds = 0;
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    const before = one.daemon.control.runState().schedule.runs;
    const counted = one.until(() => ++rounds > 1_000);
    while (one.daemon.control.runState().schedule.runs < before + 100)
      await new Promise(resolve => setTimeout(resolve, 100));
    expect(rounds).toBeLessThan(5);
    void counted;
  });

  test('blames nobody but the resolver when it is gone, and looks on at every target', async () => {
    one = await watched(configFor([quick(simulator)]));
    const healthy = await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    await simulator.set('resolver-silent', true);
    const blind = await one.until(report => causes(report).includes('DNS_RESOLVER_SILENT'));
    expect(causes(blind)).toEqual(['DNS_RESOLVER_SILENT']);
    expect(blind.subjects.map(({ id }) => id).sort()).toEqual(healthy.subjects.map(({ id }) => id).sort());
    await simulator.set('resolver-silent', false);
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
  });

  test('goes on with the second DNS server when the first is gone', async () => {
    const [second] = quick(simulator).resolvers.public as [string];
    const first = await relayTo(second);
    const resolvers = { public: [first.endpoint, second], internal: [] };
    one = await watched(configFor([quick(simulator, { resolvers })]));
    const asked = (report: Report) =>
      new Set(
        report.observations.flatMap(seen =>
          seen.state === 'observed' && seen.kind === 'dns' && seen.subject.includes('/domain/')
            ? [(seen.reading as { readonly resolver?: string }).resolver]
            : [],
        ),
      );
    const healthy = await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    expect(asked(healthy)).toEqual(new Set([first.endpoint]));
    await first.close();
    const spare = await one.until(report => causes(report).includes('DNS_RESOLVER_SPARE_FAILS'));
    expect(causes(spare)).toEqual(['DNS_RESOLVER_SPARE_FAILS']);
    expect(spare.diagnosis.status).toBe('warning');
    await one.until(report => asked(report).has(second) && asked(report).size === 1);
  });

  test('opens nothing in a maintenance window, and does when it ends', async () => {
    const endMs = Date.now() + 6_000;
    const deployment = quick(simulator);
    const window = { reason: 'new certificate', startMs: Date.now() - 1_000, endMs };
    one = await watched(configFor([deployment], { maintenance: new Map([[deployment.name, [window]]]) }));
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    expect(one.daemon.control.runState().maintenance).toEqual([
      { deployment: deployment.name, until: new Date(endMs).toISOString(), reason: 'new certificate' },
    ]);
    await simulator.set('chain-incomplete', true);
    await one.until(report => causes(report).includes('CERT_CHAIN_INCOMPLETE'));
    expect(Date.now()).toBeGreaterThan(endMs);
  });

  test('looks at one subject at once when it is asked to', async () => {
    const deployment = quick(simulator, {
      intervalsMs: { dns: 3_600_000, port: 3_600_000, edge: 3_600_000, seldom: 3_600_000 },
    });
    one = await watched(configFor([deployment]));
    const { subjects } = await one.until(() => true);
    const service = subjects.find(({ id }) => id.endsWith('/8443'))!;
    await simulator.set('chain-incomplete', true);
    expect(await one.daemon.control.lookNow('nobody/knows/it')).toBe(false);
    expect(await one.daemon.control.lookNow(`${deployment.name}/no/such`)).toBe(false);
    const host = subjects.find(({ id }) => id.includes('expe2') && id.endsWith('/8443')) ?? service;
    expect(await one.daemon.control.lookNow(host.id)).toBe(true);
    await one.until(report => causes(report).includes('CERT_CHAIN_INCOMPLETE'));
  });

  test.each([
    ['an hour forward', 3_600_000],
    ['an hour back', -3_600_000],
  ])('opens nothing and goes on looking when its clock is set %s', async (_way, ms) => {
    one = await watched(configFor([quick(simulator)]));
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    const { runs } = one.daemon.control.runState().schedule;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
    try {
      const running = () => one!.daemon.control.runState().schedule.runs < runs + 200;
      while (running()) await new Promise(resolve => setTimeout(resolve, 50));
      const set = one.lines.filter(({ message }) => message === 'the clock of this machine was set');
      expect(set).toHaveLength(1);
      expect(Math.abs((set[0]!.fields.ms as number) - ms)).toBeLessThan(60_000);
      const stored = await (await fetch(`${one.daemon.url}api/v1/report`)).json();
      const { reports } = stored as { reports: { report: { at: string; diagnosis: { status: string } } }[] };
      expect(reports[0]!.report.diagnosis.status).toBe('ok');
      expect(Math.abs(Date.parse(reports[0]!.report.at) - Date.now())).toBeLessThan(60_000);
    } finally {
      vi.useRealTimers();
    }
    const history = readHistory(one.file);
    expect(history.incidents({ severities: ['critical', 'warning'] }).items).toEqual([]);
    history.close();
  });

  test('says who listens on its port when it is taken', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const config = configFor([quick(simulator)], { listen: { host: '127.0.0.1', port } });
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const attempt = startDaemon({
      ...{ config, log: { ...log, choose: () => {}, end: async () => {} }, budget: createBudget(1, 1) },
    });
    await expect(attempt).rejects.toThrow(OperatorError);
    await expect(attempt).rejects.toThrow('Another program listens there');
    other.close();
  });
});

describe('a configuration that is read again', { timeout: 60_000 }, () => {
  test('is taken over as a whole: what is new begins, what is gone ends, what stays keeps its schedule', async () => {
    const slow = { intervalsMs: { dns: 3_600_000, port: 3_600_000, edge: 3_600_000, seldom: 3_600_000 } };
    const [a, b, c] = ['a', 'b', 'c'].map(name => quick(simulator, { name, ...slow }));
    let next: Config = configFor([a!, b!]);
    one = await watched(next, { readAgain: async () => next });
    await one.until(({ deployment }) => deployment.name === 'a');
    await one.until(({ deployment }) => deployment.name === 'b');
    const runs = () => one!.daemon.control.runState().schedule.runs;
    const before = runs();
    next = configFor([a!, c!]);
    expect(await one.daemon.control.reload()).toMatchObject({ successful: true, problems: [] });
    await one.until(({ deployment }) => deployment.name === 'c');
    const added = one.lines.find(({ message }) => message === 'configuration read again');
    expect(added?.fields).toMatchObject({ added: 1, changed: 0, removed: 1 });
    // Only the new one was looked at: as many steps as one deployment has.
    expect(runs() - before).toBeLessThanOrEqual(one.daemon.control.runState().schedule.tasks / 2);
    const served = await (await fetch(`${one.daemon.url}api/v1/report`)).json();
    const names = (served as { reports: { report: { deployment: { name: string } } }[] }).reports;
    expect(names.map(({ report }) => report.deployment.name)).toEqual(['a', 'c']);
  });

  test('changes nothing when it is invalid, and says what is wrong until it is mended', async () => {
    let problem: OperatorError | undefined;
    const config = configFor([quick(simulator)]);
    one = await watched(config, {
      async readAgain() {
        if (problem) throw problem;
        return config;
      },
    });
    const { reload, runState } = one.daemon.control;
    const { successMs } = runState().reload;
    problem = new OperatorError([{ place: 'm.yaml:3:4', message: 'It has to be a number.' }]);
    const [first, second] = await Promise.all([reload(), reload()]);
    expect(first).toBe(second);
    expect(runState().reload).toEqual({ successful: false, successMs, problems: problem.problems });
    expect(one.lines.filter(({ fields }) => fields.place === 'm.yaml:3:4')).toHaveLength(1);
    await one.until(({ diagnosis }) => diagnosis.status === 'ok');
    problem = undefined;
    expect(await reload()).toMatchObject({ successful: true, problems: [] });
  });

  test('asks at once what a changed declaration asks otherwise, and only that', async () => {
    const slow = { intervalsMs: { dns: 3_600_000, port: 3_600_000, edge: 3_600_000, seldom: 3_600_000 } };
    const before = quick(simulator, slow);
    let next = configFor([before]);
    one = await watched(next, { readAgain: async () => next });
    const { observations } = await one.until(() => true);
    next = configFor([{ ...before, trust: [] }]);
    await one.daemon.control.reload();
    const untrusting = await one.until(report => causes(report).includes('CERT_ISSUER_UNTRUSTED'));
    const dnsAt = (all: typeof observations) => all.filter(({ kind }) => kind === 'dns').map(({ at }) => at);
    expect(dnsAt(untrusting.observations)).toEqual(dnsAt(observations));
  });
});

test('after a restart it knows what was open, and tells it no second time', { timeout: 60_000 }, async () => {
  await simulator.set('chain-incomplete', true);
  const config = configFor([quick(simulator)]);
  one = await watched(config);
  await one.until(report => causes(report).includes('CERT_CHAIN_INCOMPLETE'));
  const { file } = one;
  const before = readHistory(file).incidents();
  await one.daemon.stop();
  const again = await watched(
    { ...config, store: { ...config.store, file } },
    {
      config: { ...config, store: { ...config.store, file } },
    },
  );
  await again.until(report => causes(report).includes('CERT_CHAIN_INCOMPLETE'));
  expect(
    readHistory(file)
      .incidents()
      .items.map(({ id }) => id),
  ).toEqual(before.items.map(({ id }) => id));
  expect(again.lines.filter(({ level }) => level === 'error')).toEqual([]);
  await again.stop();
});
