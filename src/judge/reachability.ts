import type { TcpReading } from '../../probes/index.ts';
import type { Affected, Role, ServiceSubject } from '../model/subject.ts';
import { dnsReadings } from './answers.ts';
import type { RoundView } from './check.ts';

/** A service that has to be open from here, and what its port said. */
export type Contact = { readonly service: ServiceSubject; readonly reading: TcpReading };

/** Every port of a role that has to be open from here and that was tried; of one host when it is given. */
export function contacts(round: RoundView, role: Role, host?: string): readonly Contact[] {
  return round
    .readings('tcp')
    .flatMap(({ subject, reading }) =>
      subject.kind === 'service' &&
      subject.expected === 'open' &&
      subject.role === role &&
      (host === undefined || subject.host === host)
        ? [{ service: subject, reading }]
        : [],
    );
}

/** The same of one address. */
export function contactsAt(round: RoundView, address: string): readonly Contact[] {
  return round
    .readings('tcp')
    .flatMap(({ subject, reading }) =>
      subject.kind === 'service' && subject.expected === 'open' && subject.address === address
        ? [{ service: subject, reading }]
        : [],
    );
}

/**
 * Whether silence on this port is what the documents ask for: the tunnel port of Expressway-E drops everybody but
 * Expressway-C, and inside we may stand anywhere.
 */
export function mayBeDropped({ service, reading }: Contact, round: RoundView): boolean {
  return (
    service.purpose === 'tunnel-ssh' &&
    round.vantage === 'internal' &&
    (reading.state === 'filtered' || reading.state === 'unreachable')
  );
}

/**
 * The one state that all ports share, when at least two ports were tried and at least one of them tells; undefined when they
 * differ. Such a state is about the host or the path to it, not about a port. Routers say only now and then that they cannot
 * reach a host: silence beside that is the same.
 */
export function commonState(tried: readonly Contact[], round: RoundView): TcpReading['state'] | undefined {
  const ports = new Set(tried.map(({ service }) => service.port));
  const [first, ...rest] = tried;
  if (!first || ports.size < 2 || tried.every(contact => mayBeDropped(contact, round))) return undefined;
  const states = new Set([first, ...rest].map(({ reading }) => reading.state));
  if (states.has('unreachable')) states.delete('filtered');
  return states.size === 1 ? [...states][0] : undefined;
}

/** What suffers first when all of these are gone: sign-in comes before calls, calls before messaging. */
export function worstAffected(tried: readonly Contact[]): Affected {
  const order: readonly Affected[] = ['sign-in', 'calls', 'messaging', 'voicemail'];
  return order.find(affected => tried.some(({ service }) => service.affects === affected)) ?? 'sign-in';
}

/**
 * Whether nothing at all came back from anywhere, not even from a DNS server: then it is as likely our own network as
 * theirs, and no host may be called silent.
 */
export function isCutOff(round: RoundView): boolean {
  const asked = dnsReadings(round);
  return (
    asked.length > 0 &&
    asked.every(reading => reading.outcome === 'timeout' && !reading.truncated) &&
    round.readings('tcp').every(({ reading }) => reading.state === 'filtered')
  );
}

export const cutOff =
  'nothing came back from anywhere, not even from a DNS server: it may be our own network';
