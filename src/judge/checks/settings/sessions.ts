import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

const documented = { tokenLifetime: 480, cleanupInterval: 720 };

/** The intervals decide how often people sign in again; another value than the documented one should be meant. */
export const sessions = defineCheck({
  id: 'settings/sessions',
  holds: 'Credentials refresh and cleanup intervals are 480 and 720 minutes',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    { document: 'D4', section: 'Credential Caching', requirements: ['HTTP-20', 'HTTP-21'] },
    { document: 'D1', section: 'Credential Caching' },
  ],
  findings: {
    SETTINGS_SESSIONS_CHANGED: {
      severity: 'info',
      affects: 'sign-in',
      message: '{host} has other intervals for credentials than documented: {differences}',
    },
  },
  judge({ readings: { settings } }) {
    const told = [
      { what: 'refresh', seconds: settings.tokenLifetime, usual: documented.tokenLifetime },
      { what: 'cleanup', seconds: settings.cleanupInterval, usual: documented.cleanupInterval },
    ].filter(({ seconds }) => seconds !== undefined);
    if (told.length === 0) return notExported;
    const differences = told
      .filter(({ seconds, usual }) => seconds !== usual * 60)
      .map(({ what, seconds, usual }) => `${what} ${seconds! / 60} minutes instead of ${usual}`);
    return differences.length === 0
      ? pass
      : fail({ code: 'SETTINGS_SESSIONS_CHANGED', evidence: { differences } });
  },
});
