import { vantagePlaces } from '../../../model/subject.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { contacts, worstAffected } from '../../reachability.ts';

/** A port that is silent here and open elsewhere is cut off on the way, and not on the host. */
export const elsewhere = defineCheck({
  id: 'port/elsewhere',
  holds: 'A port of Expressway-E that is open elsewhere is open from here',
  about: 'node',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    { document: 'D0', section: 'Firewall Configuration' },
    {
      document: 'D1',
      section: 'Jabber triggers automated intrusion protection / Symptoms',
      requirements: ['IDS-10'],
    },
    { document: 'D1', section: 'Client HTTPS Requests are Dropped by Expressway' },
  ],
  findings: {
    FIREWALL_BLOCKS: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} is silent on {ports} seen from {here} and answers there seen from {there}',
    },
    SOURCE_BLOCKED: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{host} is silent on {ports} for one source {here}, while it answers another one there',
    },
  },
  judge({ subject, round }) {
    if (round.others.length === 0) return notApplicable('it was looked at from one place only');
    const silent = contacts(round, subject.role, subject.host).filter(
      ({ reading }) => reading.state === 'filtered',
    );
    const answering = round.others.filter(other =>
      contacts(other, subject.role, subject.host).some(
        ({ service, reading }) =>
          reading.state === 'open' && silent.some(one => one.service.port === service.port),
      ),
    );
    const open = answering.flatMap(other =>
      contacts(other, subject.role, subject.host).flatMap(({ service, reading }) =>
        reading.state === 'open' ? [service.port] : [],
      ),
    );
    const cut = silent.filter(({ service }) => open.includes(service.port));
    if (cut.length === 0) return pass;
    const ports = [...new Set(cut.map(({ service }) => String(service.port)))];
    const here = vantagePlaces[round.vantage];
    const [same] = answering.filter(({ vantage }) => vantage === round.vantage);
    const evidence = { ports, here, addresses: [...new Set(cut.map(({ reading }) => reading.address))] };
    const affects = worstAffected(cut);
    if (same) return fail({ code: 'SOURCE_BLOCKED', evidence, affects });
    const there = [...new Set(answering.map(({ vantage }) => vantagePlaces[vantage]))];
    return fail({ code: 'FIREWALL_BLOCKS', evidence: { ...evidence, there }, affects });
  },
});
