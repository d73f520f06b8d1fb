import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, pass, unknown } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Early releases could not be TURN server and remote access at once. */
export const turn = defineCheck({
  id: 'settings/turn',
  holds: 'TURN services of an early release are off beside remote access',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['settings'],
  sources: [
    {
      document: 'D3',
      section: 'Ensuring that TURN services are disabled on Expressway-E',
      versions: 'X8.2; X8.10 and later do not say it',
    },
  ],
  findings: {
    SETTINGS_TURN_UNSUPPORTED: {
      severity: 'warning',
      affects: 'calls',
      message: 'TURN services of {host} are On, which version {version} does not allow beside remote access',
    },
  },
  judge({ subject, readings, round }) {
    const on = readings.settings.turn;
    if (on === undefined) return notExported;
    if (!on) return pass;
    const version = round.version('expressway_e', subject.host);
    if (!version) return unknown('the release of the Expressway-E was not told');
    return isAtLeast(version, 'X8.10')
      ? pass
      : fail({ code: 'SETTINGS_TURN_UNSUPPORTED', evidence: { version: version.text } });
  },
});
