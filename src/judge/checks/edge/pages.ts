import { pageNames } from '../../../model/deployment.ts';
import type { Affected } from '../../../model/subject.ts';
import { defineCheck, failIfAny, notApplicable, type Statement, unknown } from '../../check.ts';

type Code = 'EDGE_PAGE_FORBIDDEN';
const affected = {
  e911: 'calls',
  embedded_tab: 'messaging',
  voicemail: 'voicemail',
} as const satisfies Record<string, Affected>;

/** The test user, signed in, gets every declared page through the edge: what is on no allow list is forbidden with 403. */
export const pages = defineCheck({
  id: 'edge/pages',
  holds: 'The edge lets the test user have the declared pages',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [
    {
      document: 'D1',
      section: 'No Voicemail Service (" 403 Forbidden" Response)',
      requirements: ['HTTP-04'],
    },
    {
      document: 'D3',
      section: 'No voicemail service ("403 Forbidden" response)',
      requirements: ['HTTP-04'],
    },
    { document: 'R4', section: 'log lines and remedies' },
  ],
  findings: {
    EDGE_PAGE_FORBIDDEN: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host} forbids the {page} {url} (403), as it does with what is not on the allow list',
      consequenceOf: [{ code: 'CLOCK_DIFFERS', within: 'service' }],
    },
  },
  judge({ readings: { login }, round }) {
    const declared = round.deployment.pages ?? [];
    if (declared.length === 0) return notApplicable('no pages are declared');
    if (!login.pages) return notApplicable('nobody was signed in');
    const statusOf = new Map(login.pages.map(({ url, status }) => [url, status]));
    const forbidden = declared.filter(({ url }) => statusOf.get(url) === 403);
    if (forbidden.length === 0 && declared.some(({ url }) => statusOf.get(url) === undefined))
      return unknown('not every page was answered');
    return failIfAny(
      forbidden.map(
        ({ url, use }): Statement<Code> => ({
          code: 'EDGE_PAGE_FORBIDDEN',
          evidence: { page: pageNames[use], url },
          affects: affected[use],
        }),
      ),
    );
  },
});
