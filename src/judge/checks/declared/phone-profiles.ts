import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

const fullName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z][a-z0-9-]*[a-z0-9]$/i;

/** Phone security profiles have full names, since the names stand in the certificate of Expressway-C. */
export const phoneProfiles = defineCheck({
  id: 'declared/phone-profiles',
  holds: 'Every phone security profile has the form of a full host name',
  about: 'deployment',
  needs: [],
  sources: [
    { document: 'D1', section: 'Configuration Summary / Unified CM', requirements: ['CRT-15'] },
    { document: 'D1', section: 'Endpoints Cannot Register to Unified CM' },
  ],
  findings: {
    DECLARED_PROFILE_NOT_FQDN: {
      severity: 'warning',
      affects: 'calls',
      message:
        'The phone security profile {profiles} is no full host name within a domain, so no certificate can carry it',
    },
  },
  judge({ round }) {
    const { phoneSecurityProfiles } = round.deployment;
    if (phoneSecurityProfiles.length === 0) return notApplicable('no phone security profile is declared');
    const profiles = phoneSecurityProfiles.filter(profile => !fullName.test(profile));
    return profiles.length === 0 ? pass : fail({ code: 'DECLARED_PROFILE_NOT_FQDN', evidence: { profiles } });
  },
});
