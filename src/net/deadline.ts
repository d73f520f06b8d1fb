import { ProberFault, type Stage } from '../model/failure.ts';
import type { ProbeContext } from '../model/probe.ts';

/**
 * Waits for one thing for at most `timeoutMs`, or until the step is aborted. `begin` starts it and returns how to stop
 * listening; that is called exactly once, however the wait ends, so nothing stays behind. When time is up the outcome is what
 * `late` says; an abort rejects with a `ProberFault`.
 */
export function within<T>(
  context: ProbeContext,
  stage: Stage,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
  late: () => T,
): Promise<T> {
  const { signal, timeoutMs } = context;
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      reject(new ProberFault({ stage, reason: 'aborted' }));
      return;
    }
    let settled = false;
    let stop: (() => void) | undefined;
    const settle = (outcome: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      clearImmediate(last);
      signal.removeEventListener('abort', onAbort);
      stop?.();
      outcome();
    };
    const onAbort = () => settle(() => reject(new ProberFault({ stage, reason: 'aborted' })));
    const onLate = () =>
      settle(() => {
        try {
          resolve(late());
        } catch (error) {
          reject(error);
        }
      });
    let last: NodeJS.Immediate | undefined;
    // When the process was busy, an answer may already lie in the kernel: one more turn of the loop fetches it.
    const timer = setTimeout(
      () => {
        last = setImmediate(onLate);
      },
      Math.max(0, timeoutMs),
    );
    signal.addEventListener('abort', onAbort);
    try {
      stop = begin(
        value => settle(() => resolve(value)),
        error => settle(() => reject(error)),
      );
      // It may have settled before it told us how to stop.
      if (settled) stop();
    } catch (error) {
      settle(() => reject(error));
    }
  });
}
