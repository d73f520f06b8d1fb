import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** With fewer authorizations in a period people with several devices are turned away. */
export const rateControl = defineCheck({
  id: 'settings/rate-control',
  holds: 'Each user may be authorized eight times in 300 seconds, or more often',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    { document: 'D4', section: 'Credential Caching', requirements: ['HTTP-08'], versions: 'X14 and later' },
    { document: 'D4', section: 'Authorization Rate Control' },
  ],
  findings: {
    SETTINGS_RATE_LOW: {
      severity: 'info',
      affects: 'sign-in',
      message: '{host} authorizes a user {most} times in {seconds} seconds, documented are 8 in 300',
    },
  },
  judge({ subject, readings, round }) {
    const { most, seconds } = readings.settings.authorizations ?? {};
    if (most === undefined || seconds === undefined) return notExported;
    if (isAtLeast(round.version('expressway_c', subject.host), 'X14') === false)
      return notApplicable('the figures are documented from X14 on');
    // Zero authorizations or a period of zero switch the control off.
    return most === 0 || seconds === 0 || most / seconds >= 8 / 300
      ? pass
      : fail({ code: 'SETTINGS_RATE_LOW', evidence: { most, seconds } });
  },
});
