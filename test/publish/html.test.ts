import { expect, test } from 'vitest';
import {
  type Entry,
  toDeploymentPage,
  toEntriesPage,
  toEntryPage,
  toProblemPage,
  toStatusPage,
} from '../../src/publish/html.ts';
import { html, toHtmlText } from '../../src/publish/markup.ts';
import { proseToHtml } from '../../src/publish/prose.ts';
import { createStore } from '../../src/store/store.ts';
import { cause, finding, hostile, hostileReport, observation, report, service, troubled } from './report.ts';
import { runState } from './server.ts';

const nowMs = Date.parse('2026-03-01T13:12:00.000Z');

function stored(...reports: Parameters<ReturnType<typeof createStore>['put']>[0][]) {
  const store = createStore();
  for (const each of reports) store.put(each);
  return store.reports();
}

const statusPage = (...reports: Parameters<typeof stored>) =>
  toStatusPage({ reports: stored(...reports), missing: [], nowMs });

const entry: Entry = {
  id: 'CERT-007',
  title: 'The server does not send the issuing CA',
  codes: ['CERT_CHAIN_INCOMPLETE'],
  versions: 'X8.10 and later',
  symptom: 'Phones refuse.',
  cause: 'The **intermediate** is missing.',
  remedy: ['Open `Maintenance > Security`.', 'Restart.'],
  verify: ['`openssl s_client` shows two.'],
  sources: ['D1 "Certificates"'],
};

/** Tags opened and closed in order, ids given once, references that exist. */
function expectSound(page: string): void {
  const open: string[] = [];
  const empty = ['meta', 'link', 'circle', 'path', '!doctype', 'br', 'rect', 'wbr'];
  for (const [, closing, name, rest] of page.matchAll(/<(\/?)([a-z!][a-z0-9]*)([^>]*)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty.includes(name!) && !rest!.endsWith('/')) open.push(name!);
  }
  expect(open).toEqual([]);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const [, id] of page.matchAll(/ aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id);
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page.match(/<main /g)).toHaveLength(1);
  expect(page.replace('<script src="/live.js" defer></script>', '')).not.toMatch(
    /<script|<style| style=| on[a-z]+="/,
  );
}

test.each([
  ['status, nothing yet', toStatusPage({ reports: [], missing: ['a'], nowMs })],
  ['status, fine', statusPage(report())],
  ['status, several', statusPage(report(), troubled('b'), troubled('c'))],
  ['status, hostile', statusPage(hostileReport())],
  ['deployment', toDeploymentPage(stored(troubled())[0]!, nowMs)],
  ['deployment, hostile', toDeploymentPage(stored(hostileReport())[0]!, nowMs)],
  ['entry', toEntryPage(entry)],
  ['entries', toEntriesPage([entry])],
  ['problem', toProblemPage({ status: 404, message: hostile })],
])('%s is a sound page without script and inline style', (_name, page) => {
  expectSound(page);
});

test('the title tells the worst status', () => {
  expect(statusPage(report(), troubled('b'))).toContain(
    '<title>CRITICAL: 1 critical, 1 working - mradar</title>',
  );
  expect(statusPage(report())).toContain('<title>OK: 1 working - mradar</title>');
  expect(toStatusPage({ reports: [], missing: ['a'], nowMs })).toContain(
    '<title>Looking for the first time - mradar</title>',
  );
});

test('worst first, by name among equals', () => {
  const unknown = report({ diagnosis: { status: 'unknown', headline: 'nothing seen', causes: [] } }, 'u');
  const page = statusPage(report({}, 'fine'), unknown, troubled('z'), troubled('a'));
  const order = ['a', 'z', 'u', 'fine'].map(name => page.indexOf(`href="/deployments/${name}"`));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a cause tells since when, its remedy in one click, and what it explains below itself', () => {
  const page = statusPage(troubled());
  expect(page).toContain(
    'for <b>3 h 12 min</b>, since <time datetime="2026-03-01T10:00:00.000Z">2026-03-01 10:00 UTC</time>',
  );
  expect(page).toContain('<summary>Remedy: 2 steps</summary>');
  expect(page).toContain('<code>Maintenance &gt; Security &gt; Trusted CA certificate</code>');
  expect(page).toContain('href="/entries/CERT-007"');
  expect(page.indexOf('CERT_CHAIN_INCOMPLETE')).toBeGreaterThan(page.indexOf('Explains 1 further finding'));
  expect(page.indexOf('Explains 1 further finding')).toBeGreaterThan(page.indexOf('without the issuing CA'));
});

test('a cause that is only worth knowing keeps a working deployment in sight', () => {
  const told = finding('example', { severity: 'info', message: 'weights differ' });
  const page = statusPage(
    report({ diagnosis: { status: 'ok', headline: 'works', causes: [cause([told])] } }),
  );
  expect(page).toContain('weights differ');
});

test('the page of a deployment shows what was seen, and what was not and why', () => {
  const page = toDeploymentPage(stored(troubled())[0]!, nowMs);
  expect(page).toContain('_collab-edge._tls.example.com');
  expect(page).toContain('10 10 8443 expe1.example.com; 10 10 8443 expe2.example.com');
  expect(page).toContain('<span class="differs">refused</span>');
  expect(page).toContain('could not look: no-descriptors');
  expect(page).toContain('401 Unauthorized');
  expect(page).toContain('(305 days left)');
  expect(page).toContain('the server sent no date');
  expect(page).toContain('no cluster is declared');
});

