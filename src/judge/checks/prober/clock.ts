import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { ownClock } from '../../clock.ts';

const noticeableMs = 5_000;

/** Whoever compares clocks needs a right one. */
export const ownClockAgrees = defineCheck({
  id: 'prober/clock',
  holds: 'The clock of this machine is right',
  about: 'deployment',
  needs: [],
  sources: [{ document: 'RFC5905', section: '8 On-Wire Protocol' }],
  findings: {
    PROBER_CLOCK_DIFFERS: {
      severity: 'warning',
      affects: 'operations',
      message: 'The clock of this machine is {seconds} seconds {direction} what {witnesses} say',
    },
    PROBER_CLOCK_DOUBTED: {
      severity: 'critical',
      affects: 'operations',
      message:
        '{witnesses} agree with each other and are {seconds} seconds {opposite} the clock here: either it is wrong, or all of theirs are',
    },
  },
  judge({ round }) {
    const clock = ownClock(round);
    if (!clock) return notApplicable('no time server is declared, and nobody disagrees with this clock');
    const sizeMs = Math.abs(clock.offsetMs);
    if (sizeMs < noticeableMs + clock.errorMs) return pass;
    return fail({
      code: clock.by === 'ntp' ? 'PROBER_CLOCK_DIFFERS' : 'PROBER_CLOCK_DOUBTED',
      evidence: {
        seconds: Math.round(sizeMs / 1_000),
        direction: clock.offsetMs > 0 ? 'behind' : 'ahead of',
        opposite: clock.offsetMs > 0 ? 'ahead of' : 'behind',
        witnesses: clock.witnesses,
      },
    });
  },
});
