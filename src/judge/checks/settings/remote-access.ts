import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Everything else of remote access appears only after this mode was chosen. */
export const remoteAccess = defineCheck({
  id: 'settings/remote-access',
  holds: 'Unified Communications mode is Mobile and remote access',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Enabling the Expressway-C for Mobile and Remote Access',
      requirements: ['EXW-01'],
    },
    { document: 'D3', section: 'Enabling the Expressway-C for mobile and remote access' },
  ],
  findings: {
    SETTINGS_REMOTE_ACCESS_OFF: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'Unified Communications mode of {host} is not Mobile and remote access',
    },
  },
  judge({ readings }) {
    const on = readings.settings.remoteAccess;
    if (on === undefined) return notExported;
    return on ? pass : fail({ code: 'SETTINGS_REMOTE_ACCESS_OFF', evidence: {} });
  },
});
