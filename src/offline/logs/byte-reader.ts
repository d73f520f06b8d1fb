/** Takes bytes from a stream in the portions that a format wants. */
export type ByteReader = {
  /** The next bytes without taking them; fewer when the stream ends. */
  readonly peek: (count: number) => Promise<Buffer>;
  /** Exactly so many bytes; fewer when the stream ends. */
  readonly take: (count: number) => Promise<Buffer>;
  /** What is at hand, at most so many bytes; empty at the end. */
  readonly some: (most: number) => Promise<Buffer>;
  readonly rest: () => AsyncGenerator<Buffer, void, undefined>;
};

/** A reader over chunks; a chunk is not used after the next was asked for. */
export function readBytes(chunks: AsyncIterable<Buffer>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let ended = false;

  const pull = async () => {
    const next = await source.next();
    if (next.done) ended = true;
    return next.done ? undefined : next.value;
  };
  const peek = async (count: number) => {
    while (held.length < count && !ended) {
      const kept = Buffer.from(held);
      const next = await pull();
      if (next) held = Buffer.concat([kept, next]);
    }
    return held.subarray(0, count);
  };
  const some = async (most: number) => {
    if (held.length === 0 && !ended) held = (await pull()) ?? held;
    const part = held.subarray(0, most);
    held = held.subarray(part.length);
    return part;
  };
  return {
    peek,
    some,
    take: async count => {
      const part = await peek(count);
      held = held.subarray(part.length);
      return part;
    },
    async *rest() {
      for (let part = await some(Infinity); part.length > 0 || !ended; part = await some(Infinity)) {
        if (part.length > 0) yield part;
      }
    },
  };
}
