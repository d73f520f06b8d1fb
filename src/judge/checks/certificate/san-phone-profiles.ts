import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames, lists, someOf } from '../../names.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/**
 * Unified CM looks for the name of the phone security profile in the certificate of Expressway-C. It compares the name as it
 * stands, so that a wildcard does not help.
 */
export const sanPhoneProfiles = defineCheck({
  id: 'certificate/san-phone-profiles',
  holds: 'The certificate of Expressway-C carries every phone security profile name',
  about: 'service',
  roles: ['expressway_c'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'CSR Requirements for Expressway Servers',
      requirements: ['CRT-14', 'CRT-59'],
    },
    { document: 'D1', section: 'Endpoints Cannot Register to Unified CM', requirements: ['SIP-31'] },
  ],
  findings: {
    CERT_SAN_PROFILE_MISSING: {
      severity: 'critical',
      affects: 'calls',
      message: '{host}:{port} shows a certificate without the phone security profile name {profiles}',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    const { phoneSecurityProfiles } = round.deployment;
    if (phoneSecurityProfiles.length === 0)
      return notApplicable('no phone security profile with encryption is declared');
    return ofLeaf(subject, readings.tls, leaf => {
      const profiles = phoneSecurityProfiles.filter(profile => !lists(leaf, profile));
      if (profiles.length === 0) return pass;
      const names = allNames(leaf);
      return fail({
        code: 'CERT_SAN_PROFILE_MISSING',
        evidence: { certificate: leaf.fingerprint, profiles, seen: someOf(names), names },
      });
    });
  },
});
