import { type Affected, roleNames } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { commonState, contacts, cutOff, isCutOff, worstAffected } from '../../reachability.ts';
import { whyUnreached } from '../../unreached.ts';

/** A host answers on some of its ports: when all of them fail in one way, the host or the way to it is the trouble. */
export const node = defineCheck({
  id: 'port/node',
  holds: 'The host can be reached',
  about: 'node',
  needs: [],
  sources: [
    { document: 'D0', section: 'Firewall Configuration', requirements: ['PORT-26', 'PORT-27'] },
    {
      document: 'D1',
      section: 'Clustered Expressway Systems and Failover Considerations',
      requirements: ['NET-30'],
    },
  ],
  findings: {
    NODE_SILENT: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The {role} {host} gives no answer on any of its ports {ports}',
      consequenceOf: whyUnreached('host', 'silent'),
    },
    NODE_REFUSES: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The {role} {host} refuses TCP connections on all of its ports {ports}',
      consequenceOf: whyUnreached('host', 'refused'),
    },
    NODE_UNREACHABLE: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The network says that the {role} {host} cannot be reached',
      consequenceOf: whyUnreached('host', 'unreachable'),
    },
  },
  judge({ subject, round }) {
    const tried = contacts(round, subject.role, subject.host);
    const ports = [...new Set(tried.map(({ service }) => service.port))];
    if (ports.length < 2) return notApplicable('not even two of its ports were tried');
    const state = commonState(tried, round);
    if (state === 'filtered' && isCutOff(round)) return unknown(cutOff);
    const evidence = {
      role: roleNames[subject.role],
      ports: ports.map(String),
      addresses: [...new Set(tried.map(({ reading }) => reading.address))],
    };
    const affects: Affected = worstAffected(tried);
    switch (state) {
      case 'filtered':
        return fail({ code: 'NODE_SILENT', evidence, affects });
      case 'refused':
        return fail({ code: 'NODE_REFUSES', evidence, affects });
      case 'unreachable':
        return fail({ code: 'NODE_UNREACHABLE', evidence, affects });
      default:
        return pass;
    }
  },
});
