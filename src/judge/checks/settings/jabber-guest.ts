import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Jabber Guest wants Expressways of its own. */
export const jabberGuest = defineCheck({
  id: 'settings/jabber-guest',
  holds: 'The Expressways of remote access do not serve Jabber Guest',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D0',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['NET-17'],
      versions: 'X8.10 and later',
    },
  ],
  findings: {
    SETTINGS_JABBER_GUEST_ON: {
      severity: 'critical',
      affects: 'calls',
      message: 'Jabber Guest is On for {host} beside remote access, which is not supported',
    },
  },
  judge({ readings }) {
    const { jabberGuest: guest, remoteAccess } = readings.settings;
    if (guest === undefined) return notExported;
    return guest && remoteAccess !== false ? fail({ code: 'SETTINGS_JABBER_GUEST_ON', evidence: {} }) : pass;
  },
});
