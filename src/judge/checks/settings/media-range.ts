import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Firewalls are opened for the documented range; another one has to stand in their rules too. */
export const mediaRange = defineCheck({
  id: 'settings/media-range',
  holds: 'Traversal media uses the ports 36000 to 59999',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'From Expressway-C to Internal Infrastructure and Endpoints',
      requirements: ['PORT-35'],
    },
  ],
  findings: {
    SETTINGS_MEDIA_RANGE_CHANGED: {
      severity: 'info',
      affects: 'calls',
      message:
        'Traversal media of {host} uses {first} to {last} instead of 36000 to 59999; every firewall has to know',
    },
  },
  judge({ readings }) {
    const { first, last } = readings.settings.mediaPorts ?? {};
    if (first === undefined || last === undefined) return notExported;
    return first === 36_000 && last === 59_999
      ? pass
      : fail({ code: 'SETTINGS_MEDIA_RANGE_CHANGED', evidence: { first, last } });
  },
});
