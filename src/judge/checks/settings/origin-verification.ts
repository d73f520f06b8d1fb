import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Expressway-C hands out what the servers inside say, so it has to know that it is them. */
export const originVerification = defineCheck({
  id: 'settings/origin-verification',
  holds: 'Expressway-C verifies the certificates of the servers inside',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D0',
      section: 'Certificate Exchange Requirements',
      requirements: ['CRT-37'],
      versions: 'X14.2 and later',
    },
  ],
  findings: {
    SETTINGS_ORIGIN_NOT_VERIFIED: {
      severity: 'warning',
      affects: 'exposure',
      message: '{host} does not verify the certificates of the servers inside (VerifyOriginServer is Off)',
    },
  },
  judge({ subject, readings, round }) {
    const on = readings.settings.verifyOriginServer;
    if (isAtLeast(round.version('expressway_c', subject.host), 'X14.0.8') === false)
      return notApplicable('this release does not verify them');
    if (on === undefined) return notExported;
    return on ? pass : fail({ code: 'SETTINGS_ORIGIN_NOT_VERIFIED', evidence: {} });
  },
});
