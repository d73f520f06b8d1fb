import type { DnsReading } from '../../../../probes/index.ts';
import { isAboutZone, readingsOfResolver } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** The DNS servers that we were given answer: without them nothing can be said about any name. */
export const resolver = defineCheck({
  id: 'dns/resolver',
  holds: 'The DNS server answers questions',
  about: 'resolver',
  needs: [],
  sources: [
    { document: 'D2', section: 'Multiple Edge Domains', requirements: ['DNS-50'] },
    {
      document: 'D1',
      section: 'Setting Up the Expressway-C for Mobile and Remote Access / Configuring DNS and NTP Settings',
      requirements: ['DNS-46'],
    },
    {
      document: 'D1',
      section: 'Setting Up the Expressway-E for Mobile and Remote Access / Configuring DNS and NTP Settings',
      requirements: ['DNS-47'],
    },
    { document: 'RFC1035', section: 'Header section format' },
  ],
  findings: {
    DNS_RESOLVER_SILENT: {
      severity: 'critical',
      affects: 'operations',
      message: 'The DNS server {resolver} answers none of {questions} questions ({how})',
    },
    DNS_RESOLVER_REFUSES: {
      severity: 'critical',
      affects: 'operations',
      message: 'The DNS server {resolver} refuses all of {questions} questions ({how})',
    },
    DNS_RESOLVER_FAILS: {
      severity: 'critical',
      affects: 'operations',
      message: 'The DNS server {resolver} fails on all of {questions} questions ({how})',
    },
    DNS_RESOLVER_SPARE_FAILS: {
      severity: 'warning',
      affects: 'operations',
      message: 'The DNS server {resolver} answers no question ({how}); another one answers in its place',
    },
  },
  judge({ subject, round }) {
    const control = round.reading(subject.id, `dns:${subject.view}:control/a`);
    const readings = readingsOfResolver(round, subject).filter(reading => reading !== control);
    if (readings.length === 0) return notApplicable('the DNS server was not asked');
    const failed = readings.map(failureOf).filter(failure => failure !== undefined);
    const how = [...new Set(failed.map(failure => failure.how))].join(', ');
    if (control && control.outcome !== 'servfail' && failed.every(failure => failure.how === 'SERVFAIL')) {
      return pass;
    }
    if (failed.length < readings.length) {
      // beside answers SERVFAIL is about the names, which are judged elsewhere
      return failed.every(failure => failure.code === 'DNS_RESOLVER_FAILS')
        ? pass
        : unknown(
            `the DNS server ${subject.address} left ${failed.length} of ${readings.length} questions open (${how})`,
          );
    }
    const spare = round
      .subjects('resolver')
      .filter(other => other.view === subject.view && other.id !== subject.id)
      .some(other => readingsOfResolver(round, other).some(reading => failureOf(reading) === undefined));
    if (spare) return fail({ code: 'DNS_RESOLVER_SPARE_FAILS', evidence: { how } });
    const byCode = Map.groupBy(failed, failure => failure.code);
    const most = [...byCode.values()].reduce((a, b) => (b.length > a.length ? b : a));
    return fail({ code: most[0]!.code, evidence: { questions: readings.length, how } });
  },
});

/** How the resolver left a question open; undefined when it answered, be it only that the zone is broken or the answer is too long. */
function failureOf(reading: DnsReading) {
  if (reading.truncated) return undefined;
  const port = reading.failure?.reason === 'refused';
  switch (reading.outcome) {
    case 'answer':
    case 'nodata':
    case 'nxdomain':
      return undefined;
    case 'timeout':
      return { code: 'DNS_RESOLVER_SILENT', how: 'no answer in time' } as const;
    case 'unreachable':
      return port
        ? ({ code: 'DNS_RESOLVER_REFUSES', how: 'nothing listens on its port' } as const)
        : ({ code: 'DNS_RESOLVER_SILENT', how: 'it cannot be reached' } as const);
    case 'refused':
      return { code: 'DNS_RESOLVER_REFUSES', how: 'REFUSED' } as const;
    case 'servfail':
      return isAboutZone(reading) ? undefined : ({ code: 'DNS_RESOLVER_FAILS', how: 'SERVFAIL' } as const);
    case 'malformed':
      return { code: 'DNS_RESOLVER_FAILS', how: 'bytes that are not DNS' } as const;
    case 'other':
      return { code: 'DNS_RESOLVER_FAILS', how: reading.rcode ?? 'an error code' } as const;
  }
}
