import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Bind, startBind } from './bind.ts';
import { type Authority, type Edge, labAt, openAuthority, publicZones, startEdge, words } from './edge.ts';
import { causes, mradar, troubleshoot } from './mradar.ts';
import { patience } from './tools.ts';

vi.setConfig(patience);

const lab = labAt(6);
let authority: Authority;
let bind: Bind;
let edge: Edge;

beforeAll(async () => {
  authority = await openAuthority();
  bind = await startBind({ port: lab.dnsPort, zones: publicZones(lab) });
  edge = await startEdge(lab, authority);
});
afterAll(async () => {
  await edge?.stop();
  await bind?.stop();
  await authority?.close();
});

const limited = (descriptors: number) => ['bash', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'bash'];

test.each([24, 26, 28, 32, 36])(
  '%i file descriptors are too few: it is ours, and no target is called broken',
  async descriptors => {
    const { status, report } = await troubleshoot(words(bind, authority), limited(descriptors));
    expect(report.diagnosis.causes.map(({ code }) => code)).toEqual(['PROBER_OUT_OF_DESCRIPTORS']);
    expect(causes(report)).toEqual(['PROBER_OUT_OF_DESCRIPTORS lab-test']);
    expect(report.diagnosis.status).toBe('unknown');
    expect(status).toBe(3);
  },
);

test('64 file descriptors are enough', async () => {
  const { status, report } = await troubleshoot(words(bind, authority), limited(64));
  expect({ status, causes: causes(report) }).toEqual({ status: 0, causes: [] });
});

test('the text for people says whose fault it is', async () => {
  const { status, out } = await mradar(['troubleshoot', ...words(bind, authority)], limited(28));
  expect(status).toBe(3);
  expect(out).toMatch(/could not be looked at because mradar has no file descriptors left/);
  expect(out).not.toMatch(/refuses|gives no answer|expired/);
});
