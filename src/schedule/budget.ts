/**
 * Answers such as 401 count against a target's intrusion protection (5 in its window block the source for about ten
 * minutes, "Expressway Automated Intrusion Protection"), so each target has a budget of them.
 */
export type Budget = {
  /** Whether one more such answer may be drawn from the target now. */
  allows(target: string, nowMs: number): boolean;
  /** Notes that one was drawn. */
  charge(target: string, nowMs: number): void;
};

/** Makes a budget of `limit` charges per target in any `windowMs` milliseconds. */
export function createBudget(limit: number, windowMs: number): Budget {
  const charges = new Map<string, number[]>();
  const recent = (target: string, nowMs: number) => {
    const kept = (charges.get(target) ?? []).filter(at => nowMs - at < windowMs);
    if (kept.length === 0) charges.delete(target);
    else charges.set(target, kept);
    return kept;
  };
  return {
    allows: (target, nowMs) => recent(target, nowMs).length < limit,
    charge(target, nowMs) {
      charges.set(target, [...recent(target, nowMs), nowMs]);
    },
  };
}
