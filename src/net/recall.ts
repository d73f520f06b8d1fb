/** What was made for a key earlier, or else what `make` gives now; nothing is kept of what throws. */
export type Recall<Value extends object> = (key: string, make: () => Value) => Value;

/** Keeps what a costly pure function gave for the `limit` keys that were asked for last. */
export function recall<Value extends object>(limit: number): Recall<Value> {
  const kept = new Map<string, Value>();
  return (key, make) => {
    const value = kept.get(key) ?? make();
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > limit) kept.delete(kept.keys().next().value!);
    return value;
  };
}
