import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { isLineZone } from '../../trunk.ts';

/** Expressway-C makes a zone over TCP to every Unified CM, and one over TLS beside it where the cluster is in mixed mode. */
export const securityMode = defineCheck({
  id: 'settings/security-mode',
  holds: 'The zones that Expressway-C made by itself fit the security mode of Unified CM',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Automatically Generated Zones and Search Rules',
      requirements: ['UCM-19'],
    },
    { document: 'D3', section: 'Automatically generated zones and search rules' },
  ],
  findings: {
    SETTINGS_SECURITY_MODE_DIFFERS: {
      severity: 'warning',
      affects: 'calls',
      message:
        '{host} has {zones} to Unified CM, which is declared to be in {mode} mode: that makes {expected}',
    },
  },
  judge({ readings: { settings }, round }) {
    const mode = round.deployment.securityMode;
    if (mode === undefined) return notApplicable('nobody said in which security mode Unified CM is');
    const made = settings.zones.filter(isLineZone);
    if (made.length === 0) return unknown('the export does not tell the zones that were made by themselves');
    const overTls = made.some(({ name }) => /^CEtls-/i.test(name));
    if (overTls === (mode === 'mixed')) return pass;
    return fail({
      code: 'SETTINGS_SECURITY_MODE_DIFFERS',
      evidence: {
        mode,
        zones: overTls ? 'a CEtls zone' : 'no CEtls zone',
        expected: overTls ? 'CEtcp zones only' : 'a CEtls zone to each node',
      },
    });
  },
});
