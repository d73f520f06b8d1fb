import { misplacedKind, nameKey } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { commonState, contacts, cutOff, isCutOff, worstAffected } from '../../reachability.ts';
import { whyUnreached } from '../../unreached.ts';

/** Some Expressway-E can be reached: when all of them fail in one way, the firewall before them is the trouble. */
export const edge = defineCheck({
  id: 'port/edge',
  holds: 'The Expressway-E peers can be reached',
  about: 'deployment',
  needs: [],
  sources: [{ document: 'D0', section: 'Firewall Configuration', requirements: ['PORT-26', 'PORT-27'] }],
  findings: {
    EDGE_SILENT: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'None of the Expressway-E {hosts} gives an answer on any of the ports {ports}',
      consequenceOf: whyUnreached('edge', 'silent'),
    },
    EDGE_REFUSES: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'All of the Expressway-E {hosts} refuse TCP connections on all of the ports {ports}',
      consequenceOf: whyUnreached('edge', 'refused'),
    },
  },
  judge({ round }) {
    // a private address in public DNS is trouble enough, and says nothing about the firewall
    const tried = contacts(round, 'expressway_e').filter(
      ({ service, reading }) => !misplacedKind(round, service.host, reading.address),
    );
    const byHost = Map.groupBy(tried, ({ service }) => nameKey(service.host));
    if (byHost.size < 2) return notApplicable('there are not two Expressway-E peers to compare');
    const states = new Set([...byHost.values()].map(contact => commonState(contact, round)));
    const [state] = states.size === 1 ? states : [];
    if (state === 'filtered' && isCutOff(round)) return unknown(cutOff);
    const evidence = {
      hosts: [...byHost.keys()],
      ports: [...new Set(tried.map(({ service }) => String(service.port)))],
    };
    const affects = worstAffected(tried);
    if (state === 'filtered') return fail({ code: 'EDGE_SILENT', evidence, affects });
    if (state === 'refused') return fail({ code: 'EDGE_REFUSES', evidence, affects });
    return pass;
  },
});
