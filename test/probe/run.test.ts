import { expect, test } from 'vitest';
import { ProberFault } from '../../src/model/failure.ts';
import type { Step } from '../../src/model/step.ts';
import { type Runnable, runStep } from '../../src/probe/run.ts';
import { node, service } from '../judge/round.ts';

const step: Step<string, object> = {
  ...{ id: 's', probe: 'p', subject: service(), why: '', options: {}, timeoutMs: 100, intervalMs: 1_000 },
  host: '198.51.100.11',
};
const yields = ['tcp', 'tls', 'http'];
const probe = (run: Runnable<object>['run']): Runnable<object> => ({ yields, run });
const live = new AbortController().signal;
const states = async (run: Runnable<object>['run'], of = step, signal = live) =>
  (await runStep(of, probe(run), signal)).observations.map(observation => observation.state);

test('layers that were reached are observed, the others skipped because of the one that failed', async () => {
  const { observations } = await runStep(
    step,
    probe(async () => ({
      tcp: { failure: { stage: 'connect', reason: 'refused', blame: 'target', code: 'ECONNREFUSED' } },
    })),
    live,
  );
  expect(observations.map(one => one.state)).toEqual(['observed', 'skipped', 'skipped']);
  expect(observations[2]).toMatchObject({
    because: { step: 's', kind: 'tcp' },
    why: 'tcp failed: ECONNREFUSED',
  });
});

test('what the prober could not do is errored on every layer, and no verdict', async () => {
  const out = () =>
    Promise.reject(new ProberFault({ stage: 'connect', reason: 'no-descriptors', code: 'EMFILE' }));
  expect(await states(out)).toEqual(['errored', 'errored', 'errored']);
});

test('a machine without IPv6 leaves IPv6 addresses out', async () => {
  const out = () =>
    Promise.reject(new ProberFault({ stage: 'route', reason: 'no-route', code: 'ENETUNREACH' }));
  expect(await states(out, { ...step, subject: service({ address: '2001:db8::1' }) })).toEqual(
    Array(3).fill('not-applicable'),
  );
  expect(await states(out)).toEqual(Array(3).fill('errored'));
  const resolver = { ...step, subject: node(), host: '[2001:db8::53]:53' };
  expect(await states(out, resolver)).toEqual(Array(3).fill('errored'));
});

test('a mistake in a probe is our bug, with its stack, and ends nothing', async () => {
  const { observations } = await runStep(
    step,
    probe(() => Promise.reject(new TypeError('oops'))),
    live,
  );
  expect(observations[0]).toMatchObject({
    state: 'errored',
    failure: { reason: 'internal', blame: 'prober' },
  });
  expect(observations[0]).toHaveProperty('bug', expect.stringContaining('oops'));
});

test('a step that was aborted is errored and no bug', async () => {
  const aborted = AbortSignal.abort();
  const { observations } = await runStep(
    step,
    probe(() => Promise.reject(new Error('aborted'))),
    aborted,
  );
  expect(observations[0]).toMatchObject({ state: 'errored', failure: { reason: 'aborted' } });
  expect(observations[0]).not.toHaveProperty('bug');
});

test('a blocked step is skipped because of what blocks it, and its probe is not run', async () => {
  const blocked = { ...step, blocked: { by: 'lookup', why: 'no address' } };
  const never = () => Promise.reject(new Error('must not run'));
  const { observations } = await runStep(blocked, probe(never), live);
  expect(observations.map(one => one.state)).toEqual(['skipped', 'skipped', 'skipped']);
  expect(observations[0]).toMatchObject({ because: { step: 'lookup' }, why: 'no address' });
});

test('a timeout while this process was busy with itself is ours, one in peace is theirs', async () => {
  const timeout = { tcp: { failure: { stage: 'connect', reason: 'timeout', blame: 'path' } } } as const;
  const busy = () => {
    const until = performance.now() + 800;
    while (performance.now() < until);
    return Promise.resolve(timeout);
  };
  const { observations } = await runStep(step, probe(busy), live);
  expect(observations[0]).toMatchObject({
    state: 'errored',
    failure: { reason: 'overloaded', blame: 'prober' },
  });
  const idle = () => new Promise<typeof timeout>(resolve => setTimeout(() => resolve(timeout), 100));
  expect((await states(idle))[0]).toBe('observed');
});
