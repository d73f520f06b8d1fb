import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../lab/child.ts';
import { takePicture } from './picture.ts';
import { filledIn, panelQueries, ruleQueries } from './queries.ts';
import { type Monitoring, startMonitoring, startWatched, type Told, type Watched } from './stage.ts';

let watched: Watched;
let monitoring: Monitoring;

beforeAll(async () => {
  [watched, monitoring] = await Promise.all([startWatched(['external', 'internal']), startMonitoring()]);
  monitoring.scrape([watched.daemon.url]);
}, 60_000);

afterAll(async () => {
  await monitoring?.stop();
  await watched?.stop();
}, 30_000);

const firing = async () =>
  (await monitoring.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric.alertname!).sort();
const name = ({ alertname, labels }: Told) => [alertname, labels.affects].filter(Boolean).join(' ');

/** Switches on, waits for what is told, switches off, waits until it is over; says what was told. */
async function through(fault: string, on: Watched = watched, expected = 1): Promise<readonly Told[]> {
  const since = new Date().toISOString();
  await on.simulator.set(fault, true);
  // Prometheus repeats for a while what has ended, and Alertmanager tells it again beside whatever is new
  const told = () => monitoring.told.filter(({ startsAt }) => startsAt >= since);
  const isTold = await until(
    async () => told().filter(({ status }) => status === 'firing').length >= expected,
    25_000,
  );
  await on.simulator.set(fault, false);
  expect(isTold, `nobody was told of ${fault}; firing: ${(await firing()).join(', ')}`).toBe(true);
  const ends = async () =>
    (await firing()).length === 0 && told().some(({ status }) => status === 'resolved');
  expect(await until(ends, 25_000), `${fault} did not end; firing: ${(await firing()).join(', ')}`).toBe(
    true,
  );
  return told();
}

test('nothing fires while the deployment is healthy', { timeout: 60_000 }, async () => {
  const seen = async () =>
    (await monitoring.query('count(mradar_deployment_status == 0)'))[0]?.value[1] === '2';
  expect(await until(seen, 20_000), 'the healthy deployment is not healthy').toBe(true);
  const soakMs = Date.now() + 20_000;
  expect(await until(async () => (await firing()).length > 0 || Date.now() > soakMs, 30_000)).toBe(true);
  expect(await monitoring.query('max_over_time(ALERTS{alertstate="firing"}[1m])')).toEqual([]);
  expect(monitoring.told).toEqual([]);
  expect(Number((await monitoring.query('avg_over_time(up[15s])'))[0]?.value[1])).toBeGreaterThan(0.7);
});

/** Each fault and exactly what somebody is told of it. */
const faults: readonly (readonly [fault: string, told: string, receiver: string, entry: string])[] = [
  ['srv-missing', 'MradarSignInBroken sign-in', 'pager', 'DNS_COLLAB_EDGE_MISSING'],
  ['sip-refused', 'MradarCallsBroken calls', 'pager', 'PORT_REFUSED'],
  ['xmpp-refused', 'MradarMessagingBroken messaging', 'pager', 'PORT_REFUSED'],
  ['exposed-tunnel', 'MradarPortExposed exposure', 'tickets', 'PORT_EXPOSED'],
  ['uds-exposed', 'MradarSignInBroken sign-in', 'pager', 'DNS_CISCO_UDS_EXPOSED'],
  ['resolver-silent', 'MradarBlind operations', 'pager', 'DNS_RESOLVER_SILENT'],
];

test.each(faults)(
  '%s: %s is told once, with the entry, and resolved once',
  { timeout: 60_000 },
  async (fault, what, receiver, entry) => {
    const told = await through(fault);
    const of = (status: string) => told.filter(one => one.status === status);
    const story = told.map(one => `${one.status} ${name(one)}: ${one.annotations.description}`).join('\n');
    expect([...new Set(told.map(name))], story).toEqual([what]);
    expect(new Set(of('firing').map(({ startsAt }) => startsAt)).size, 'fired more than once').toBe(1);
    expect(of('resolved')).toHaveLength(1);
    expect(told[0]).toMatchObject({ receiver, status: 'firing' });
    expect(told[0]!.annotations.description).toContain(entry);
    const page = told[0]!.annotations.runbook_url!;
    expect(page).toBe(`${watched.daemon.url}entries/${entry}`);
    expect((await fetch(page)).status).toBe(200);
  },
);

/** Queries that give nothing; alerts may. */
async function withoutData(): Promise<string[]> {
  const empty: string[] = [];
  for (const { dashboard, panel, expr } of panelQueries())
    if ((await monitoring.query(filledIn(expr))).length === 0) empty.push(`${dashboard}: ${panel}`);
  for (const { name, expr, isAlert } of ruleQueries())
    if ((await monitoring.query(expr)).length === 0 && !isAlert) empty.push(name);
  return empty;
}

test('every query of every dashboard and rule gives data while something is broken', {
  timeout: 60_000,
}, async () => {
  await watched.simulator.set('chain-incomplete', true);
  const isFiring = async () => (await firing()).includes('MradarSignInBroken');
  expect(await until(isFiring, 20_000)).toBe(true);
  let empty: string[] = [];
  const isFull = async () => {
    empty = await withoutData();
    return empty.length === 0;
  };
  await until(isFull, 15_000);
  if (process.env.MRADAR_PICTURE) await takePicture(monitoring, 'fleet', process.env.MRADAR_PICTURE);
  await watched.simulator.set('chain-incomplete', false);
  expect(empty).toEqual([]);
  expect(await until(async () => (await firing()).length === 0, 25_000)).toBe(true);
});

test('silence outside of what is open in the DMZ is told as the firewall', { timeout: 90_000 }, async () => {
  const [outside, behind] = await Promise.all([startWatched(['external']), startWatched(['dmz'])]);
  try {
    monitoring.scrape([outside.daemon.url, behind.daemon.url]);
    const isSeen = async () => (await monitoring.query('mradar_port_open{vantage="dmz"} == 1')).length > 0;
    expect(await until(isSeen, 20_000)).toBe(true);
    const told = await through('edge-silent', outside);
    const fired = told.filter(({ status }) => status === 'firing');
    expect([...new Set(fired.map(name))]).toEqual(['MradarFirewallBlocks sign-in']);
    expect(fired[0]).toMatchObject({ receiver: 'pager', labels: { vantage: 'external' } });
    expect(fired[0]!.annotations.description).toContain(':8443');
    // both peers rarely fall silent within one evaluation
    expect(fired[0]!.annotations.runbook_url).toMatch(/\/entries\/(EDGE|NODE)_SILENT$/);
    expect(new Set(fired.map(({ startsAt }) => startsAt)).size).toBe(1);
  } finally {
    await Promise.all([outside.stop(), behind.stop()]);
  }
});
