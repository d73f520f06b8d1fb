import { defineCheck, fail, failIfAny, unknown } from '../../check.ts';

/** Expressway-C serves the domains on its list for which registration on Unified CM is on, and no other one. */
export const domains = defineCheck({
  id: 'settings/domains',
  holds:
    'The domains that users sign in with are on the list of Expressway-C, with registration on Unified CM',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring the Domains to Route to Unified CM',
      requirements: ['SIP-35'],
    },
  ],
  findings: {
    SETTINGS_DOMAIN_NOT_SERVED: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} does not register {domains} on Unified CM',
    },
    SETTINGS_NO_DOMAIN_SERVED: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'No domain of {host} has SIP registrations and provisioning on Unified CM',
    },
  },
  judge({ readings, round }) {
    const all = readings.settings.domains;
    if (all.every(({ registration }) => registration === undefined))
      return unknown('the export tells no domains');
    const served = all.filter(({ registration }) => registration).map(({ name }) => name.toLowerCase());
    if (served.length === 0) return fail({ code: 'SETTINGS_NO_DOMAIN_SERVED', evidence: {} });
    const missing = round.deployment.domains.filter(domain => !served.includes(domain));
    return failIfAny(
      missing.length === 0 ? [] : [{ code: 'SETTINGS_DOMAIN_NOT_SERVED', evidence: { domains: missing } }],
    );
  },
});
