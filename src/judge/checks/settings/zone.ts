import { defineCheck, fail, pass, unknown } from '../../check.ts';

/** Each Expressway has one zone for Unified Communications: a client on Expressway-C, a server on Expressway-E. */
export const zone = defineCheck({
  id: 'settings/zone',
  holds: 'There is exactly one Unified Communications traversal zone',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['SIP-02'],
    },
    {
      document: 'D1',
      section: 'Configuring a Secure Traversal Zone Connection for Unified Communications',
      requirements: ['SIP-03'],
    },
    { document: 'D3', section: 'Configuring encrypted Expressway traversal zones' },
  ],
  findings: {
    SETTINGS_ZONE_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} has no zone of the type Unified Communications traversal',
      consequenceOf: [{ code: 'SETTINGS_REMOTE_ACCESS_OFF', within: 'node' }],
    },
    SETTINGS_ZONE_SEVERAL: {
      severity: 'warning',
      affects: 'calls',
      message: '{host} has several zones for Unified Communications: {zones}',
    },
  },
  judge({ readings }) {
    const { zones } = readings.settings;
    if (zones.length === 0) return unknown('the export tells no zones');
    const unified = zones.filter(one => one.unified).map(({ name }) => name);
    if (unified.length === 0) return fail({ code: 'SETTINGS_ZONE_MISSING', evidence: {} });
    return unified.length === 1
      ? pass
      : fail({ code: 'SETTINGS_ZONE_SEVERAL', evidence: { zones: unified } });
  },
});
