import type { SettingsReading, ZoneSettings } from '../../../model/settings.ts';
import { defineCheck, failIfAny } from '../../check.ts';
import { ofUnifiedZones } from '../../exported.ts';

/** What the type of the zone sets by itself, and what can be changed behind its back. */
export const zoneSecurity = defineCheck({
  id: 'settings/zone-security',
  holds: 'The Unified Communications zone runs over TLS, verifies its peer and forces encrypted media',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['CRT-71'],
    },
    { document: 'D3', section: 'Configuring encrypted Expressway traversal zones' },
    { document: 'D1', section: 'Media Encryption', requirements: ['CRT-72'] },
  ],
  findings: {
    SETTINGS_ZONE_NOT_SECURE: {
      severity: 'critical',
      affects: 'calls',
      message: 'The zone {zone} on {host} lacks what Unified Communications needs: {faults}',
    },
  },
  judge({ readings: { settings } }) {
    return ofUnifiedZones(settings, zones =>
      failIfAny(
        zones.flatMap(zone => {
          const faults = faultsOf(zone, settings);
          const evidence = { zone: zone.name, faults };
          return faults.length === 0 ? [] : [{ code: 'SETTINGS_ZONE_NOT_SECURE' as const, evidence }];
        }),
      ),
    );
  },
});

function faultsOf(
  { sipTransport, tlsVerify, mediaEncryption }: ZoneSettings,
  { sipTls }: SettingsReading,
): string[] {
  return [
    ...(sipTls === false ? ['SIP TLS mode is Off'] : []),
    ...(sipTransport !== undefined && sipTransport.toUpperCase() !== 'TLS'
      ? [`SIP transport is ${sipTransport}`]
      : []),
    ...(tlsVerify === false ? ['TLS verify mode is Off'] : []),
    ...(mediaEncryption !== undefined && mediaEncryption.toLowerCase() !== 'on'
      ? [`Media encryption mode is ${mediaEncryption}`]
      : []),
  ];
}
