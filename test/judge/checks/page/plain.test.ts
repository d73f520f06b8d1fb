import { expect, test } from 'vitest';
import type { HttpReading, TlsReading } from '../../../../probes/index.ts';
import { plain } from '../../../../src/judge/checks/page/plain.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import {
  answer,
  dnsFailed,
  httpAnswer,
  nodata,
  nxdomain,
  tcpFailed,
  tcpOpen,
  tlsOk,
} from '../../readings.ts';
import { judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';

const page = service({
  ...{ role: 'web_server', host: 'web1.example.com', address: '10.0.0.61', port: 443, expected: 'any' },
  ...{ purpose: 'page', title: 'emergency page https://web1.example.com/emergency.html' },
});
const tab = service({
  ...page,
  title: 'custom tab https://web1.example.com/tab',
});
const pages = [
  { use: 'e911', url: 'https://web1.example.com/emergency.html' },
  { use: 'embedded_tab', url: 'https://web1.example.com/tab' },
] as const;
const shows = (body: string, facts: Partial<HttpReading> = {}) =>
  httpAnswer(200, { headers: {}, body, bodyBytes: body.length, ...facts });
const script = shows('<p>Hello</p><script>x()</script>');
const style = shows('<link rel="stylesheet" href="a.css"><p>Hello</p>');
const reset: Failure = { stage: 'tls', reason: 'reset', blame: 'target', code: 'ECONNRESET' };
const { status: _status, ...silent } = httpAnswer(0, { failure: { ...reset, stage: 'response' } });

test.each<[string, typeof page, HttpReading, string, string?]>([
  ['plain HTML', page, shows('<p>Hello</p>'), 'pass'],
  ['a script', page, script, 'fail PAGE_NOT_PLAIN'],
  ['a style sheet', page, style, 'fail PAGE_NOT_PLAIN'],
  ['a plain tab', tab, shows('<p>Hello</p>'), 'pass'],
  ['a tab with a script', tab, script, 'fail PAGE_NOT_PLAIN'],
  ['a tab with a style sheet', tab, style, 'pass'],
  ['a tab with a script, X15', tab, script, 'fail PAGE_NOT_PLAIN', 'X15.0.3'],
  ['any tab on X8.10', tab, shows('<p>Hello</p>'), 'fail TAB_NOT_SUPPORTED', 'X8.10'],
  ['any tab on X12.7, of which no document speaks', tab, shows(''), 'fail TAB_NOT_SUPPORTED', 'X12.7'],
  ['any tab on X8.2', tab, script, 'not-applicable', 'X8.2'],
  ['a plain tab on X14', tab, shows('<p>Hello</p>'), 'pass', 'X14.0'],
  ['the emergency page on X8.10', page, script, 'fail PAGE_NOT_PLAIN', 'X8.10'],
  ['no such page', page, httpAnswer(404), 'fail PAGE_NOT_SHOWN'],
  ['an error', page, httpAnswer(503), 'fail PAGE_NOT_SHOWN'],
  ['no answer', page, silent, 'fail PAGE_NOT_SHOWN'],
  ['a page that moved', page, httpAnswer(302), 'unknown'],
  ['a page for those who sign in', page, httpAnswer(401), 'unknown'],
  ['compressed', page, shows('', { headers: { 'content-encoding': 'gzip' } }), 'unknown'],
  ['a long page', page, shows('<p>', { bodyBytes: 70_000 }), 'unknown'],
  ['a long page with a script', page, { ...script, bodyBytes: 70_000 }, 'fail PAGE_NOT_PLAIN'],
])('%s', (_when, at, http, expected, expressway_c) => {
  const observed = [seen(at, 'tcp', tcpOpen()), seen(at, 'tls', tlsOk()), seen(at, 'http', http)];
  const facts = { pages, ...(expressway_c !== undefined && { versions: { expressway_c } }) };
  expect(outcome(judge(plain, round(facts, observed), at))).toBe(expected);
});

const unknownHost = { ...page, address: undefined };
const lost: TlsReading = { ...tlsOk(), failure: reset };
const host = node('web1.example.com', 'web_server');
const asked = (a: Parameters<typeof seen>[2], aaaa: Parameters<typeof seen>[2]): Seen[] => [
  seen(host, 'dns:internal:address/a', a as never),
  seen(host, 'dns:internal:address/aaaa', aaaa as never),
];
test.each<[string, typeof page, Seen[], string]>([
  ['refused', page, [seen(page, 'tcp', tcpFailed('refused'))], 'fail PAGE_NOT_SHOWN'],
  ['no handshake', page, [seen(page, 'tcp', tcpOpen()), seen(page, 'tls', lost)], 'fail PAGE_NOT_SHOWN'],
  ['not looked at', page, [{ subject: page, need: 'tcp', skipped: 'not yet' }], 'unknown'],
  ['no address', unknownHost, asked(nxdomain(), nxdomain()), 'fail PAGE_NOT_SHOWN'],
  ['no record of either kind', unknownHost, asked(nodata(), nodata()), 'fail PAGE_NOT_SHOWN'],
  ['an address that is not looked at', unknownHost, asked(answer(), nodata()), 'unknown'],
  ['DNS is silent', unknownHost, asked(dnsFailed('timeout'), dnsFailed('timeout')), 'unknown'],
])('%s', (_when, at, observed, expected) => {
  expect(outcome(judge(plain, round({}, observed, [at]), at))).toBe(expected);
});
