import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, test } from 'vitest';
import { publishedChecks, publishedCoverage } from '../../src/catalogue.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Report } from '../../src/model/report.ts';
import { operations } from '../../src/publish/api.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { troubleshoot } from '../scenarios/simulated.ts';
import { apiPage, openApiDocument } from './openapi-document.ts';
import { report, troubled } from './report.ts';
import { remembering, serve } from './server.ts';

type Document = {
  readonly paths: Record<
    string,
    Record<string, { readonly responses: Record<string, { readonly content?: object }> }>
  >;
  readonly components: { readonly schemas: Record<string, object> };
};

const library = loadLibrary();
const entries = library.entries.map(entry => ({
  ...entry,
  sources: entry.sources.map(({ section }) => section),
}));
const parts = { entries, checks: publishedChecks(library), coverage: publishedCoverage };

let seen: Report;
beforeAll(async () => {
  const simulator = await startSimulator();
  try {
    await simulator.set('chain-incomplete', true);
    seen = await troubleshoot(simulator, 'external');
  } finally {
    await simulator.stop();
  }
}, 60_000);

const subject = 'example/service/expe2.example.com/203.0.113.12/8443';

/** A store with a report from the simulator, two from a table, and a past. */
function filled(): Store {
  const store = createStore();
  const one = troubled();
  const [cause] = one.diagnosis.causes;
  const [finding] = cause!.findings;
  const incidents = Array.from(
    { length: 5 },
    (_, i): Incident => ({
      ...{ id: `incident-${i}`, deployment: 'example', code: finding!.code, severity: 'critical' },
      ...{ affects: 'sign-in', check: finding!.check, subject, judged: subject, message: finding!.message },
      ...{ evidence: finding!.evidence, cause: finding!.code, state: i === 4 ? 'open' : 'closed' },
      ...{ suspectedAt: `2026-03-01T0${i}:00:00.000Z`, seenAt: `2026-03-01T0${i}:10:00.000Z`, sightings: 3 },
      ...(i === 4 ? {} : { closedAt: `2026-03-01T0${i}:20:00.000Z` }),
      changes: [{ fact: 'chain', before: ['a', 'b'], now: ['a'] }],
    }),
  );
  const observations = one.observations.filter(observation => observation.subject === subject);
  const look = (at: string, codes: readonly string[]) => ({
    subject,
    at,
    facts: { chain: [at] },
    codes,
    observations,
  });
  store.put(one, {
    incidents,
    looks: [look('2026-03-01T00:00:00.000Z', []), look('2026-03-01T04:00:00.000Z', [finding!.code])],
    suspected: [{ ...finding!, code: 'PORT_REFUSED' }],
    states: new Map([[`${finding!.code} ${subject}`, 'open']]),
  });
  store.put(report({}, 'später/2'));
  store.put(seen);
  return store;
}

async function read(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    body: await response.json().catch(() => undefined),
  };
}

async function validator(url: (path: string) => string) {
  const document = (await read(url('/api/v1/openapi.json'))).body as Document;
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ },
  });
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'document', components: document.components });
  return {
    document,
    validate: (name: string, value: unknown) => {
      const validate = ajv.getSchema(`document#/components/schemas/${name}`)!;
      return validate(value) ? [] : (validate.errors ?? []).slice(0, 5);
    },
  };
}

test('every response of every operation is what the document says', async () => {
  const { control } = remembering();
  const { url, errors } = await serve(filled(), { ...parts, control });
  const { document, validate } = await validator(url);
  expect(Object.keys(document.paths)).toEqual([...new Set(operations.map(({ path }) => path))].sort());
  const service = seen.subjects.find(({ kind }) => kind === 'service')!.id;
  const ids: Record<string, readonly string[]> = {
    '/api/v1/deployments/{id}': ['example', encodeURIComponent('später/2'), seen.deployment.name],
    '/api/v1/subjects/{id}': [
      subject,
      encodeURIComponent(subject),
      ...seen.subjects.map(({ id }) => encodeURIComponent(id)),
    ],
    '/api/v1/incidents/{id}': ['incident-0'],
    '/api/v1/entries/{id}': ['CERT-007', 'CERT_CHAIN_INCOMPLETE'],
    '/api/v1/checks/{id}': [parts.checks[0]!.id, encodeURIComponent(parts.checks[0]!.id)],
  };
  for (const { method, path, answer } of operations) {
    const names = path.endsWith('{id}') ? ids[path]! : [''];
    for (const name of names) {
      const query = method === 'post' ? `?subject=${encodeURIComponent(service)}` : '';
      const place = path.replace('{id}', name) + query;
      const headers = { 'X-Mradar-Request': '1' };
      const { status, body } = await read(url(place), { method: method.toUpperCase(), headers });
      expect(status, place).toBe(200);
      expect(validate(answer, body), place).toEqual([]);
    }
    const missing = path.endsWith('{id}') ? path.replace('{id}', 'nothing/of/it') : `${path}/nothing`;
    const { status, body } = await read(url(missing));
    expect([404, 405]).toContain(status);
    expect(validate('Problem', body), missing).toEqual([]);
  }
  expect(errors).toEqual([]);
});

