import { isAddress } from '../../address.ts';
import { defineCheck, failIfAny, unknown } from '../../check.ts';
import { ofUnifiedZones } from '../../exported.ts';

/** The names by which Expressway-C knows the Expressway-E peers are those that it looks for in their certificates. */
export const zonePeers = defineCheck({
  id: 'settings/zone-peers',
  holds: 'The zone names its peers by full name',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['NET-29', 'CRT-78'],
    },
  ],
  findings: {
    SETTINGS_ZONE_PEER_BY_ADDRESS: {
      severity: 'warning',
      affects: 'calls',
      message: 'The zone {zone} on {host} names Expressway-E by {peers} and not by its full name',
    },
  },
  judge({ readings }) {
    return ofUnifiedZones(readings.settings, zones => {
      if (zones.every(({ peers }) => peers.length === 0)) return unknown('the export tells no peers');
      return failIfAny(
        zones.flatMap(({ name, peers }) => {
          const strange = peers.filter(peer => isAddress(peer) || !peer.includes('.'));
          const evidence = { zone: name, peers: strange };
          return strange.length === 0 ? [] : [{ code: 'SETTINGS_ZONE_PEER_BY_ADDRESS' as const, evidence }];
        }),
      );
    });
  },
});
