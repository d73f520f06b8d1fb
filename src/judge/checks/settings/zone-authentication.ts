import { defineCheck, failIfAny } from '../../check.ts';
import { notExported, ofUnifiedZones } from '../../exported.ts';

/** A zone that checks credentials challenges calls that nobody can answer for. */
export const zoneAuthentication = defineCheck({
  id: 'settings/zone-authentication',
  holds: 'The Unified Communications zone does not check credentials',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['SIP-06'],
    },
  ],
  findings: {
    SETTINGS_ZONE_AUTHENTICATES: {
      severity: 'critical',
      affects: 'calls',
      message:
        'Authentication policy of the zone {zone} on {host} is {policy} instead of DoNotCheckCredentials',
    },
  },
  judge({ readings }) {
    return ofUnifiedZones(readings.settings, zones => {
      if (zones.some(({ authentication }) => authentication === undefined)) return notExported;
      return failIfAny(
        zones
          .filter(({ authentication }) => authentication!.toLowerCase() !== 'donotcheckcredentials')
          .map(({ name, authentication }) => ({
            code: 'SETTINGS_ZONE_AUTHENTICATES' as const,
            evidence: { zone: name, policy: authentication! },
          })),
      );
    });
  },
});
