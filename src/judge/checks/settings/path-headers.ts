import type { Feature } from '../../../model/deployment.ts';
import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, pass, unknown } from '../../check.ts';
import { notExported } from '../../exported.ts';
import { featureNames } from '../../minimums.ts';

const needing: readonly Feature[] = [
  'shared_lines',
  'recording',
  'silent_monitoring',
  'whisper_coaching',
  'key_expansion',
];

/** Some features need SIP Path headers, and an old Unified CM does not get on with them. */
export const pathHeaders = defineCheck({
  id: 'settings/path-headers',
  holds: 'SIP Path headers are on where a feature needs them, with a Unified CM that knows them',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    { document: 'D2', section: 'Enable SIP Path Headers', requirements: ['SIP-18', 'SIP-20'] },
    { document: 'D1', section: 'Enabling Shared Line / Multiple Lines for MRA Endpoints' },
  ],
  findings: {
    SETTINGS_PATH_HEADERS_OFF: {
      severity: 'warning',
      affects: 'calls',
      message: 'SIP Path headers of {host} are Off, which {uses} need',
    },
    SETTINGS_PATH_HEADERS_EARLY: {
      severity: 'warning',
      affects: 'operations',
      message:
        'SIP Path headers of {host} are On with Unified CM {version}; they want 11.5(1)SU2, better 11.5(1)SU4',
    },
  },
  judge({ readings, round }) {
    const on = readings.settings.pathHeaders;
    if (on === undefined) return notExported;
    if (on) {
      const version = round.version('unified_cm');
      if (!version) return unknown('the release of Unified CM was not told');
      return isAtLeast(version, '11.5(1)SU2')
        ? pass
        : fail({ code: 'SETTINGS_PATH_HEADERS_EARLY', evidence: { version: version.text } });
    }
    const { features } = round.deployment;
    if (!features) return unknown('nobody said whether a feature needs SIP Path headers');
    const uses = features.filter(feature => needing.includes(feature)).map(feature => featureNames[feature]);
    return uses.length === 0 ? pass : fail({ code: 'SETTINGS_PATH_HEADERS_OFF', evidence: { uses } });
  },
});
