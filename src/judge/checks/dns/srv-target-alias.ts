import { collabEdgeTargets, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** An SRV target has an address record of its own; an alias is accepted where GeoDNS needs it. */
export const srvTargetAlias = defineCheck({
  id: 'dns/srv-target-alias',
  holds: 'The SRV target is no alias',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['dns:public:address/a'],
  uses: ['dns:public:address/aaaa'],
  sources: [
    { document: 'D2', section: 'GeoDNS Examples for Multi-cluster', requirements: ['DNS-54', 'DNS-56'] },
    { document: 'RFC2782', section: 'The format of the SRV RR' },
  ],
  findings: {
    DNS_SRV_TARGET_ALIAS: {
      severity: 'info',
      affects: 'sign-in',
      message: 'The SRV target {host} is an alias for {target}',
    },
  },
  judge({ subject, readings, round }) {
    if (!collabEdgeTargets(round).some(target => sameName(target, subject.host)))
      return notApplicable('no collab-edge record names this host');
    const seen = [readings['dns:public:address/a'], readings['dns:public:address/aaaa']].filter(
      reading => reading !== undefined,
    );
    const alias = seen
      .flatMap(reading => reading.records)
      .find(record => record.type === 'CNAME' && sameName(record.name, subject.host));
    if (alias?.type === 'CNAME')
      return fail({ code: 'DNS_SRV_TARGET_ALIAS', evidence: { target: alias.target } });
    const nothing = whyNothing(readings['dns:public:address/a']);
    return nothing ? unknown(nothing) : pass;
  },
});
