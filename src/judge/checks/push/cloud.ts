import type { ServiceSubject } from '../../../model/subject.ts';
import { isAddressless } from '../../answers.ts';
import { defineCheck, fail, pass, type RoundView, unknown } from '../../check.ts';
import { cutOff, isCutOff } from '../../reachability.ts';

/**
 * Push notifications come by way of clouds on the internet. Such a host has many addresses, which change: one that answers is
 * enough.
 */
export const cloud = defineCheck({
  id: 'push/cloud',
  holds: 'The push service can be reached',
  about: 'node',
  roles: ['push_service'],
  needs: [],
  sources: [
    {
      document: 'D2',
      section: 'Push Notifications Requirements',
      requirements: ['NET-23', 'PSH-04'],
    },
    {
      document: 'D1',
      section: 'Prerequisites and recommendations',
      requirements: ['NET-23', 'PSH-04'],
      versions: 'X8.10',
    },
    { document: 'R24', section: 'Mobile and Remote Access ports' },
  ],
  findings: {
    PUSH_CLOUD_UNREACHABLE: {
      severity: 'warning',
      affects: 'calls',
      message: 'The push service {host} cannot be reached from here ({reason})',
    },
  },
  judge({ subject, round }) {
    const services = round
      .subjects('service')
      .filter(({ role, host }) => role === 'push_service' && host === subject.host);
    const states = services.map(service => stateOf(service, round));
    if (states.includes('reached')) return pass;
    const [reason] = states;
    if (isCutOff(round)) return unknown(cutOff);
    if (reason === undefined || states.includes(undefined)) {
      return isAddressless(round, subject)
        ? fail({ code: 'PUSH_CLOUD_UNREACHABLE', evidence: { reason: 'the name has no address' } })
        : unknown('not every address of it was looked at');
    }
    return fail({ code: 'PUSH_CLOUD_UNREACHABLE', evidence: { reason } });
  },
});

/** What came of one address, in words; undefined when it was not looked at. */
function stateOf({ id }: ServiceSubject, round: RoundView): string | undefined {
  const tcp = round.reading(id, 'tcp');
  const tls = round.reading(id, 'tls');
  switch (tcp?.state) {
    case undefined:
      return undefined;
    case 'open':
      if (!tls) return undefined;
      return tls.failure ? `TLS fails: ${tls.failure.code ?? tls.failure.reason}` : 'reached';
    case 'filtered':
      return 'no answer';
    case 'refused':
      return 'refused';
    case 'reset':
      return 'reset';
    case 'unreachable':
      return `the network says so: ${tcp.failure?.code ?? 'unreachable'}`;
  }
}
