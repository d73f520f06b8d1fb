import { isAtLeast } from '../../../model/version.ts';
import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';

/**
 * From X14.2 on the edge names no UDS server to clients that it knows to be dead. Which ones are dead is seen from inside only;
 * Expressway may learn of it after us.
 */
export const livingUds = defineCheck({
  id: 'edge/living-uds',
  holds: 'The edge names no UDS server that does not answer inside',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [
    {
      document: 'D0',
      section: 'UC Feature Support and Limitations',
      requirements: ['HTTP-18'],
      versions: 'X14.2 and later',
    },
  ],
  findings: {
    EDGE_CONFIG_DEAD_UDS: {
      severity: 'info',
      affects: 'sign-in',
      message: '{host} leads clients to UDS on {servers}, which does not answer inside',
      consequenceOf: (
        [
          'PORT_REFUSED',
          'PORT_FILTERED',
          'PORT_UNREACHABLE',
          'PORT_RESET',
          'INSIDE_HTTP_UNAVAILABLE',
          'INSIDE_HTTP_SILENT',
        ] as const
      ).map(code => ({ code, within: 'deployment', purpose: 'uds-https' }) as const),
    },
  },
  judge({ readings: { login }, round }) {
    if (isAtLeast(round.version('expressway_c'), 'X14.2') === false)
      return notApplicable('before X14.2 the edge names every server');
    const named = login.config?.uds ?? [];
    if (named.length === 0) return notApplicable('nobody was signed in, or no server was named');
    const insiders = round.others.filter(({ vantage }) => vantage === 'internal');
    if (insiders.length === 0) return notApplicable('nobody looks at Unified CM from inside');
    const states = named.map(({ name }) => ({ name, lives: lives(name, insiders) }));
    const dead = states.filter(state => state.lives === false);
    if (dead.length > 0)
      return fail({ code: 'EDGE_CONFIG_DEAD_UDS', evidence: { servers: dead.map(({ name }) => name) } });
    return states.some(state => state.lives === undefined)
      ? unknown('not every named server was looked at from inside')
      : pass;
  },
});

/** Whether UDS answers somewhere under this name; undefined when that was not seen. */
function lives(name: string, insiders: readonly RoundView[]): boolean | undefined {
  const seen = insiders.flatMap(inside =>
    inside
      .subjects('service')
      .filter(({ purpose, host }) => purpose === 'uds-https' && sameName(host, name))
      .map(({ id }) => {
        const tcp = inside.reading(id, 'tcp');
        if (tcp && tcp.state !== 'open') return false;
        const status = inside.reading(id, 'http')?.status;
        return status === undefined ? undefined : status < 500;
      }),
  );
  if (seen.includes(true)) return true;
  return seen.length === 0 || seen.includes(undefined) ? undefined : false;
}
