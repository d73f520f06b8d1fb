import { isIP, Socket } from 'node:net';
import { type Failure, ProberFault } from '../model/failure.ts';
import type { Reading } from '../model/observation.ts';
import type { ProbeContext } from '../model/probe.ts';
import { within } from './deadline.ts';
import { failureAt, failureFrom } from './failure.ts';
import { hasRoute } from './route.ts';

/** One TCP connection attempt to one address: what the kernel said, and how long it took. */
export type TcpReading = Reading & {
  readonly address: string;
  readonly port: number;
  /** nmap's words: `refused` somebody said no, `filtered` nobody said anything. */
  readonly state: 'open' | 'refused' | 'filtered' | 'unreachable' | 'reset';
  /** Milliseconds until the connection stood; absent when it never did. */
  readonly connectMs?: number;
};

/** What became of one attempt; the socket is there when it is open, and whoever asked destroys it. */
export type Connection = { readonly reading: TcpReading; readonly socket?: Socket };

/**
 * Connects once to one IP literal. What the peer says waits until somebody listens for data, and an error on the socket crashes
 * nobody. Throws a `ProberFault` when we could not look: no route, no descriptors, aborted.
 */
export async function connect(address: string, port: number, context: ProbeContext): Promise<Connection> {
  if (isIP(address) === 0) throw new RangeError(`not an IP address: ${address}`);
  const socket = new Socket();
  socket.on('error', () => {});
  const startMs = performance.now();
  try {
    const error = await within<unknown>(
      context,
      'connect',
      resolve => {
        const onConnect = () => resolve(undefined);
        socket.once('connect', onConnect).once('error', resolve);
        socket.connect({ host: address, port, autoSelectFamily: false });
        return () => socket.off('connect', onConnect).off('error', resolve);
      },
      () => failureAt('connect', 'timeout'),
    );
    if (error === undefined) {
      socket.setNoDelay(true);
      return { reading: { address, port, state: 'open', connectMs: performance.now() - startMs }, socket };
    }
    socket.destroy();
    const failure = isFailure(error) ? error : failureFrom(error, 'connect');
    if (routeReasons.has(failure.reason) && !(await hasRoute(address))) {
      throw new ProberFault({
        stage: 'route',
        reason: 'no-route',
        ...(failure.code !== undefined && { code: failure.code }),
      });
    }
    return { reading: { address, port, state: stateFor(failure), failure } };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

const routeReasons: ReadonlySet<string> = new Set(['network-unreachable', 'host-unreachable']);

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'stage' in value;
}

function stateFor(failure: Failure): TcpReading['state'] {
  switch (failure.reason) {
    case 'refused':
      return 'refused';
    case 'timeout':
      return 'filtered';
    case 'reset':
      return 'reset';
    default:
      return 'unreachable';
  }
}
