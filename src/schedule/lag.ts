/** Percentiles over the latest values. */
export type Lag = {
  add(ms: number): void;
  percentiles(): { readonly p50: number; readonly p99: number; readonly max: number };
};

/** Keeps the latest `size` values. */
export function createLag(size: number): Lag {
  const values = new Float64Array(size);
  let count = 0;
  return {
    add(ms) {
      values[count % size] = ms;
      count++;
    },
    percentiles() {
      const sorted = values.slice(0, Math.min(count, size)).sort();
      const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
      return { p50: at(0.5), p99: at(0.99), max: at(1) };
    },
  };
}
