import type { SettingsReading, ZoneSettings } from '../model/settings.ts';
import { notApplicable, unknown, type Verdict } from './check.ts';

/** For a setting about which the export says nothing. */
export const notExported: Verdict<never> = unknown('the export does not tell this setting');

/** Judges the Unified Communications traversal zones; that there is one is judged elsewhere. */
export function ofUnifiedZones<Code extends string>(
  { zones }: SettingsReading,
  judge: (zones: readonly ZoneSettings[]) => Verdict<Code>,
): Verdict<Code> {
  const unified = zones.filter(zone => zone.unified);
  return unified.length === 0
    ? notApplicable('the export holds no zone for Unified Communications')
    : judge(unified);
}
