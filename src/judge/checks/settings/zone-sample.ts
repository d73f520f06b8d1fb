import { defineCheck, failIfAny } from '../../check.ts';
import { notExported, ofUnifiedZones } from '../../exported.ts';

/** The name of the guide's example suggests its password too, which everybody can read. */
export const zoneSample = defineCheck({
  id: 'settings/zone-sample',
  holds: 'The zone does not use the user name of the guide',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['ADD-13'],
    },
    { document: 'D3', section: 'Configuring encrypted Expressway traversal zones' },
  ],
  findings: {
    SETTINGS_ZONE_SAMPLE_USER: {
      severity: 'warning',
      affects: 'exposure',
      message:
        'The zone {zone} on {host} uses the user name exampleauth, which the guide prints with a password',
    },
  },
  judge({ readings }) {
    return ofUnifiedZones(readings.settings, zones => {
      if (zones.every(({ userName }) => userName === undefined)) return notExported;
      return failIfAny(
        zones
          .filter(({ userName }) => userName === 'exampleauth')
          .map(({ name }) => ({ code: 'SETTINGS_ZONE_SAMPLE_USER' as const, evidence: { zone: name } })),
      );
    });
  },
});
