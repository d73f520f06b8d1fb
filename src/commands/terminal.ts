import { isatty, type WriteStream } from 'node:tty';

/** Whether colours may be written: a terminal, and NO_COLOR (no-color.org) not set. */
export function wantsColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** Columns to wrap at: the terminal's, within what reads well, and a fixed number in a pipe. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? Math.min(Math.max(stream.columns ?? 100, 60), 120) : 100;
}

/** One line that is written over while work goes on; nothing at all when the stream is no terminal. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  const shown = stream.isTTY === true && isatty((stream as WriteStream & { fd: number }).fd);
  let last = 0;
  return {
    show(text: string) {
      const now = performance.now();
      if (!shown || now - last < 50) return;
      last = now;
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear() {
      if (shown) stream.write('\r\u001b[2K');
    },
  };
}
