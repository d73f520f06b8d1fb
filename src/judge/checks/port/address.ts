import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { commonState, contacts, contactsAt, cutOff, isCutOff, worstAffected } from '../../reachability.ts';
import { whyUnreached } from '../../unreached.ts';

/** Clients take any address that DNS gives, so each of them has to answer: one that does not fails for those who draw it. */
export const address = defineCheck({
  id: 'port/address',
  holds: 'Every address of the host can be reached',
  about: 'address',
  needs: [],
  sources: [
    { document: 'D0', section: 'Firewall Configuration', requirements: ['PORT-26', 'PORT-27'] },
    { document: 'RFC9293', section: '3.10.7 Segment Arrives' },
  ],
  findings: {
    ADDRESS_SILENT: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} gives no answer at its address {address} on any of the ports {ports}',
      consequenceOf: whyUnreached('address', 'silent'),
    },
    ADDRESS_REFUSES: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} refuses connections at its address {address} on all of the ports {ports}',
      consequenceOf: whyUnreached('address', 'refused'),
    },
    ADDRESS_UNREACHABLE: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The network says that {host} cannot be reached at its address {address}',
      consequenceOf: whyUnreached('address', 'unreachable'),
    },
  },
  judge({ subject, round }) {
    const tried = contactsAt(round, subject.address);
    const ports = [...new Set(tried.map(({ service }) => service.port))];
    if (ports.length < 2) return notApplicable('not even two of its ports were tried');
    if (contacts(round, subject.role, subject.host).length === tried.length)
      return notApplicable('the host has no other address that was tried');
    const state = commonState(tried, round);
    if (state === 'filtered' && isCutOff(round)) return unknown(cutOff);
    const evidence = { ports: ports.map(String) };
    const affects = worstAffected(tried);
    switch (state) {
      case 'filtered':
        return fail({ code: 'ADDRESS_SILENT', evidence, affects });
      case 'refused':
        return fail({ code: 'ADDRESS_REFUSES', evidence, affects });
      case 'unreachable':
        return fail({ code: 'ADDRESS_UNREACHABLE', evidence, affects });
      default:
        return pass;
    }
  },
});