test('hostile values are text', () => {
  for (const page of [statusPage(hostileReport()), toDeploymentPage(stored(hostileReport())[0]!, nowMs)]) {
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(page).not.toContain('href="https://evil.example"');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

test('a deployment name stays inside its link', () => {
  const page = statusPage(troubled('a/b?c"d'));
  expect(page).toContain('href="/deployments/a%2Fb%3Fc%22d"');
});

test('values that only look like markup are escaped', () => {
  const forged = JSON.parse('{"markup":"<b>","raw":["<b>"]}') as string;
  expect(() => toHtmlText(html`${forged}`)).not.toThrow();
  expect(toHtmlText(html`${forged}`)).not.toContain('<b>');
  expect(toHtmlText(html`<p title="${'" onclick="x'}">${['<', html`<i>${'&'}</i>`, undefined, 5]}</p>`)).toBe(
    '<p title="&quot; onclick=&quot;x">&lt;<i>&amp;</i>5</p>',
  );
});

test.each([
  ['one\ntwo\n\nthree', '<p>one two</p><p>three</p>'],
  [
    'a `b > c` and **bold `d`** <i>',
    '<p>a <code>b &gt; c</code> and <strong>bold <code>d</code></strong> &lt;i&gt;</p>',
  ],
  ['1. one\n   more\n2. two', '<ol><li>one more</li><li>two</li></ol>'],
  ['- a\n  - b\n  - c\n- d', '<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>'],
  ['- a\n\n- b\n\nafter', '<ul><li>a</li><li>b</li></ul><p>after</p>'],
  ['- a\n1. b', '<ul><li>a</li></ul><ol><li>b</li></ol>'],
  [
    'text:\n```\na <b>\n\n  c\n```\nafter',
    '<p>text:</p><pre><code>a &lt;b&gt;\n\n  c\n</code></pre><p>after</p>',
  ],
  ['```\nnever closed', '<pre><code>never closed\n</code></pre>'],
  ['## Head', '<h3>Head</h3>'],
  [
    '[a](https://x.example/y) [b](javascript:alert(1))',
    '<p><a href="https://x.example/y" rel="noreferrer">a</a> [b](javascript:alert(1))</p>',
  ],
  [
    '1. run\n   ```\n   dig x\n   ```\n2. look',
    '<ol><li>run<pre><code>dig x\n</code></pre></li><li>look</li></ol>',
  ],
  ['', ''],
])('%j is shown as %j', (markdown, expected) => {
  expect(toHtmlText(proseToHtml(markdown))).toBe(expected);
});

test('a page loads itself again only when asked to', () => {
  const reports = stored(report());
  expect(toStatusPage({ reports, missing: [], nowMs })).not.toContain('http-equiv="refresh"');
  expect(toStatusPage({ reports, missing: [], nowMs, refreshSeconds: 60 })).toContain(
    '<meta http-equiv="refresh" content="60">',
  );
});

test('ports that have to be closed and are take one line, one that is open stands in the table', () => {
  const services = [22, 443, 2222].map(port => ({
    ...service('example', 'expe1.example.com', '203.0.113.11', port),
    expected: 'closed' as const,
  }));
  const observations = services.map(({ id }, index) =>
    observation(id, id, 'tcp', { address: '203.0.113.11', port: 1, state: index === 2 ? 'open' : 'refused' }),
  );
  const page = toDeploymentPage(stored(report({ subjects: services, observations }))[0]!, nowMs);
  expect(page).toContain('<b>refused</b> expe1.example.com:22 :443 (203.0.113.11)');
  expect(page).toContain('<span class="differs">open</span>');
});

test('of hundreds of deployments the worst are shown, and a link leads to all', () => {
  const many = stored(...Array.from({ length: 150 }, (_, i) => report({}, `fine-${i}`)), troubled('bad'));
  const page = toStatusPage({ reports: many, missing: [], nowMs });
  expect(page.match(/href="\/deployments\//g)).toHaveLength(101);
  expect(page).toContain('<a href="/?all=true">and 50 more</a>');
  const whole = toStatusPage({ reports: many, missing: [], nowMs, isWhole: true });
  expect(whole.match(/href="\/deployments\//g)).toHaveLength(151);
});

test('what is wrong with ourselves stands before what is wrong with others', () => {
  const page = toStatusPage({
    ...{ reports: stored(troubled()), missing: [], nowMs },
    runState: {
      ...runState,
      reload: {
        successful: false,
        successMs: nowMs - 60_000,
        problems: [{ place: 'a.yaml:3:1', message: 'No <key>.' }],
      },
      store: { bytes: 0, lost: 0, problem: 'the disk is full' },
      maintenance: [{ deployment: 'example', until: '2026-03-01T14:00:00.000Z', reason: 'upgrade' }],
      shard: { index: 2, count: 4 },
    },
  });
  for (const text of [
    '<code>a.yaml:3:1</code> No &lt;key&gt;.',
    'the disk is full',
    '<b>example</b> until',
    'part 2 of 4',
  ])
    expect(page.indexOf(text)).toBeGreaterThan(0);
  expect(page.indexOf('could not be taken over')).toBeLessThan(page.indexOf('<article'));
});

test('a day is told in words and by height, not by colour alone', () => {
  const day = Array.from({ length: 96 }, (_, i) => ({
    at: new Date(i * 900_000).toISOString(),
    ...(i < 8 ? {} : { status: i < 88 ? ('ok' as const) : ('critical' as const) }),
  }));
  const page = toStatusPage({ reports: stored(report()), missing: [], nowMs, dayOf: () => day });
  expect(page).toContain('aria-label="Last 24 hours: 2 h critical, 20 h working"');
  expect(page).toContain('<rect class="ok" x="8" y="15" width="80" height="5"/>');
  expect(page).toContain('<rect class="critical" x="88" y="0" width="8" height="20"/>');
});
