import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Expressway-C does not rewrite media addresses for its own static NAT. */
export const staticNatInside = defineCheck({
  id: 'settings/static-nat',
  holds: 'Expressway-C has no static NAT',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Expressway-C in DMZ with Static NAT',
      requirements: ['NET-14'],
      versions: 'X8.10',
    },
  ],
  findings: {
    SETTINGS_STATIC_NAT_INSIDE: {
      severity: 'critical',
      affects: 'calls',
      message: '{host}, an Expressway-C, has static NAT switched on, which is not supported',
    },
  },
  judge({ readings }) {
    const on = readings.settings.staticNat;
    if (on === undefined) return notExported;
    return on ? fail({ code: 'SETTINGS_STATIC_NAT_INSIDE', evidence: {} }) : pass;
  },
});
