import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { ownClock } from '../../clock.ts';

const driftMs = 5_000;
const differenceMs = 60_000;

/**
 * The clock behind the HTTP answers agrees with the right time, which is ours corrected by what is known of our error. No document gives a figure: a minute is what tokens and assertions
 * tolerate at most, five seconds is what no synchronised clock shows.
 */
export const clockAgrees = defineCheck({
  id: 'time/clock-agrees',
  holds: 'The clock of the server agrees with the clock here',
  about: 'service',
  roles: ['expressway_e', 'unified_cm'],
  needs: ['http'],
  sources: [
    {
      document: 'D1',
      section: '"403 Forbidden" Responses for Any Service Requests',
      requirements: ['NTP-01', 'NTP-02', 'NTP-03', 'HTTP-03'],
    },
    { document: 'R21', section: 'alarm 25022' },
  ],
  findings: {
    CLOCK_DIFFERS: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The clock of {host} is {seconds} seconds {direction} the right time',
    },
    CLOCK_DRIFTS: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'The clock of {host} is {seconds} seconds {direction} the right time',
    },
  },
  judge({ subject, readings, round }) {
    if (subject.purpose !== 'edge-https' && subject.purpose !== 'uds-https')
      return notApplicable('the clock is read on the HTTPS ports for clients');
    const { clockDifferenceMs: seenMs, clockUncertaintyMs = 1_000 } = readings.http;
    if (seenMs === undefined) return notApplicable('the answer says no time');
    const clockDifferenceMs = seenMs - (ownClock(round)?.offsetMs ?? 0);
    const sizeMs = Math.abs(clockDifferenceMs);
    if (sizeMs <= clockUncertaintyMs)
      return clockUncertaintyMs < driftMs
        ? pass
        : unknown('the answer took too long to read a clock from it');
    if (sizeMs < driftMs) return pass;
    return fail({
      code: sizeMs >= differenceMs ? 'CLOCK_DIFFERS' : 'CLOCK_DRIFTS',
      evidence: {
        seconds: Math.round(sizeMs / 1_000),
        direction: clockDifferenceMs > 0 ? 'ahead of' : 'behind',
      },
    });
  },
});
