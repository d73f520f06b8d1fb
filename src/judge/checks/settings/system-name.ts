import { defineCheck, failIfAny } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** System host name and domain name together are the name that certificates, zones and tunnels use. */
export const systemName = defineCheck({
  id: 'settings/system-name',
  holds: 'System host name and domain name are set, with letters, digits and hyphens only',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Setting Up the Expressway-E for Mobile and Remote Access / Configuring DNS and NTP Settings',
      requirements: ['DNS-45'],
    },
    {
      document: 'D1',
      section: 'Jabber Cannot Sign In due to SSH Tunnels Failure',
      requirements: ['DNS-43'],
    },
  ],
  findings: {
    SETTINGS_NAME_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'System > DNS of {host} lacks {missing}',
    },
    SETTINGS_NAME_CHARACTERS: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The system host name {name} has characters with which the SSH tunnels fail',
    },
  },
  judge({ readings }) {
    const { hostName, domainName } = readings.settings;
    if (hostName === undefined && domainName === undefined) return notExported;
    const missing = [
      ...(hostName === '' ? ['the system host name'] : []),
      ...(domainName === '' ? ['the domain name'] : []),
    ];
    return failIfAny([
      ...(missing.length > 0 ? [{ code: 'SETTINGS_NAME_MISSING' as const, evidence: { missing } }] : []),
      ...(hostName && /[^A-Za-z0-9-]/.test(hostName)
        ? [{ code: 'SETTINGS_NAME_CHARACTERS' as const, evidence: { name: hostName } }]
        : []),
    ]);
  },
});
