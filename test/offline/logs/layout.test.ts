import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readHeader } from '../../../src/offline/logs/layout.ts';

const at = (iso: string, zoned = true) => ({ ms: Date.parse(iso), zoned });

test.each([
  [
    'a syslog line, with the time that is in UTC',
    '2015-02-02T19:46:31+01:00 collabedge tvcs: UTCTime="2015-02-02 18:46:31,144" Module="network.tcp"',
    { layout: 'expressway', time: at('2015-02-02T18:46:31.144Z'), host: 'collabedge', process: 'tvcs' },
  ],
  [
    'milliseconds without zeros in front',
    '2014-09-25T13:46:20-04:00 expc edgeconfigprovisioning UTCTime="2014-09-25 17:46:20,92" Level="DEBUG"',
    {
      layout: 'expressway',
      time: at('2014-09-25T17:46:20.092Z'),
      host: 'expc',
      process: 'edgeconfigprovisioning',
    },
  ],
  [
    'no blank after the colon',
    '2026-01-29T14:01:16.974-05:00 exp-c traffic_server[2030]:[ET_NET 1]ERROR:SSL',
    {
      layout: 'expressway',
      time: at('2026-01-29T19:01:16.974Z'),
      host: 'exp-c',
      process: 'traffic_server',
    },
  ],
  [
    'a BSD syslog line',
    '<134>Jul  1 10:00:00 expe tvcs: UTCTime="2022-07-01 08:00:00,001" Event="x"',
    { layout: 'expressway', time: at('2022-07-01T08:00:00.001Z'), host: 'expe', process: 'tvcs' },
  ],
  ['a line without its beginning', 'Event="Authentication Failed" Service="SIP"', { layout: 'expressway' }],
  [
    'a host and a program only',
    'xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,847" Module="Jabber"',
    {
      layout: 'expressway',
      time: at('2014-03-25T17:19:45.847Z'),
      host: 'xwayc',
      process: 'XCP_JABBERD',
    },
  ],
  [
    'Jabber for Windows',
    '2020-03-30 13:03:18,278 DEBUG [0x000012d8] [src\\a.cpp(993)] [csf.ecc] [x] - msg',
    { layout: 'jabber', time: at('2020-03-30T13:03:18.278Z', false) },
  ],
  [
    'Jabber on a phone',
    '-- 2015-08-04 10:48:04.775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] x',
    { layout: 'jabber', time: at('2015-08-04T10:48:04.775Z', false) },
  ],
  ['Jabber without a time', 'WARN [0x00003398] [src\\a.cpp(52)] [csf.dns] [x] - y', { layout: 'jabber' }],
  [
    'Webex',
    '2021-08-24T15:38:15.123Z <Info> [0x7000] UCLogin.cpp:12 run: started',
    { layout: 'webex', time: at('2021-08-24T15:38:15.123Z') },
  ],
  ['a room system', '83716.91 PROV ProvisionRequest failed: 5 (HTTP code=401)', { layout: 'endpoint' }],
  ['Unified CM', '08080021.043 |16:31:15.937 |AppInfo  |SIPStationD(18400) - x', { layout: 'sdl' }],
])('%s', (_, line, header) => {
  expect(readHeader(line)).toEqual(header);
});

test.each(['', '|HTTP/1.1 403 Forbidden', '  at line', 'Server: CE_E', 'just words', '}', '\u0000\u0001'])(
  '%j is no beginning of a line',
  line => {
    expect(readHeader(line)).toBeUndefined();
  },
);

test('any text is a header or none', () => {
  assert(
    property(string({ maxLength: 300, unit: 'binary' }), text => {
      const header = readHeader(text);
      if (header?.time) expect(Number.isFinite(header.time.ms)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
