import type { Socket } from 'node:net';
import type { Failure, Stage } from '../model/failure.ts';
import type { ProbeContext } from '../model/probe.ts';
import { within } from './deadline.ts';
import { failureAt } from './failure.ts';
import { tlsFailure } from './tls.ts';

/** What a wait on a stream, in clear or inside TLS, makes of what happens on it. */
export type StreamListener<T> = {
  /** Is called when everything is listening: the place to speak. */
  begin?(): void;
  /** The outcome, once the bytes so far make one. */
  chunk(bytes: Buffer): T | undefined;
  /** The peer ended it, or time is up. `error` is what the system or TLS said, when it said something. */
  over(failure: Failure, error?: unknown): T;
};

/**
 * Waits for one outcome on a connected socket that was paused before and is paused again afterwards, so that what follows
 * is there for whoever listens next. Throws a `ProberFault` when the step is aborted or the error is our own.
 */
export function hear<T>(
  socket: Socket,
  context: ProbeContext,
  stage: Stage,
  listener: StreamListener<T>,
): Promise<T> {
  return within<T>(
    context,
    stage,
    (resolve, reject) => {
      /** What a listener throws rejects the wait instead of ending the process. */
      function guarded<A extends unknown[]>(outcome: (...args: A) => T | undefined) {
        return (...args: A) => {
          try {
            const made = outcome(...args);
            if (made !== undefined) resolve(made);
          } catch (error) {
            reject(error);
          }
        };
      }
      const onData = guarded((bytes: Buffer) => listener.chunk(bytes));
      const onError = guarded((error: unknown) =>
        listener.over({ ...tlsFailure(error, 'response'), stage }, error),
      );
      const onEnd = guarded(() => listener.over(failureAt(stage, 'eof')));
      if (socket.errored) onError(socket.errored);
      else if (socket.readableEnded || socket.destroyed) onEnd();
      else {
        socket.on('data', onData).once('error', onError).once('end', onEnd).once('close', onEnd);
        guarded(() => {
          listener.begin?.();
          return undefined;
        })();
        socket.resume();
      }
      return () => {
        socket.pause();
        socket.off('data', onData).off('error', onError).off('end', onEnd).off('close', onEnd);
      };
    },
    () => listener.over(failureAt(stage, 'timeout')),
  );
}
