import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artefacts, openPage, startWorld, untilVerdict, violationsOn, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const { page } = await openPage(world);
  await untilVerdict(page, world.daemon.url, /All 2 deployments work/);
  await world.simulator.set('chain-incomplete', true);
  await page.locator('h1', { hasText: /fail/ }).waitFor({ timeout: 30_000 });
  await page.context().close();
}, 90_000);
afterAll(() => world?.stop());

/** Names of the pages, and a way to each as a reader finds it. */
const pages = [
  'status',
  'deployment',
  'subject',
  'incidents',
  'checks',
  'check',
  'coverage',
  'entries',
  'entry',
  'missing',
] as const;

async function open(page: Page, name: (typeof pages)[number]): Promise<void> {
  const go = (path: string) => page.goto(new URL(path, world.daemon.url).href);
  const follow = async (from: string, selector: string) => {
    await go(from);
    await page.locator(selector).first().click();
    await page.waitForLoadState('load');
  };
  switch (name) {
    case 'status':
      await go('/');
      return;
    case 'deployment':
      return follow('/', 'article h2 a');
    case 'subject':
      await follow('/incidents', 'td a[href*="/service/"]');
      return;
    case 'check':
      return follow('/checks', 'th a[href^="/checks/certificate/"]');
    case 'entry':
      return follow('/', '.cause a[href^="/entries/"]');
    case 'missing':
      await go('/nowhere');
      return;
    default:
      await go(`/${name}`);
  }
}

test.each([
  ['light', 1280, 900],
  ['dark', 1280, 900],
  ['light', 360, 740],
  ['dark', 3840, 2160],
] as const)(
  'in %s at %i x %i every page is accessible, fits, and asks nobody else',
  async (colorScheme, width, height) => {
    const { page, problems } = await openPage(world, { colorScheme, viewport: { width, height } });
    for (const name of pages) {
      await open(page, name);
      const place = `${name} ${colorScheme} ${width}`;
      await page.screenshot({ path: join(artefacts, `${name}-${colorScheme}-${width}.png`) });
      // hundreds of equal rows take axe half a minute: those pages are examined once
      if (width === 1280 || !['checks', 'coverage', 'entries'].includes(name))
        expect(await violationsOn(page), place).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), place).toBe(true);
    }
    expect(problems.filter(one => !/404/.test(one))).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('a page changes by itself, and what the reader has opened stays open', async () => {
  const { page, problems } = await openPage(world);
  await untilVerdict(page, world.daemon.url, /fail/);
  const remedy = page.locator('details', { hasText: 'Remedy' }).first();
  await remedy.locator('summary').click();
  await page.locator('#live', { hasText: /^(Live|Changed)/ }).waitFor();
  await world.simulator.set('uds-exposed', true);
  await page
    .getByText(/_cisco-uds/)
    .first()
    .waitFor({ timeout: 30_000 });
  expect(await remedy.getAttribute('open')).not.toBeNull();
  await world.simulator.set('uds-exposed', false);
  await page
    .getByText(/_cisco-uds/)
    .first()
    .waitFor({ state: 'detached', timeout: 30_000 });
  expect(problems).toEqual([]);
  await page.context().close();
}, 90_000);

test('without JavaScript every page tells the same, and a look can be asked for', async () => {
  const { page } = await openPage(world, { javaScriptEnabled: false });
  await page.goto(world.daemon.url);
  expect(await page.locator('h1').textContent()).toMatch(/fail/);
  await open(page, 'subject');
  const before = page.url();
  const answered = page.waitForResponse(response => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Look now' }).click();
  expect((await answered).status()).toBe(303);
  await page.waitForLoadState('load');
  expect(page.url()).toBe(before);
  expect(await page.getByRole('heading', { name: 'Last readings' }).count()).toBe(1);
  await page.context().close();
}, 60_000);

test('everything can be reached and done with the keyboard', async () => {
  const { page } = await openPage(world);
  await page.goto(world.daemon.url);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.className')).toBe('skip');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#content');
  const names = new Set<string>();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    names.add(
      await page.evaluate(
        '(() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement); return document.activeElement.tagName + (outlineStyle === "none" || outlineWidth === "0px" ? " without outline" : ""); })()',
      ),
    );
  }
  expect(names).toContain('SUMMARY');
  expect(names).toContain('A');
  expect([...names].filter(name => /without/.test(name) && !name.startsWith('BODY'))).toEqual([]);
  await page.context().close();
}, 60_000);

test('on paper the page has neither navigation nor buttons', async () => {
  const { page } = await openPage(world);
  await open(page, 'subject');
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('navigation').isVisible()).toBe(false);
  expect(await page.getByRole('button', { name: 'Look now' }).isVisible()).toBe(false);
  await page.goto(world.daemon.url);
  await page.pdf({ path: join(artefacts, 'status.pdf') });
  await page.screenshot({ path: join(artefacts, 'status-print.png'), fullPage: true });
  await page.context().close();
}, 60_000);

test('when everything is well again, the page says so by itself', async () => {
  const { page, problems } = await openPage(world);
  await untilVerdict(page, world.daemon.url, /fail/);
  await world.simulator.set('chain-incomplete', false);
  await page.locator('h1', { hasText: 'All 2 deployments work' }).waitFor({ timeout: 30_000 });
  await page.locator('#live', { hasText: 'Changed: All 2 deployments work' }).waitFor();
  await page.screenshot({ path: join(artefacts, 'working-light-1280.png') });
  expect(await violationsOn(page)).toEqual([]);
  await page.goto(new URL('/incidents?state=closed', world.daemon.url).href);
  expect(await page.getByRole('heading', { name: 'Over', exact: true }).count()).toBe(1);
  expect(problems).toEqual([]);
  await page.context().close();
}, 60_000);
