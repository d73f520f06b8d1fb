import { hash } from './spread.ts';

/** The `index`-th of `count` identical processes, from 1. */
export type Shard = { readonly index: number; readonly count: number };

/**
 * Whether a deployment belongs to this shard: each shard draws a number for it and the greatest wins, so that one more shard
 * takes its share from all the others, and nothing else moves.
 */
export function ownedBy(name: string, { index, count }: Shard): boolean {
  const own = hash(`${index} ${name}`);
  for (let other = 1; other <= count; other++) {
    if (other === index) continue;
    const drawn = hash(`${other} ${name}`);
    if (drawn > own || (drawn === own && other < index)) return false;
  }
  return true;
}
