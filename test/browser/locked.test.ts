import bcrypt from 'bcryptjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebConfig } from '../../src/model/web.ts';
import { hierarchy } from '../net/certificates.ts';
import { openPage, startWorld, untilVerdict, type World } from './world.ts';

const { leaf, issuing } = hierarchy({ names: { ip: [[127, 0, 0, 1]] } });
const hash = bcrypt.hashSync('open sesame', 8);
const web: WebConfig = {
  tls: {
    ...{
      certificate: leaf.pem + issuing.pem,
      key: () => leaf.key,
      minVersion: 'TLSv1.2',
      needsClient: false,
    },
  },
  users: new Map([['alice', () => hash]]),
  tokens: [],
};

let world: World;
beforeAll(async () => {
  world = await startWorld(() => web);
}, 60_000);
afterAll(() => world?.stop());

test('over TLS with a password everything works as it does without', async () => {
  expect(world.daemon.url).toMatch(/^https:/);
  const { page, problems } = await openPage(world, {
    ignoreHTTPSErrors: true,
    httpCredentials: { username: 'alice', password: 'open sesame' },
  });
  await untilVerdict(page, world.daemon.url, /All 2 deployments work/);
  await page.locator('#live', { hasText: /^(Live|Changed)/ }).waitFor();
  await world.simulator.set('chain-incomplete', true);
  await page.locator('h1', { hasText: /fail/ }).waitFor({ timeout: 30_000 });
  await page.goto(new URL('/incidents', world.daemon.url).href);
  await page.locator('td a[href*="/service/"]').first().click();
  const answered = page.waitForResponse(response => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Look now' }).click();
  expect((await answered).status()).toBe(303);
  // the first answer to a browser is the question for the password
  expect(problems.filter(one => !/401/.test(one))).toEqual([]);
  await page.context().close();
}, 90_000);

test('without the password there is nothing to see', async () => {
  const { page } = await openPage(world, { ignoreHTTPSErrors: true });
  const response = await page.request.get(world.daemon.url);
  expect(response.status()).toBe(401);
  expect(await response.text()).not.toMatch(/example/);
  await page.context().close();
}, 30_000);
