import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Candidates of ICE travel in signalling that is encrypted on the whole way, or not at all. */
export const ice = defineCheck({
  id: 'declared/ice',
  holds: 'Where ICE is used, signalling is encrypted as far as Unified CM',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'MRA OAuth Token Authorization with Endpoints / Clients',
      requirements: ['STN-11'],
      versions: 'X12.5 and later',
    },
  ],
  findings: {
    DECLARED_ICE_NOT_ENCRYPTED: {
      severity: 'warning',
      affects: 'calls',
      message:
        'ICE is declared to be used, but Unified CM is in {mode} mode without SIP OAuth: signalling is not encrypted on the whole way',
      consequenceOf: [{ code: 'DECLARED_PROFILES_NOT_SECURE', within: 'deployment' }],
    },
  },
  judge({ round }) {
    const { securityMode: mode, features = [] } = round.deployment;
    if (!features.includes('ice')) return notApplicable('ICE is not declared to be used');
    if (mode === 'mixed' || features.includes('sip_oauth')) return pass;
    return mode === undefined
      ? unknown('nobody said in which security mode Unified CM is')
      : fail({ code: 'DECLARED_ICE_NOT_ENCRYPTED', evidence: { mode } });
  },
});
