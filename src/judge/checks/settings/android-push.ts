import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** The flag belongs to Expressway-E. */
export const androidPush = defineCheck({
  id: 'settings/android-push',
  holds: 'Push for Android is not switched on for Expressway-C',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D2',
      section: 'Enable Push Notifications for Android Devices',
      requirements: ['PSH-08'],
      versions: 'X12.7 and later',
    },
  ],
  findings: {
    SETTINGS_PUSH_MISPLACED: {
      severity: 'warning',
      affects: 'messaging',
      message: 'Push for Android (FcmService) is On for {host}, an Expressway-C',
    },
  },
  judge({ readings }) {
    const on = readings.settings.androidPush;
    if (on === undefined) return notExported;
    return on ? fail({ code: 'SETTINGS_PUSH_MISPLACED', evidence: {} }) : pass;
  },
});
