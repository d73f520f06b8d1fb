import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Before X14.2 remote access works over IPv4 only; Both leads to intermittent trouble. */
export const ipProtocol = defineCheck({
  id: 'settings/ip-protocol',
  holds: 'Before X14.2 the IP protocol is IPv4',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['NET-21'],
      versions: 'before X14.2',
    },
  ],
  findings: {
    SETTINGS_IPV6_UNSUPPORTED: {
      severity: 'warning',
      affects: 'sign-in',
      message:
        'IP protocol of {host} is {protocol}, which version {version} does not support for remote access',
    },
  },
  judge({ subject, readings, round }) {
    const protocol = readings.settings.ipProtocol;
    if (protocol === undefined) return notExported;
    if (protocol.toLowerCase() === 'ipv4') return pass;
    const version = round.version(subject.role, subject.host);
    if (!version) return unknown('the release of the Expressway was not told');
    return isAtLeast(version, 'X14.2')
      ? notApplicable('from X14.2 on IPv6 is supported')
      : fail({ code: 'SETTINGS_IPV6_UNSUPPORTED', evidence: { protocol, version: version.text } });
  },
});
