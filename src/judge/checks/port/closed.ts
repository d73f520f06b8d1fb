import type { Vantage } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** No port takes connections from where the documented port tables have no line for it. */
export const closed = defineCheck({
  id: 'port/closed',
  holds: 'The port takes no TCP connections from here',
  about: 'service',
  needs: ['tcp'],
  sources: [
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['PORT-13', 'PORT-36'],
    },
    {
      document: 'D1',
      section: 'From Expressway-C to Internal Infrastructure and Endpoints / Note that',
      requirements: ['PORT-28', 'PORT-29', 'PORT-30', 'PORT-31', 'SSH-03'],
    },
    { document: 'D3', section: 'From Expressway-C to Unified CM / CUC' },
    { document: 'D0', section: 'Firewall Configuration', requirements: ['PORT-25'] },
  ],
  findings: {
    PORT_EXPOSED: {
      severity: 'warning',
      affects: 'exposure',
      message: '{host} ({address}) takes TCP connections on {port} ({title}) from {place}',
    },
  },
  judge({ subject, readings: { tcp }, round }) {
    if (subject.expected !== 'closed') return notApplicable('the port has to be open from here');
    return tcp.state === 'open'
      ? fail({ code: 'PORT_EXPOSED', evidence: { place: places[round.vantage] } })
      : pass;
  },
});

const places: Readonly<Record<Vantage, string>> = {
  external: 'outside',
  dmz: 'the DMZ',
  internal: 'inside',
};
