import { isAboutZone, readingsOfResolver } from '../../answers.ts';
import { defineCheck, failIfAny, notApplicable, pass, type RoundView, unknown } from '../../check.ts';

/** The name servers of a service domain answer for it: SERVFAIL says that nobody can look anything up there. */
export const domainAnswers = defineCheck({
  id: 'dns/domain-answers',
  holds: 'The domain can be looked up',
  about: 'domain',
  needs: [],
  sources: [
    { document: 'D0', section: 'Public DNS (External Domains)', requirements: ['DNS-01'] },
    { document: 'RFC1035', section: 'Header section format' },
  ],
  findings: {
    DNS_DOMAIN_SERVFAIL: {
      severity: 'critical',
      affects: 'sign-in',
      message: 'The domain {domain} cannot be looked up: {resolver} answers SERVFAIL for {name}',
      consequenceOf: [{ code: 'DNS_RESOLVER_FAILS', within: 'deployment' }],
    },
  },
  judge({ subject, round }) {
    const asked = (['dns:public:srv/collab-edge', 'dns:internal:srv/cisco-uds'] as const).flatMap(
      need => round.reading(subject.id, need) ?? [],
    );
    if (asked.length === 0) return notApplicable('the domain was not asked for');
    const failed = asked.filter(reading => reading.outcome === 'servfail');
    if (failed.length === 0)
      return asked.some(reading => ['answer', 'nodata', 'nxdomain'].includes(reading.outcome))
        ? pass
        : unknown('the DNS server does not answer');
    const isAlone = round.deployment.domains.length < 2;
    const told = failed.filter(
      reading => isAboutZone(reading) || isAlone || !failsForAll(round, reading.resolver),
    );
    if (told.length === 0) return unknown('the DNS server answers SERVFAIL for every domain');
    return failIfAny(
      told.map(reading => ({
        code: 'DNS_DOMAIN_SERVFAIL',
        evidence: {
          resolver: reading.resolver,
          name: reading.name,
          ...(reading.extendedError && {
            extendedError: `${reading.extendedError.code} ${reading.extendedError.text}`.trim(),
          }),
        },
      })),
    );
  },
});

function failsForAll(round: RoundView, address: string): boolean {
  return round
    .subjects('resolver')
    .filter(resolver => resolver.address === address)
    .flatMap(resolver => readingsOfResolver(round, resolver))
    .every(reading => reading.outcome === 'servfail');
}
