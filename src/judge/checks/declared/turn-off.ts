import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** Early releases could not be TURN server and remote access at once. */
export const turnOff = defineCheck({
  id: 'declared/turn-off',
  holds: 'An Expressway-E of an early release is no TURN server beside remote access',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D3',
      section: 'Ensuring that TURN services are disabled on Expressway-E',
      requirements: ['STN-07'],
      versions: 'X8.2; X8.10 and later do not say it',
    },
  ],
  findings: {
    DECLARED_TURN_UNSUPPORTED: {
      severity: 'warning',
      affects: 'calls',
      message:
        'TURN is declared on the Expressway-E of {deployment}, whose version {version} does not allow it',
    },
  },
  judge({ round }) {
    if (!round.deployment.turn) return notApplicable('no TURN server is declared');
    const version = round.version('expressway_e');
    return version && isAtLeast(version, 'X8.10') === false
      ? fail({ code: 'DECLARED_TURN_UNSUPPORTED', evidence: { version: version.text } })
      : pass;
  },
});
