import { assert, asyncProperty, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { toLogText } from '../../../src/offline/logs/text.ts';
import { readFiles } from './read.ts';

const failed = (time: string, user: string) =>
  `${time} expc edgeconfigprovisioning: Level="INFO" Detail="Failed to authenticate user against server" Username="${user}" Server="('https', 'cucm.example.com', 8443)"\n`;
const ordinary =
  '2020-01-01T00:00:00Z expc tvcs: Module="network.tcp" Level="DEBUG": Detail="TCP Connecting"\n';

test('says how often, from when to when, whom it concerns and where an example stands', async () => {
  const { causes, status } = await readFiles({
    'a.log':
      ordinary +
      failed('2020-01-01T10:00:00+01:00', 'jdoe') +
      failed('2020-01-01T12:00:00+01:00', 'jdoe') +
      failed('2020-01-01T11:00:00+01:00', 'asmith'),
  });
  expect(status).toBe('critical');
  expect(causes).toEqual([
    {
      entry: expect.objectContaining({ id: 'AUTH-001' }),
      severity: 'critical',
      count: 3,
      first: '2020-01-01T09:00:00.000Z',
      last: '2020-01-01T11:00:00.000Z',
      example: {
        file: 'a.log',
        line: 2,
        text: `2020-01-01T10:00:00+01:00 <host 1> edgeconfigprovisioning: Level="INFO" Detail="Failed to authenticate user against server" Username="<user 1>" Server="('https', '<host 2>', 8443)"`,
      },
      people: { count: 2 },
      hosts: { count: 2 },
      files: ['a.log'],
    },
  ]);
});

test('unredacted, names stand in the report', async () => {
  const { causes } = await readFiles(
    { 'a.log': failed('2020-01-01T10:00:00Z', 'jdoe') },
    { unredacted: true },
  );
  expect(causes[0]!.people).toEqual({ count: 1, names: ['jdoe'] });
  expect(causes[0]!.example.text).toContain('Username="jdoe"');
});

test('nothing that identifies anybody is anywhere in a redacted report', async () => {
  const report = await readFiles({ 'a.log': failed('2020-01-01T10:00:00Z', 'jdoe') });
  expect(JSON.stringify(report)).not.toMatch(/jdoe|cucm[.]example[.]com/);
});

test('joins files on one time line, local times by the zone given', async () => {
  const jabber =
    '2020-01-01 12:30:00,000 WARN [0x0000264c] [a.cpp(1)] [x] [y] - LocatorUdsQuery has failed with result: NO_HOME_UDS_FOUND\n';
  const { timeline } = await readFiles(
    {
      'jabber.log': jabber,
      'expc.log': failed('2020-01-01T10:00:00Z', 'a') + failed('2020-01-01T11:00:00Z', 'a'),
    },
    { zoneMinutes: 120 },
  );
  expect(timeline.map(({ time, entry, file, what }) => [time, entry, file, what])).toEqual([
    ['2020-01-01T10:00:00.000Z', 'AUTH-001', 'expc.log', 'first'],
    ['2020-01-01T10:30:00.000Z', 'AUTH-004', 'jabber.log', 'first'],
    ['2020-01-01T11:00:00.000Z', 'AUTH-001', 'expc.log', 'last'],
  ]);
});

test('says that times have no zone when none was given', async () => {
  const { notes } = await readFiles({
    'j.log': '2020-01-01 12:30:00,000 WARN [0x0000264c] [a.cpp(1)] [x] [y] - NO_HOME_UDS_FOUND\n',
  });
  expect(notes[0]!.message).toContain('--zone');
});

test('an unknown layout is named as such and searched', async () => {
  const { causes, files, notes } = await readFiles({ 'x.txt': 'hello\nso NO_HOME_UDS_FOUND it said\n' });
  expect(files[0]!.layout).toBe('unknown');
  expect(notes[0]!.message).toContain('does not know');
  expect(causes[0]!.example).toEqual({ file: 'x.txt', line: 2, text: 'so NO_HOME_UDS_FOUND it said' });
});

test('worse and more upstream troubles come first', async () => {
  const { causes } = await readFiles({
    'a.log': [
      'OnLoginError: LERR_CUP_AUTH',
      'HTTP/1.1 429 Too Many Requests',
      'reverse DNS lookup failed for address=10.1.1.1',
    ].join('\n'),
  });
  expect(causes.map(({ entry }) => entry.id)).toEqual(['DNS-018', 'CHAT-005', 'EDGE-005']);
});

test('no known trouble is ok, and no file is unknown', async () => {
  expect((await readFiles({ 'a.log': ordinary })).status).toBe('ok');
  expect((await readFiles({})).status).toBe('unknown');
  expect((await readFiles({ 'empty.log': '' })).headline).toContain('No known trouble');
});

test('a line of three megabytes is searched in parts, and the next line keeps its number', async () => {
  const long = `${'x'.repeat(3_000_000)} NO_HOME_UDS_FOUND ${'y'.repeat(3_000_000)}`;
  const { causes, notes } = await readFiles({ 'a.log': `one\n${long}\nreason LERR_CUP_AUTH\n` });
  expect(causes.map(({ entry, example }) => [entry.id, example.line])).toEqual([
    ['AUTH-004', 2],
    ['CHAT-005', 3],
  ]);
  expect(notes.map(({ message }) => message)).toContainEqual(expect.stringContaining('1 MiB'));
});

test('a record that lies over the end of a window is not torn, wherever the end falls', async () => {
  const payload =
    '2020-01-01T00:00:00Z expe traffic_server[1]: Module="network.http.trafficserver" Level="DEBUG": Detail="Sending Response"\nHTTPMSG:\n|HTTP/1.1 403 Forbidden\nDate: x\nConnection: close\nServer: CE_E\nContent-Length: 0\n\n|\n';
  const window = 5 * 1024 * 1024;
  for (const shift of [0, 60, 140, 170, 200]) {
    const lines = Math.floor((window - shift) / ordinary.length);
    const filler = ordinary.repeat(lines - 1);
    const pad = `${'-'.repeat(window - shift - filler.length - 1)}\n`;
    const { causes, files } = await readFiles({ 'a.log': filler + pad + payload + ordinary });
    expect(causes.map(({ entry, count }) => [entry.id, count])).toEqual([['EDGE-003', 1]]);
    expect(files[0]!.lines).toBe(lines + 10);
  }
});

test('the text opens with the status and tells what to do about the first cause', async () => {
  const report = await readFiles({ 'a.log': failed('2020-01-01T10:00:00Z', 'jdoe') });
  const text = toLogText(report, { width: 80, bold: one => one });
  expect(text.split('\n').slice(0, 5)).toEqual([
    'CRITICAL  Users get 401 Unauthorized though the path works',
    '',
    'CRITICAL  AUTH-001  Users get 401 Unauthorized though the path works',
    '  once at 2020-01-01 10:00:00 UTC; 1 person, 2 hosts',
    '  a.log:1',
  ]);
  expect(text).toContain('What to do:');
  expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
});

test('takes any bytes as a log', async () => {
  await assert(
    asyncProperty(uint8Array({ maxLength: 3000 }), async bytes => {
      expect((await readFiles({ 'a.log': bytes })).schema).toBe(1);
    }),
    { numRuns: 40 },
  );
}, 20_000);
