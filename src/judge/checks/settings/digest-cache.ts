import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Fast path registration wants both times of the digest cache raised. */
export const digestCache = defineCheck({
  id: 'settings/digest-cache',
  holds: 'For fast path registration both times of the digest cache are 7200',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['settings'],
  sources: [
    {
      document: 'D2',
      section: 'Configure Fast Path Registration',
      requirements: ['SIP-25'],
      versions: 'X14 and later',
    },
  ],
  findings: {
    SETTINGS_DIGEST_CACHE_SHORT: {
      severity: 'warning',
      affects: 'calls',
      message:
        'The digest cache of {host} has lifetime {lifetime} and check interval {interval}; fast path registration wants 7200 for both',
    },
  },
  judge({ readings }) {
    const { lifetime, checkInterval: interval } = readings.settings.digestCache ?? {};
    if (lifetime === undefined || interval === undefined) return notExported;
    if (lifetime < 7200 && interval < 7200) return notApplicable('fast path registration is not prepared');
    return lifetime >= 7200 && interval >= 7200
      ? pass
      : fail({ code: 'SETTINGS_DIGEST_CACHE_SHORT', evidence: { lifetime, interval } });
  },
});
