import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** Without mixed mode a profile with encrypted signalling is worth nothing, unless tokens take the place of certificates. */
export const secureProfiles = defineCheck({
  id: 'declared/security-mode',
  holds: 'Devices have secure profiles only where Unified CM is in mixed mode or uses SIP OAuth',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Secure Communications',
      requirements: ['CRT-58', 'UCM-19'],
      versions: 'X8.2 and X8.10; SIP OAuth came later',
    },
    { document: 'D3', section: 'Configuring secure communications' },
    {
      document: 'D0',
      section: 'MRA OAuth Token Authorization with Endpoints / Clients',
      versions: 'X14 and later',
    },
  ],
  findings: {
    DECLARED_PROFILES_NOT_SECURE: {
      severity: 'warning',
      affects: 'calls',
      message:
        'Unified CM is not in mixed mode, so devices with the secure profile {profiles} fall back to TCP without encryption',
    },
  },
  judge({ round }) {
    const { securityMode, features = [], phoneSecurityProfiles: profiles } = round.deployment;
    if (securityMode === undefined) return notApplicable('nobody said in which security mode Unified CM is');
    if (securityMode === 'mixed' || profiles.length === 0 || features.includes('sip_oauth')) return pass;
    return fail({ code: 'DECLARED_PROFILES_NOT_SECURE', evidence: { profiles } });
  },
});
