import { createSocket } from 'node:dgram';
import { addAbortListener } from 'node:events';
import { isIPv6 } from 'node:net';
import { ProberFault } from '../model/failure.ts';
import { errorCode } from './failure.ts';

const noRoute: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH']);

/** What a conversation over UDP can do. */
export type DatagramLine<T> = {
  /** Sends one datagram. */
  send(payload: Uint8Array): void;
  /** Our own end, once the socket is connected. */
  local(): { readonly address: string; readonly port: number };
  /** Calls back after so many milliseconds, unless the conversation is over by then. */
  after(ms: number, then: () => void): void;
  /** Ends the conversation with this outcome. */
  end(outcome: T): void;
};

/** What a conversation over UDP hears. */
export type DatagramListener = {
  /** The socket is connected, so that ICMP errors arrive and other senders do not. */
  ready(): void;
  datagram(bytes: Buffer): void;
  /** The system's error: ECONNREFUSED for ICMP port unreachable, EHOSTUNREACH for "administratively prohibited". */
  failed(error: NodeJS.ErrnoException): void;
};

/**
 * Holds one conversation with one IP literal over a connected UDP socket. When the promise settles the socket, the timers
 * and the abort listener are gone. Rejects with `ProberFault` reason `aborted` when the signal fires. The caller sets the
 * deadline: without an `end` the conversation lasts.
 */
export function converse<T>(
  target: { readonly address: string; readonly port: number },
  signal: AbortSignal,
  begin: (line: DatagramLine<T>) => DatagramListener,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4');
    const timers = new Set<NodeJS.Timeout>();
    let over = false;

    function close(settle: () => void): void {
      if (over) return;
      over = true;
      for (const timer of timers) clearTimeout(timer);
      aborting[Symbol.dispose]();
      socket.close(settle);
    }
    /** No listener is called once it is over, and what one throws ends the conversation instead of the process. */
    function guarded<A extends unknown[]>(listener: (...args: A) => void): (...args: A) => void {
      return (...args) => {
        if (over) return;
        try {
          listener(...args);
        } catch (error) {
          close(() => reject(error));
        }
      };
    }
    const aborting = addAbortListener(signal, () =>
      close(() => reject(new ProberFault({ stage: 'response', reason: 'aborted' }))),
    );
    const listener = begin({
      send(payload) {
        socket.send(payload, error => {
          if (error) guarded(listener.failed)(error);
        });
      },
      local() {
        const { address, port } = socket.address();
        return { address, port };
      },
      after(ms, then) {
        // When the process was busy, a datagram may already lie in the kernel: one more turn of the loop fetches it.
        const timer = setTimeout(() => {
          timers.delete(timer);
          setImmediate(guarded(then));
        }, ms);
        timers.add(timer);
      },
      end(outcome) {
        close(() => resolve(outcome));
      },
    });
    let connected = false;
    socket.on('message', guarded(listener.datagram));
    socket.on(
      'connect',
      guarded(() => {
        connected = true;
        listener.ready();
      }),
    );
    socket.on(
      'error',
      guarded(error => {
        // connect() sends nothing, so that no router can have said this.
        if (!connected && noRoute.has(errorCode(error) ?? '')) {
          throw new ProberFault({ stage: 'route', reason: 'no-route', code: errorCode(error)! });
        }
        listener.failed(error);
      }),
    );
    guarded(() => socket.connect(target.port, target.address))();
  });
}
