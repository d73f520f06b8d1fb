import { expect, test } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import type { Control } from '../../src/model/run-state.ts';
import { createStore } from '../../src/store/store.ts';
import { observation, report, troubled } from './report.ts';
import { remembering, serve } from './server.ts';

const [edge, other] = [
  'example/service/expe1.example.com/203.0.113.11/8443',
  'example/service/expe2.example.com/203.0.113.12/8443',
];

async function open(change: Partial<Control> = {}) {
  const store = createStore();
  store.put(troubled());
  const { asked, control } = remembering({
    latest: id => troubled().observations.filter(({ subject }) => subject === id),
    ...change,
  });
  const nowMs = () => Date.parse('2026-03-01T10:00:30.000Z');
  const served = await serve(store, { control, nowMs });
  const probe = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(served.url(`/probe?${query}`), { headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  };
  return { ...served, asked, probe };
}

/** Values by metric and labels. */
function valuesIn(text: string): Record<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

test('a target of the configuration is looked at now, and told in the words of blackbox_exporter', async () => {
  const { probe, asked } = await open();
  const { status, type, text } = await probe('target=https://expe1.example.com:8443/probe&module=http_2xx');
  expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(asked).toEqual([edge]);
  const { probe_duration_seconds: took, ...values } = valuesIn(text);
  expect(took).toBeGreaterThanOrEqual(0);
  expect(values).toEqual({
    probe_success: 1,
    probe_ip_protocol: 4,
    mradar_probe_reading_age_seconds: 30,
    'probe_http_duration_seconds{phase="connect"}': 0.0125,
    'probe_http_duration_seconds{phase="tls"}': 0.048,
    'probe_http_duration_seconds{phase="processing"}': 0.09,
    probe_http_status_code: 401,
    probe_http_ssl: 1,
    probe_ssl_earliest_cert_expiry: Date.parse('2027-01-01T00:00:00.000Z') / 1000,
    'probe_tls_version_info{version="TLS 1.3"}': 1,
  });
});

test.each([
  ['target=expe2.example.com:8443&module=tcp_connect', other, 0],
  ['target=203.0.113.12:8443', other, 0],
  ['target=expe1.example.com:8443&module=tcp_connect', edge, 1],
  ['target=EXPE1.example.com:8443&module=tcp_connect_tls', edge, 1],
  [`target=${edge}&module=http`, edge, 1],
  ['target=example.com&module=dns_udp', 'example/domain/example.com', 1],
])('%s looks at %s with success %i', async (query, subject, success) => {
  const { probe, asked } = await open();
  const { status, text } = await probe(query);
  expect([status, valuesIn(text).probe_success, asked]).toEqual([200, success, [subject]]);
});

test.each([
  ['', 400],
  ['target=', 400],
  ['target=a&target=b', 400],
  ['target=expe1.example.com:8443&module=icmp', 400],
  ['target=expe1.example.com:8443&module=ssh_banner', 400],
  ['target=expe1.example.com', 404],
  ['target=expe1.example.com:22', 404],
  ['target=169.254.169.254:80', 404],
  ['target=http://127.0.0.1:8443/', 404],
  ['target=http://[::1]:8443/', 404],
  ['target=http://expe1.example.com@127.0.0.1:8443/', 404],
  ['target=http://127.0.0.1:8443%23expe1.example.com:8443', 404],
  ['target=file:///etc/passwd', 404],
  ['target=%00', 404],
  [`target=${'a'.repeat(5_000)}`, 404],
])('%s is no target: %i, and nobody is asked anything', async (query, status) => {
  const { probe, asked } = await open();
  expect((await probe(query)).status).toBe(status);
  expect(query.includes('ssh') ? [] : asked).toEqual([]);
});

test('an address that the name has no more is no target, whatever it was before', async () => {
  const store = createStore();
  const { asked, control } = remembering({
    latest: () => [observation('s', edge, 'tcp', { state: 'open' })],
  });
  const { url } = await serve(store, { control });
  store.put(troubled());
  expect((await fetch(url('/probe?target=203.0.113.11:8443'))).status).toBe(200);
  store.put(report());
  expect((await fetch(url('/probe?target=203.0.113.11:8443'))).status).toBe(404);
  expect(asked).toEqual([edge]);
});

test('what fails on our side fails the scrape and blames no target', async () => {
  const errored: Observation = {
    ...{ step: 's', subject: edge, kind: 'tcp', at: '2026-03-01T10:00:00.000Z', state: 'errored' },
    failure: { stage: 'connect', reason: 'no-descriptors', blame: 'prober', code: 'EMFILE' },
  };
  const { probe } = await open({ latest: () => [errored] });
  const { status, text } = await probe('target=expe1.example.com:8443');
  expect([status, text]).toEqual([503, 'We could not look: no-descriptors\n']);
});

test('it answers within the time that the scraper waits', async () => {
  const { probe } = await open({ lookNow: () => new Promise(() => {}) });
  const began = performance.now();
  const { status, text } = await probe('target=expe1.example.com:8443', {
    'X-Prometheus-Scrape-Timeout-Seconds': '0.6',
  });
  expect(performance.now() - began).toBeLessThan(3_000);
  expect([status, valuesIn(text).probe_success]).toEqual([200, 0]);
});

test('no more than a few at the same time', async () => {
  const { probe } = await open({ lookNow: () => new Promise(() => {}) });
  const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '2' };
  const all = await Promise.all(
    Array.from({ length: 40 }, () => probe('target=expe1.example.com:8443', headers)),
  );
  expect(all.filter(({ status }) => status === 503).length).toBe(8);
});

test('debug tells what was seen, and a hostile value forges no line', async () => {
  const hostile = observation('s', edge, 'tcp', {
    state: 'refused',
    failure: { stage: 'connect', reason: 'refused', blame: 'target', code: 'X\nprobe_success 1' },
  });
  const { probe } = await open({ latest: () => [hostile] });
  const { text } = await probe('target=expe1.example.com:8443&debug=true');
  expect(text).toMatch(
    /^Logs for the probe:\nts=.* layer=tcp state=observed failure=connect:X\\nprobe_success 1/,
  );
  expect(text).toContain('Metrics that would have been returned:');
  expect(text).toContain(`Module configuration:\nmodule: all\n${edge}`);
});
