import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { mayBeSame, oldestOf, seenVersions } from '../../versions.ts';

/** What is judged by version is judged by the declared one, so the declared one has to be true. */
export const declared = defineCheck({
  id: 'version/declared',
  holds: 'The host runs the version that is declared for it',
  about: 'node',
  roles: ['expressway_e', 'expressway_c', 'unified_cm'],
  needs: [],
  sources: [
    { document: 'RFC3261', section: '20.35 Server' },
    { document: 'R1', section: 'traces of SIP registrations' },
  ],
  findings: {
    VERSION_DIFFERS: {
      severity: 'info',
      affects: 'sign-in',
      message: '{host} says that it runs {seen}; declared is {declared}, by which it is judged',
      consequenceOf: [{ code: 'PEER_VERSIONS_DIFFER', within: 'node' }],
    },
  },
  judge({ subject: { role, host }, round }) {
    const { nodes, versions } = round.deployment;
    if ((nodes[role].find(node => node.name === host)?.version ?? versions[role]) === undefined)
      return notApplicable('no version is declared');
    const seen = oldestOf(seenVersions(round), role, host);
    const known = round.version(role, host);
    if (!seen || !known) return notApplicable('the host does not tell its version here');
    return mayBeSame(seen, known)
      ? pass
      : fail({ code: 'VERSION_DIFFERS', evidence: { seen: seen.text, declared: known.text } });
  },
});
