import { defineCheck, fail, pass, unknown } from '../../check.ts';
import { notExported, ofUnifiedZones } from '../../exported.ts';

/** Expressway-C connects to the port on which the zone of Expressway-E listens. */
export const zonePort = defineCheck({
  id: 'settings/zone-port',
  holds: 'Both ends of the Unified Communications zone name the same SIP port',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['PORT-39'],
    },
  ],
  findings: {
    SETTINGS_ZONE_PORTS_DIFFER: {
      severity: 'critical',
      affects: 'calls',
      message: 'The zone on {host} connects to port {port}, but the one on {peer} listens on {listens}',
    },
  },
  judge({ readings, round }) {
    return ofUnifiedZones(readings.settings, zones => {
      const port = zones[0]!.sipPort;
      if (port === undefined) return notExported;
      const others = round.readings('settings').flatMap(({ subject, reading }) => {
        const listens = reading.zones.find(({ unified }) => unified)?.sipPort;
        const isEdge = subject.kind === 'node' && subject.role === 'expressway_e';
        return isEdge && listens !== undefined ? [{ peer: subject.host, listens }] : [];
      });
      if (others.length === 0) return unknown('no export of Expressway-E is at hand');
      const strange = others.find(({ listens }) => listens !== port);
      return strange ? fail({ code: 'SETTINGS_ZONE_PORTS_DIFFER', evidence: { port, ...strange } }) : pass;
    });
  },
});
