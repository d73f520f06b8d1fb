import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, pass, unknown } from '../../check.ts';

/** How many domains may have IM and Presence Service depends on the release. */
export const presenceDomains = defineCheck({
  id: 'settings/presence-domains',
  holds: 'No more domains have IM and Presence Service than are recommended',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D0',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['LIM-03'],
    },
  ],
  findings: {
    SETTINGS_PRESENCE_DOMAINS_TOO_MANY: {
      severity: 'warning',
      affects: 'messaging',
      message:
        '{host} has {count} domains with IM and Presence Service, of which {most} are recommended at most',
    },
  },
  judge({ subject, readings, round }) {
    const told = readings.settings.domains.filter(({ presence }) => presence !== undefined);
    if (told.length === 0) return unknown('the export tells no domains');
    const count = told.filter(({ presence }) => presence).length;
    const is1263 = isAtLeast(round.version('expressway_c', subject.host), 'X12.6.3');
    if (is1263 === undefined && count > 50 && count <= 75)
      return unknown('the release of the Expressway-C was not told');
    const most = is1263 === false ? 50 : 75;
    return count > most
      ? fail({ code: 'SETTINGS_PRESENCE_DOMAINS_TOO_MANY', evidence: { count, most } })
      : pass;
  },
});
