import { defineCheck, failIfAny, notApplicable, type Statement, unknown } from '../../check.ts';
import { isTrunkZone, linePorts } from '../../trunk.ts';

type Code = 'SETTINGS_TRUNK_ON_LINE_PORT' | 'SETTINGS_TRUNK_PORT_DIFFERS';

/** The neighbour zone of a SIP trunk leads to the port that Unified CM keeps for the trunk. */
export const trunkZone = defineCheck({
  id: 'settings/trunk-zone',
  holds: 'The zone of a SIP trunk to Unified CM uses the port of the trunk and not that of the lines',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring SIP trunk listening ports / On Expressway',
      requirements: ['SIP-13'],
    },
    { document: 'D1', section: 'SIP Trunks Between Unified CM and Expressway-C', requirements: ['SIP-10'] },
  ],
  findings: {
    SETTINGS_TRUNK_ON_LINE_PORT: {
      severity: 'critical',
      affects: 'calls',
      message:
        'The zone {zone} on {host} leads to Unified CM on {port}, on which devices register, so devices outside cannot register',
      consequenceOf: [{ code: 'DECLARED_TRUNK_ON_LINE_PORT', within: 'deployment' }],
    },
    SETTINGS_TRUNK_PORT_DIFFERS: {
      severity: 'warning',
      affects: 'calls',
      message:
        'The zone {zone} on {host} leads to Unified CM on {port}, but the trunk is declared to listen on {incoming}',
      consequenceOf: [{ code: 'DECLARED_TRUNK_PORTS_DIFFER', within: 'deployment' }],
    },
  },
  judge({ readings: { settings }, round }) {
    const zones = settings.zones.filter(zone => isTrunkZone(zone, round));
    if (zones.length === 0) return notApplicable('the export holds no zone of a SIP trunk to Unified CM');
    if (zones.some(({ sipPort }) => sipPort === undefined))
      return unknown('the export does not tell the port of the zone');
    const incoming = round.deployment.trunk?.incomingPort;
    return failIfAny(
      zones.flatMap(({ name: zone, sipPort }): readonly Statement<Code>[] => {
        const port = sipPort!;
        if (linePorts.includes(port))
          return [{ code: 'SETTINGS_TRUNK_ON_LINE_PORT', evidence: { zone, port } }];
        return incoming === undefined || incoming === port
          ? []
          : [{ code: 'SETTINGS_TRUNK_PORT_DIFFERS', evidence: { zone, port, incoming } }];
      }),
    );
  },
});