test('the document holds nothing that points nowhere, and names each operation once', async () => {
  const { url } = await serve(filled(), parts);
  const { document } = await validator(url);
  const text = JSON.stringify(document);
  const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  expect(refs.length).toBeGreaterThan(20);
  for (const name of refs) expect(Object.keys(document.components.schemas)).toContain(name);
  const names = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, name]) => name);
  expect(new Set(names).size).toBe(operations.length);
});

test.each([
  '/api/v1/report',
  '/api/v1/deployments',
  '/api/v1/subjects',
  '/api/v1/incidents',
  '/api/v1/entries',
  '/api/v1/checks',
])('%s gives page after page everything once', async path => {
  const { url } = await serve(filled(), parts);
  const whole = (await read(url(`${path}?limit=${path.endsWith('report') ? 50 : 500}`))).body as Record<
    string,
    unknown
  >;
  const key = path === '/api/v1/report' ? 'reports' : 'items';
  const found: unknown[] = [];
  let after = '';
  for (let i = 0; i < 200; i++) {
    const step = path.endsWith('entries') || path.endsWith('checks') || path.endsWith('subjects') ? 40 : 1;
    const { body } = await read(url(`${path}?limit=${step}${after}`));
    const part = body as { readonly total: number; readonly next?: string } & Record<string, unknown[]>;
    expect(part[key]!.length).toBeLessThanOrEqual(step);
    expect(part.total).toBe(whole.total);
    found.push(...part[key]!);
    if (part.next === undefined) break;
    after = `&after=${encodeURIComponent(part.next)}`;
  }
  expect(found).toEqual(whole[key]);
  expect(found).toHaveLength(whole.total as number);
});

test.each([
  '/api/v1/incidents?limit=0',
  '/api/v1/incidents?limit=501',
  '/api/v1/incidents?limit=x',
  '/api/v1/incidents?state=broken',
  '/api/v1/incidents?since=yesterday',
  '/api/v1/subjects?kind=planet',
  '/api/v1/deployments?after=a&after=b',
])('%s is refused with a reason', async path => {
  const { url } = await serve(filled(), parts);
  const { status, body } = await read(url(path));
  expect(status).toBe(400);
  expect(body).toMatchObject({
    error: { status: 400, message: expect.stringMatching(/^(limit|state|since|kind|after): \w/) },
  });
});

test('incidents are found by what they are', async () => {
  const { url } = await serve(filled(), parts);
  const count = async (query: string) =>
    ((await read(url(`/api/v1/incidents?${query}`))).body as { total: number }).total;
  expect(await count('state=open')).toBe(1);
  expect(await count('state=closed&severity=critical')).toBe(4);
  expect(await count('severity=warning')).toBe(0);
  expect(await count('until=2026-03-01T01:30:00Z')).toBe(2);
  expect(await count(`subject=${subject}&code=CERT_CHAIN_INCOMPLETE&deployment=example`)).toBe(5);
  expect(await count('deployment=nowhere')).toBe(0);
});

test('what did not change is not sent again', async () => {
  const store = filled();
  const { url } = await serve(store, parts);
  for (const path of ['/api/v1/report', '/api/v1/incidents?limit=2', '/api/v1/openapi.json']) {
    const { etag } = await read(url(path));
    const again = await fetch(url(path), { headers: { 'If-None-Match': etag! } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  }
  const { etag } = await read(url('/api/v1/deployments'));
  store.put(report({}, 'new'));
  const { status, body } = await read(url('/api/v1/deployments'), { headers: { 'If-None-Match': etag! } });
  expect([status, (body as { total: number }).total]).toEqual([200, 4]);
});

test('a subject tells what changed since it was last good, and what waits to be confirmed', async () => {
  const { url } = await serve(filled(), parts);
  const { body } = await read(url(`/api/v1/subjects/${subject}`));
  expect(body).toMatchObject({
    status: 'critical',
    codes: ['CERT_CHAIN_INCOMPLETE'],
    history: {
      changes: [{ fact: 'chain', before: ['2026-03-01T00:00:00.000Z'], now: ['2026-03-01T04:00:00.000Z'] }],
    },
    findings: [
      { state: 'open', cause: 'CERT_CHAIN_INCOMPLETE' },
      { state: 'suspected', finding: { code: 'PORT_REFUSED' } },
    ],
  });
});

test('the documents are what the program says', () => {
  const hint = 'out of date; run: node test/publish/write-openapi.ts && npm run format';
  expect(readFileSync(apiPage.path, 'utf8'), hint).toBe(apiPage.text);
  expect(JSON.parse(readFileSync(openApiDocument.path, 'utf8')), hint).toEqual(
    JSON.parse(openApiDocument.text),
  );
});
