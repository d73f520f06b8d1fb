import type { Evidence } from '../../../model/finding.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { cutOff, isCutOff, mayBeDropped } from '../../reachability.ts';
import { whyUnreached } from '../../unreached.ts';

/** Every TCP port of the documented port tables that has to be open from here takes a connection. */
export const open = defineCheck({
  id: 'port/open',
  holds: 'The port takes TCP connections',
  about: 'service',
  needs: ['tcp'],
  sources: [
    {
      document: 'D0',
      section: 'Firewall Configuration',
      requirements: ['PORT-01', 'PORT-02', 'PORT-03', 'PORT-26', 'PORT-27'],
    },
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['PORT-09', 'PORT-10', 'PORT-12'],
    },
    { document: 'D0', section: 'UC Feature Support and Limitations', requirements: ['NET-06'] },
    { document: 'D1', section: 'Outbound from Expressway-C (private) to Expressway-E (DMZ)' },
    { document: 'D2', section: 'Multi-cluster Best Practices', requirements: ['NET-19'] },
    {
      document: 'D1',
      section: 'From Expressway-C to Internal Infrastructure and Endpoints',
      requirements: [
        'PORT-14',
        'PORT-15',
        'PORT-16',
        'PORT-17',
        'PORT-18',
        'PORT-20',
        'PORT-21',
        'PORT-23',
        'PORT-24',
      ],
    },
    {
      document: 'D3',
      section: 'From Expressway-C to Unified CM / CUC',
      versions: 'X8.2; without 6972 and 7080',
    },
  ],
  findings: {
    PORT_REFUSED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) refuses TCP connections on {port} ({title})',
      consequenceOf: whyUnreached('port', 'refused'),
    },
    PORT_FILTERED: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) gives no answer on TCP {port} ({title})',
      consequenceOf: whyUnreached('port', 'silent'),
    },
    PORT_UNREACHABLE: {
      severity: 'critical',
      affects: 'of-service',
      message: 'The network says that {host} ({address}) cannot be reached on TCP {port} ({title})',
      consequenceOf: whyUnreached('port', 'unreachable'),
    },
    PORT_RESET: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host} ({address}) resets TCP connections on {port} ({title}) at once',
    },
  },
  judge({ subject, readings: { tcp }, round }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    if (mayBeDropped({ service: subject, reading: tcp }, round))
      return unknown('the documents want this port to drop everybody but Expressway-C');
    const evidence: Evidence = tcp.failure?.code ? { error: tcp.failure.code } : {};
    switch (tcp.state) {
      case 'open':
        return pass;
      case 'refused':
        return fail({ code: 'PORT_REFUSED', evidence });
      case 'filtered':
        return isCutOff(round) ? unknown(cutOff) : fail({ code: 'PORT_FILTERED', evidence });
      case 'unreachable':
        return fail({ code: 'PORT_UNREACHABLE', evidence });
      case 'reset':
        return fail({ code: 'PORT_RESET', evidence });
    }
  },
});
