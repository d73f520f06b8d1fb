import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { factsOf, wordsOf } from '../../src/facts.ts';
import { createLists } from '../../src/lists.ts';
import { changesBetween } from '../../src/model/incident.ts';
import { type MaintenanceWindow, windowEnd } from '../../src/model/maintenance.ts';
import type { Observation } from '../../src/model/observation.ts';

const at = '2026-03-01T10:00:00.000Z';
const seen = (kind: string, reading: object): Observation =>
  ({ step: 's', subject: 'a', kind, at, durationMs: 7, state: 'observed', reading }) as Observation;
const words = (kind: string, reading: object, when = at, durationMs = 7) =>
  wordsOf({
    step: 's',
    at: when,
    durationMs,
    observations: [{ ...seen(kind, reading), at: when, durationMs }],
  });

describe('the words of a result', () => {
  const record = (address: string, ttl = 60) => ({ name: 'e', ttl, type: 'A', address });
  test.each([
    [
      'later and slower',
      words('tcp', { state: 'open', connectMs: 1 }),
      words('tcp', { state: 'open', connectMs: 9 }, '2027', 9),
    ],
    [
      'records turned round, older',
      words('dns', { records: [record('1'), record('2')] }),
      words('dns', { records: [record('2', 9), record('1', 9)] }),
    ],
    [
      'another Date',
      words('http', { headers: { date: 'a', server: 'x' } }),
      words('http', { headers: { date: 'b', server: 'x' } }),
    ],
    [
      'a clock that wavers',
      words('http', { clockDifferenceMs: 100 }),
      words('http', { clockDifferenceMs: 300 }),
    ],
  ])('are the same for %s', (_what, before, now) => {
    expect(now).toBe(before);
  });

  test.each([
    ['a closed port', words('tcp', { state: 'open' }), words('tcp', { state: 'refused' })],
    ['another address', words('dns', { records: [record('1')] }), words('dns', { records: [record('2')] })],
    [
      'another server',
      words('http', { headers: { server: 'x' } }),
      words('http', { headers: { server: 'y' } }),
    ],
    [
      'a clock that went',
      words('http', { clockDifferenceMs: 100 }),
      words('http', { clockDifferenceMs: 61_000 }),
    ],
    [
      'a connection that takes longer than clients wait',
      words('tcp', { state: 'open', connectMs: 900 }),
      words('tcp', { state: 'open', connectMs: 3_100 }),
    ],
  ])('are others for %s', (_what, before, now) => {
    expect(now).not.toBe(before);
  });
});

test('what changed since a good look is told by facts that both looks know', () => {
  const certificate = (serial: string) => ({ chain: [{ serial, subject: 'CN=e' }], protocol: 'TLSv1.3' });
  const before = factsOf([
    seen('tls', certificate('01')),
    seen('http', { status: 401, headers: { server: 'CE_E' } }),
  ]);
  const now = factsOf([seen('tls', certificate('02')), seen('tcp', { state: 'open' })]);
  expect(changesBetween(before, now)).toEqual([{ fact: 'certificate serial', before: ['01'], now: ['02'] }]);
});

test('a maintenance window holds once, or on days of the week and over midnight', () => {
  const ms = (text: string) => Date.parse(text);
  const once: MaintenanceWindow = {
    reason: '',
    startMs: ms('2026-03-01T22:00Z'),
    endMs: ms('2026-03-01T23:00Z'),
  };
  const sunday: MaintenanceWindow = {
    reason: '',
    days: ['sun'],
    fromMs: 22 * 3_600_000,
    toMs: 2 * 3_600_000,
  };
  const end = (window: MaintenanceWindow, text: string) => {
    const found = windowEnd(window, ms(text));
    return found === undefined ? undefined : new Date(found).toISOString().slice(0, 16);
  };
  expect([
    end(once, '2026-03-01T21:59Z'),
    end(once, '2026-03-01T22:00Z'),
    end(once, '2026-03-01T23:00Z'),
  ]).toEqual([undefined, '2026-03-01T23:00', undefined]);
  // The first of March 2026 is a Sunday.
  expect([
    end(sunday, '2026-03-01T01:00Z'),
    end(sunday, '2026-03-01T22:30Z'),
    end(sunday, '2026-03-02T01:59Z'),
    end(sunday, '2026-03-02T02:00Z'),
    end(sunday, '2026-03-02T22:30Z'),
  ]).toEqual([undefined, '2026-03-02T02:00', '2026-03-02T02:00', undefined, undefined]);
});

test('a list behind a URL keeps its last text while it cannot be fetched, and is asked for only when it changed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mradar-lists-'));
  const file = join(folder, 'a.yaml');
  writeFileSync(file, 'deployments: []');
  let [text, status, fetched] = ['first', 200, 0];
  const server = createServer((request, response) => {
    const same = request.headers['if-none-match'] === text;
    if (!same) fetched++;
    response.writeHead(same ? 304 : status, { etag: text, connection: 'close' }).end(same ? '' : text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const lists = createLists();
  expect(() => lists.textOf(url)).toThrow('not asked for yet');
  await lists.fetchAll([url, file]);
  await lists.fetchAll([url, file]);
  expect([lists.textOf(url), fetched]).toEqual(['first', 1]);
  const before = lists.stateOf([url, file]);
  expect(lists.stateOf([url, file])).toBe(before);
  [text, status] = ['broken', 500];
  await lists.fetchAll([url]);
  expect([lists.textOf(url), lists.stateOf([url, file])]).toEqual(['first', before]);
  [text, status] = ['second', 200];
  await lists.fetchAll([url]);
  expect(lists.stateOf([url, file])).not.toBe(before);
  const changed = lists.stateOf([url, file]);
  writeFileSync(file, 'deployments: [{domains: [a.example]}]');
  expect(lists.stateOf([url, file])).not.toBe(changed);
  server.close();
  rmSync(folder, { recursive: true });
});
