import { readingsOfResolver } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** A DNS server that cuts its UDP answers off answers over TCP: a large record set is lost otherwise. */
export const resolverTcp = defineCheck({
  id: 'dns/resolver-tcp',
  holds: 'The DNS server answers over TCP what does not fit into UDP',
  about: 'resolver',
  needs: [],
  sources: [
    { document: 'RFC7766', section: 'Transport Protocol Selection' },
    { document: 'D2', section: 'Multiple Edge Domains', requirements: ['DNS-50'] },
  ],
  findings: {
    DNS_TCP_BLOCKED: {
      severity: 'warning',
      affects: 'operations',
      message: 'The DNS server {resolver} cuts its answer for {name} off, and TCP to it fails ({reason})',
    },
  },
  judge({ subject, round }) {
    const cut = readingsOfResolver(round, subject).filter(reading => reading.truncated);
    if (cut.length === 0) return notApplicable('no answer was too large for UDP');
    const blocked = cut.find(reading => reading.tcpFailure);
    if (!blocked?.tcpFailure) return pass;
    const { reason } = blocked.tcpFailure;
    return fail({ code: 'DNS_TCP_BLOCKED', evidence: { name: `${blocked.type} ${blocked.name}`, reason } });
  },
});
