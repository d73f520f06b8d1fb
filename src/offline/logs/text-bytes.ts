/** How the bytes of a text file are written, as far as it has to be undone before searching. */
export type Writing = 'plain' | 'utf-16le' | 'utf-16be' | 'cr';

/** Tells from the first bytes of a file how it is written. */
export function detectWriting(head: Buffer): Writing {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const part = head.subarray(0, 4096);
  const zeros = (odd: number) => part.filter((byte, i) => i % 2 === odd && byte === 0).length;
  const pairs = part.length >> 1;
  if (pairs >= 8 && zeros(1) > 0.8 * pairs && zeros(0) < 0.2 * pairs) return 'utf-16le';
  if (pairs >= 8 && zeros(0) > 0.8 * pairs && zeros(1) < 0.2 * pairs) return 'utf-16be';
  return head.includes(13) && !head.includes(10) ? 'cr' : 'plain';
}

/** Whether these first bytes are rather not text. */
export function looksBinary(head: Buffer): boolean {
  const part = head.subarray(0, 8192);
  const odd = part.filter(
    byte => byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13),
  ).length;
  return odd > part.length / 20;
}

/** The bytes as UTF-8 (or whatever eight-bit form they have) with line feeds. */
export async function* toPlain(
  chunks: AsyncIterable<Buffer>,
  writing: Writing,
): AsyncGenerator<Buffer, void, undefined> {
  if (writing === 'plain') {
    yield* chunks;
    return;
  }
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (writing === 'cr') {
      yield Buffer.from(chunk).map(byte => (byte === 13 ? 10 : byte)) as Buffer;
      continue;
    }
    const joined = Buffer.concat([rest, chunk]);
    const whole = joined.length & ~1;
    rest = Buffer.from(joined.subarray(whole));
    const pairs = joined.subarray(0, whole);
    if (writing === 'utf-16be') pairs.swap16();
    yield Buffer.from(pairs.toString('utf16le'));
  }
}
