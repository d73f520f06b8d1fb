import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { readConfig } from '../../src/config/config.ts';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import { createLog } from '../../src/log.ts';
import type { Web } from '../../src/model/web.ts';
import { createBudget } from '../../src/schedule/budget.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';

/** Where screenshots go; looked at by people, kept by CI. */
export const artefacts = resolve(import.meta.dirname, '../../artefacts');

export type World = {
  readonly simulator: Simulator;
  readonly daemon: Daemon;
  readonly browser: Browser;
  readonly stop: () => Promise<void>;
};

/** A simulated deployment, the daemon that watches it from both sides, and a Chromium that looks at the daemon. */
export async function startWorld(web?: Web): Promise<World> {
  mkdirSync(artefacts, { recursive: true });
  const simulator = await startSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'mradar-browser-'));
  const trust = join(folder, 'trust.pem');
  writeFileSync(trust, simulator.trust);
  const configs = (['external', 'internal'] as const).map(vantage => {
    const file = join(folder, `${vantage}.yaml`);
    writeFileSync(file, simulator.yaml(vantage, trust));
    return readConfig(file);
  });
  const deployments = configs
    .flatMap(config => config.deployments)
    .map(deployment => ({
      ...deployment,
      intervalsMs: { dns: 1_000, port: 1_000, edge: 1_000, seldom: 6_000 },
      timeoutMs: 1_500,
    }));
  const config = {
    ...configs[0]!,
    deployments,
    listen: { host: '127.0.0.1', port: 0 },
    log: { level: 'error', parts: {} } as const,
    confirm: { failures: 2, successes: 2, holdOffMs: 0, recheckMs: 200 },
  };
  const log = createLog({
    format: 'logfmt',
    verbosity: config.log,
    now: () => performance.now(),
  });
  const budget = createBudget(Number.POSITIVE_INFINITY, 1);
  const daemon = await startDaemon({ config, log, budget, ...(web ? { web } : {}) });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  return {
    ...{ simulator, daemon, browser },
    async stop() {
      await browser.close();
      await daemon.stop();
      await simulator.stop();
      await log.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a page did that it must not do. */
export type Watched = { readonly page: Page; readonly problems: string[] };

/** A page whose console, errors and requests are watched: nothing may be said, and nothing asked of anybody else. */
export async function openPage(
  { browser, daemon }: World,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => problems.push(`error: ${error.message}`));
  page.on('request', request => {
    if (!request.url().startsWith(daemon.url)) problems.push(`request: ${request.url()}`);
  });
  return { page, problems };
}

/** The status page once it tells something of every deployment, and its verdict matches. */
export async function untilVerdict(page: Page, url: string, verdict: RegExp): Promise<void> {
  await page.goto(url);
  await page.locator('h1', { hasText: verdict }).waitFor({ timeout: 30_000 });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What WCAG 2.2 AA and good practice object to on the page as it stands. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(async () => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof axe };
    return loaded.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    } as never);
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
}
