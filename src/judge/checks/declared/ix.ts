import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** The Expressway encrypts iX for nobody: the devices and the conferencing server both do, or it does not work outside. */
export const ix = defineCheck({
  id: 'declared/ix',
  holds: 'Where iX is used outside, devices and the conferencing server encrypt it',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'UC Feature Support and Limitations',
      requirements: ['FTR-10'],
      versions: 'X8.10 and later',
    },
    { document: 'D1', section: 'Unsupported Endpoint Features when Using Mobile and Remote Access' },
  ],
  findings: {
    DECLARED_IX_NOT_ENCRYPTED: {
      severity: 'warning',
      affects: 'calls',
      message: 'iX is declared to be used outside, but it is not encrypted from end to end: {lacking}',
      consequenceOf: [{ code: 'DECLARED_PROFILES_NOT_SECURE', within: 'deployment' }],
    },
  },
  judge({ round }) {
    const { features = [], conferenceTrunk, phoneSecurityProfiles, securityMode } = round.deployment;
    if (!features.includes('ix')) return notApplicable('iX is not declared to be used');
    const lacking = [
      ...(conferenceTrunk === 'clear' ? ['the trunk of the conferencing server is in clear'] : []),
      ...(phoneSecurityProfiles.length === 0 ? ['no secure phone profile is declared'] : []),
      ...(securityMode === 'non-secure' && !features.includes('sip_oauth')
        ? ['Unified CM is not in mixed mode']
        : []),
    ];
    if (lacking.length > 0) return fail({ code: 'DECLARED_IX_NOT_ENCRYPTED', evidence: { lacking } });
    return conferenceTrunk === undefined
      ? unknown('nobody said whether the trunk of the conferencing server is encrypted')
      : pass;
  },
});
