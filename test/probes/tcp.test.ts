import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tcp } from '../../probes/tcp.ts';
import { closedPort, context, filteredPort, tcpServer } from '../net/servers.ts';

const address = '127.0.0.1';

test('an open port, and the connection is closed afterwards', async () => {
  const closed = Promise.withResolvers<void>();
  const port = await tcpServer(socket => void once(socket.resume(), 'end').then(() => closed.resolve()));
  const { tcp: reading } = await tcp.run({ address, port }, context());
  expect(reading).toEqual({ address, port, state: 'open', connectMs: expect.any(Number) });
  await closed.promise;
});

test('a port over IPv6', async () => {
  const port = await tcpServer(() => {}, '::1');
  expect((await tcp.run({ address: '::1', port }, context())).tcp).toMatchObject({ state: 'open' });
});

test('a refused port', async () => {
  const port = await closedPort();
  expect((await tcp.run({ address, port }, context())).tcp).toEqual({
    address,
    port,
    state: 'refused',
    failure: { stage: 'connect', reason: 'refused', blame: 'target', code: 'ECONNREFUSED' },
  });
});

test('a filtered port takes the whole time and no more', async () => {
  const port = await filteredPort();
  const startMs = performance.now();
  expect((await tcp.run({ address, port }, context(150))).tcp).toEqual({
    address,
    port,
    state: 'filtered',
    failure: { stage: 'connect', reason: 'timeout', blame: 'path' },
  });
  expect(performance.now() - startMs).toBeGreaterThan(140);
});

test('a peer that resets right after accepting was there', async () => {
  const port = await tcpServer(socket => socket.resetAndDestroy());
  const { tcp: reading } = await tcp.run({ address, port }, context());
  // Whether the kernel still says that it stood depends on which comes first.
  expect(reading).toMatchObject({ state: expect.stringMatching(/^(open|reset)$/) });
});

test('an abort while connecting', async () => {
  const port = await filteredPort();
  const controller = new AbortController();
  const running = tcp.run({ address, port }, context(5000, controller.signal));
  controller.abort();
  await expect(running).rejects.toMatchObject({ failure: { stage: 'connect', reason: 'aborted' } });
});

test('a name is not an address', async () => {
  await expect(tcp.run({ address: 'localhost', port: 1 }, context())).rejects.toBeInstanceOf(RangeError);
});

// A network of one's own needs rights that not every machine gives.
const inOwnNetwork = (prepare: string, host: string) => {
  const script = `
    const { tcp } = await import(${JSON.stringify(new URL('../../probes/tcp.ts', import.meta.url).href)});
    const context = { signal: new AbortController().signal, timeoutMs: 1000 };
    const outcome = await tcp.run({ address: '${host}', port: 9 }, context).then(({ tcp }) => tcp, fault => fault);
    console.log(JSON.stringify({ state: outcome.state, failure: outcome.failure }));`;
  const node = process.execPath;
  const shell = `${prepare}; exec "$0" --input-type=module -e "$1"`;
  return JSON.parse(
    execFileSync('unshare', ['-rn', 'sh', '-c', shell, node, script], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
};
const works = (command: string) => {
  try {
    execFileSync('unshare', ['-rn', 'sh', '-c', command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test.skipIf(!works('true'))('without a route of our own we could not look', () => {
  expect(inOwnNetwork('true', '203.0.113.1')).toEqual({
    failure: { stage: 'route', reason: 'no-route', blame: 'prober', code: 'ENETUNREACH' },
  });
});

const up = 'ip link set lo up && ip addr add 203.0.113.1/32 dev lo';
test.skipIf(!works(`${up} && iptables -L`)).each([
  ['icmp-net-unreachable', 'network-unreachable', 'ENETUNREACH'],
  ['icmp-host-unreachable', 'host-unreachable', 'EHOSTUNREACH'],
  ['icmp-admin-prohibited', 'host-unreachable', 'EHOSTUNREACH'],
  ['icmp-proto-unreachable', 'protocol-unreachable', 'ENOPROTOOPT'],
])('%s from a router is an observation: %s', (kind, reason, code) => {
  const reject = `iptables -A OUTPUT -p tcp -d 203.0.113.1 -j REJECT --reject-with ${kind}`;
  expect(inOwnNetwork(`${up} && ${reject}`, '203.0.113.1')).toEqual({
    state: 'unreachable',
    failure: { stage: 'connect', reason, blame: 'path', code },
  });
});
