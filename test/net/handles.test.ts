import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { dns } from '../../probes/dns.ts';
import { edgeLogin } from '../../probes/edge-login.ts';
import { http } from '../../probes/http.ts';
import { mutualTls } from '../../probes/mutual-tls.ts';
import { tcp } from '../../probes/tcp.ts';
import { tls } from '../../probes/tls.ts';
import { tlsSurvey } from '../../probes/tls-survey.ts';
import { uds } from '../../probes/uds.ts';
import { hierarchy } from './certificates.ts';
import { closedPort, context, openHandles, tcpServer, tlsServer, udpServer } from './servers.ts';

const address = '127.0.0.1';
const { root, issuing, leaf } = hierarchy();
const identity = { key: leaf.key, cert: leaf.pem + issuing.pem };
const trust = [root.pem];

/** Our own end of a connection must not be counted, so it goes when the other one does. */
const polite = (socket: Socket) => socket.resume().on('end', () => socket.end());

/** Ports that behave well and badly, made before anything is counted. */
async function ports() {
  const all = {
    closed: await closedPort(),
    silent: await tcpServer(socket => void polite(socket)),
    hangingUp: await tcpServer(socket => void polite(socket).end()),
    resetting: await tcpServer(socket => void polite(socket).once('data', () => socket.resetAndDestroy())),
    babbling: await tcpServer(socket => void polite(socket).write('x'.repeat(100_000))),
    secure: await tlsServer(identity, socket =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nhi')),
    ),
    demanding: await tlsServer({ ...identity, requestCert: true, ca: [root.pem] }),
    mute: await udpServer(() => {}),
  };
  // Those of the test before may still be closing.
  await turns(100);
  return all;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** Waits, for some turns of the loop, until what was destroyed is closed: then there is nothing more than before. */
async function settle(before: Readonly<Record<string, number>>): Promise<void> {
  const grown = () => Object.entries(openHandles()).filter(([kind, count]) => count > (before[kind] ?? 0));
  for (let turn = 0; turn < 20_000 && grown().length > 0; turn++) await turns(1);
  expect(grown()).toEqual([]);
}

type Ports = Awaited<ReturnType<typeof ports>>;
const web = { address, serverName: 'a.test', trust, secure: true, method: 'GET', path: '/' } as const;
const kinds: Record<string, (port: Ports, signal?: AbortSignal) => Promise<unknown>[]> = {
  tcp: (port, signal) =>
    [port.closed, port.silent, port.resetting, port.secure].map(number =>
      tcp.run({ address, port: number }, context(50, signal)),
    ),
  tls: (port, signal) =>
    Object.values(port).map(number =>
      tls.run({ address, port: number, serverName: 'a.test', trust }, context(50, signal)),
    ),
  http: (port, signal) =>
    Object.values(port).flatMap(number =>
      [true, false].map(secure => http.run({ ...web, port: number, secure }, context(50, signal))),
    ),
  'tls-survey': (port, signal) =>
    Object.values(port).map(number => tlsSurvey.run({ ...web, port: number }, context(20, signal))),
  'mutual-tls': (port, signal) =>
    Object.values(port).map(number =>
      mutualTls.run(
        { ...web, port: number, certificate: leaf.pem, key: () => leaf.key },
        context(50, signal),
      ),
    ),
  uds: (port, signal) =>
    Object.values(port).map(number => uds.run({ ...web, port: number }, context(50, signal))),
  'edge-login': (port, signal) =>
    Object.values(port).map(number =>
      edgeLogin.run(
        { ...web, port: number, domain: 'a.test', user: () => 'alice', password: () => 'secret', pages: [] },
        context(50, signal),
      ),
    ),
  dns: (port, signal) =>
    [port.mute, port.closed].map(number =>
      dns.run({ resolver: `${address}:${number}`, name: 'a.test', type: 'A' }, context(50, signal)),
    ),
};

test.each(Object.entries(kinds))(
  'probe %s leaves no handle behind, whatever it meets',
  async (_kind, probeAll) => {
    const all = await ports();
    const before = openHandles();
    for (let round = 0; round < 3; round++) await Promise.allSettled(probeAll(all));
    await settle(before);
  },
);

test.each(Object.entries(kinds))(
  'probe %s leaves no handle behind when it is aborted',
  async (_kind, probeAll) => {
    const all = await ports();
    const before = openHandles();
    for (let abortAfter = 0; abortAfter < 12; abortAfter++) {
      const controller = new AbortController();
      const running = Promise.allSettled(probeAll(all, controller.signal));
      await turns(abortAfter);
      controller.abort();
      await running;
    }
    await settle(before);
  },
);
