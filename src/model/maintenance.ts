/** As they are written in a configuration; Sunday first, as the calendar of the platform counts. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** A time in which somebody works on a deployment: once, or on days of the week (UTC). */
export type MaintenanceWindow = { readonly reason: string } & (
  | { readonly startMs: number; readonly endMs: number }
  | { readonly days: readonly Weekday[]; readonly fromMs: number; readonly toMs: number }
);

const dayMs = 86_400_000;

/** When the window that holds this moment ends, in milliseconds since 1970; undefined outside of it. */
export function windowEnd(window: MaintenanceWindow, nowMs: number): number | undefined {
  if ('startMs' in window) return nowMs >= window.startMs && nowMs < window.endMs ? window.endMs : undefined;
  const { days, fromMs, toMs } = window;
  const lengthMs = toMs > fromMs ? toMs - fromMs : toMs - fromMs + dayMs;
  const today = Math.floor(nowMs / dayMs) * dayMs;
  for (const midnight of [today, today - dayMs]) {
    const start = midnight + fromMs;
    if (!days.includes(weekdays[new Date(midnight).getUTCDay()]!)) continue;
    if (nowMs >= start && nowMs < start + lengthMs) return start + lengthMs;
  }
  return undefined;
}
