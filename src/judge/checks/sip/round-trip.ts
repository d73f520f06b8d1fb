import { isAtLeast } from '../../../model/version.ts';
import { dnsReadings } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView, unknown } from '../../check.ts';
import { contacts } from '../../reachability.ts';

/** How long a client waits for the answer to a keep-alive before it goes to another server. */
const patienceMs = 3_000;

/**
 * The way to the Expressway-E is a part of the way of a keep-alive, which leads on to Unified CM: when it takes longer than
 * clients wait they fail over again and again. One slow connection is a lost packet; most have to be slow, and TLS on them.
 */
export const roundTrip = defineCheck({
  id: 'sip/round-trip',
  holds: 'The Expressway-E is nearer than the three seconds that clients wait for a keep-alive',
  about: 'node',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    {
      document: 'D4',
      section: 'SIP Registration Failover for Cisco Jabber / Requirements',
      requirements: ['STN-03'],
      versions: 'X12.7 and later',
    },
  ],
  findings: {
    PATH_SLOW: {
      severity: 'critical',
      affects: 'calls',
      message: 'Connections to {host} take {seconds} s from here: clients wait 3 s for a keep-alive',
    },
  },
  judge({ subject, round }) {
    if (round.vantage !== 'external') return notApplicable('clients are outside');
    if (isAtLeast(round.version('expressway_e', subject.host), 'X12.7') === false)
      return notApplicable('before X12.7 clients send no keep-alives');
    const own = roundTrips(round, subject.host);
    const typical = medianOf(own);
    if (typical === undefined) return unknown('no connection stood');
    if (typical <= patienceMs) return pass;
    if (own.length < 3) return unknown('too few connections stood to tell one lost packet from a slow way');
    const others = round
      .subjects('node')
      .filter(({ role, host }) => role === 'expressway_e' && host !== subject.host)
      .flatMap(({ host }) => roundTrips(round, host));
    const elsewhere = medianOf([...others, ...dnsReadings(round).flatMap(({ rttMs }) => rttMs ?? [])]);
    // Whatever is late here makes everything late.
    if (elsewhere === undefined || elsewhere > patienceMs / 3)
      return unknown('everything is slow from here: it may be our own line, or this machine');
    return fail({ code: 'PATH_SLOW', evidence: { seconds: (typical / 1_000).toFixed(1) } });
  },
});

/**
 * The time there and back on each port: the shorter of connecting and of the handshake, which takes a round trip of its own. A
 * slow way slows down both; a moment in which this process stood still, one of them.
 */
function roundTrips(round: RoundView, host: string): readonly number[] {
  return contacts(round, 'expressway_e', host).flatMap(({ service, reading: { connectMs } }) => {
    const { handshakeMs = Number.POSITIVE_INFINITY } = round.reading(service.id, 'tls') ?? {};
    return connectMs === undefined ? [] : [Math.min(connectMs, handshakeMs)];
  });
}

/** The middle one, of two the lower. */
function medianOf(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)];
}
