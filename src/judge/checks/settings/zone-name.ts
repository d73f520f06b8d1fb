import { defineCheck, failIfAny, unknown } from '../../check.ts';
import { ofUnifiedZones } from '../../exported.ts';

/** Expressway-E lets its zone up only for the name that it was told, which is the cluster name for a cluster. */
export const zoneName = defineCheck({
  id: 'settings/zone-name',
  holds: 'The name by which Expressway-E verifies its zone stands in the certificate of Expressway-C',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones / zone field table',
      requirements: ['CRT-17'],
    },
  ],
  findings: {
    SETTINGS_ZONE_NAME_STRANGE: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        'The zone {zone} on {host} wants a certificate for {name}, which the one of {peers} is not made for',
    },
  },
  judge({ readings, round }) {
    return ofUnifiedZones(readings.settings, zones => {
      const shown = round.readings('tls').flatMap(({ subject, reading }) => {
        const [leaf] = reading.chain;
        if (subject.kind !== 'service' || subject.role !== 'expressway_c' || !leaf) return [];
        return [{ host: subject.host, names: [leaf.commonName ?? '', ...leaf.names.dns, ...leaf.names.ip] }];
      });
      if (shown.length === 0) return unknown('no certificate of Expressway-C is at hand');
      return failIfAny(
        zones.flatMap(({ name, verifyName }) => {
          if (!verifyName) return [];
          const wanted = verifyName.toLowerCase();
          const peers = shown
            .filter(({ names }) => !names.some(one => one.toLowerCase() === wanted))
            .map(({ host }) => host);
          const evidence = { zone: name, name: verifyName, peers };
          return peers.length === 0 ? [] : [{ code: 'SETTINGS_ZONE_NAME_STRANGE' as const, evidence }];
        }),
      );
    });
  },
});
