import { type Role, roleNames } from '../../../model/subject.ts';
import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';
import { contacts, isCutOff, mayBeDropped } from '../../reachability.ts';
import { unreached } from '../../unreached.ts';

const layers = ['expressway_e', 'expressway_c', 'unified_cm'] as const satisfies readonly Role[];

/**
 * A phone knows fixed ways, each through one Expressway-E, one Expressway-C and one Unified CM, and does not put new ones
 * together: two servers that fail at once can leave it without any, though each has a peer that lives.
 */
export const serverGroups = defineCheck({
  id: 'port/server-groups',
  holds: 'Phones with fixed groups of servers have one group that is whole',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'UC Feature Support and Limitations',
      requirements: ['SIP-40'],
      versions: 'X14 and later',
    },
  ],
  findings: {
    PHONE_GROUPS_BROKEN: {
      severity: 'critical',
      affects: 'calls',
      message: 'No phone can register: of each of their ways one server does not answer ({dead})',
      consequenceOf: unreached('node'),
    },
  },
  judge({ round }) {
    if (round.vantage !== 'internal')
      return notApplicable('Expressway-C and Unified CM are seen from inside only');
    const groups = round.deployment.phones?.serverGroups;
    if (!groups) return notApplicable('no groups of servers are declared');
    const seen = groups.map(group => group.map(host => ({ host, state: stateOf(host, round) })));
    const dead = seen.flatMap(group => group.find(({ state }) => state === 'dead') ?? []);
    if (dead.length < groups.length)
      return seen.some(group => group.every(({ state }) => state === 'alive'))
        ? pass
        : unknown('not every server of the groups was looked at');
    const alive = seen.flat().filter(({ state }) => state === 'alive');
    const gone = layers.find(role => !alive.some(({ host }) => isOf(host, role, round)));
    if (gone) return notApplicable(`no ${roleNames[gone]} of the groups answers, which is told by itself`);
    const hosts = [...new Set(dead.map(({ host }) => host))];
    const on = round.subjects('node').find(({ host }) => sameName(host, hosts[0]!))?.id;
    return fail({ code: 'PHONE_GROUPS_BROKEN', evidence: { dead: hosts }, ...(on && { on }) });
  },
});

function isOf(host: string, role: Role, { deployment }: RoundView): boolean {
  return deployment.nodes[role].some(({ name }) => sameName(name, host));
}

/** Dead is a host of which not one port can be reached, here or from elsewhere. */
function stateOf(host: string, round: RoundView): 'alive' | 'dead' | 'untold' {
  const looks = [round, ...round.others]
    .filter(view => !isCutOff(view))
    .map(view =>
      layers
        .flatMap(role => contacts(view, role))
        .filter(contact => sameName(contact.service.host, host) && !mayBeDropped(contact, view)),
    )
    .filter(look => look.length > 0);
  if (looks.length === 0) return 'untold';
  return looks.some(look => look.every(({ reading }) => reading.state !== 'open')) ? 'dead' : 'alive';
}
