/** Numbers that only look random: the same seed gives the same run on every machine. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  bytes(length: number): Buffer;
  pick<T>(list: readonly T[]): T;
  /** True once in `times`. */
  once(times: number): boolean;
};

/** Mulberry32, seeded by a number and a word. */
export function randomOf(seed: number, word: string): Random {
  let state = seed >>> 0;
  for (const letter of word) state = Math.imul(state ^ letter.codePointAt(0)!, 0x01000193) >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (limit: number) => next() % Math.max(limit, 1);
  return {
    below,
    bytes(length) {
      const made = Buffer.allocUnsafe(length);
      for (let at = 0; at < length; at++) made[at] = next() & 255;
      return made;
    },
    pick: list => list[below(list.length)]!,
    once: times => below(times) === 0,
  };
}
