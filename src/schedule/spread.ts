/**
 * FNV-1a, 32 bit, with the final mix of MurmurHash3, since ids differ mostly in their last letters: the same id gets the same
 * place on every start and every machine.
 */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Milliseconds after the start at which a step first runs: spread over `withinMs` by its id. */
export function firstDelay(id: string, withinMs: number): number {
  return Math.floor((hash(id) / 2 ** 32) * withinMs);
}

/** The next interval with up to 5 % of jitter either way, so that steps of one interval do not march in step. */
export function jittered(intervalMs: number, random: () => number): number {
  return Math.round(intervalMs * (0.95 + random() * 0.1));
}
