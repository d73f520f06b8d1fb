import type { Report } from '../model/report.ts';
import { roleNames, type ServiceSubject, type Subject } from '../model/subject.ts';

/** How the subjects of one report are called. An id that the report does not list stands for itself. */
export type Places = {
  /** With the address. */
  readonly full: (id: string) => string;
  /** The sentence without the words for the place: what two findings of one kind have in common. */
  readonly patternOf: (sentence: string, id: string) => string;
  /** Whether the sentence names the place, so that nobody could take it for another. */
  readonly isTold: (sentence: string, id: string) => boolean;
  /** Several at once, ports of one address side by side: `expe1.example.com:8443 :5061 (203.0.113.11)`. */
  readonly list: (ids: readonly string[], addresses?: 'with addresses') => string;
};

export function placesOf(report: Report): Places {
  const subjects = new Map(report.subjects.map(subject => [subject.id, subject]));
  const addresses = new Map<string, Set<string>>();
  for (const subject of report.subjects) {
    if (subject.kind !== 'service') continue;
    const known = addresses.get(subject.host) ?? new Set();
    addresses.set(subject.host, known.add(subject.address ?? ''));
  }
  const needsAddress = ({ host }: ServiceSubject) => addresses.get(host)!.size > 1;

  function list(ids: readonly string[], withAddresses?: 'with addresses'): string {
    const byHost = Map.groupBy(new Set(ids), id => {
      const subject = subjects.get(id);
      return subject?.kind === 'service' ? JSON.stringify([subject.host, subject.address]) : id;
    });
    return [...byHost.values()]
      .map(group => {
        const services = group.map(id => subjects.get(id)).filter(subject => subject?.kind === 'service');
        const [first, ...rest] = services;
        if (!first) return full(group[0]!);
        const ports = [hostAndPort(first), ...rest.map(({ port }) => `:${port}`)].join(' ');
        return withAddresses || needsAddress(first) ? `${ports}${inBrackets(first)}` : ports;
      })
      .join(', ');
  }
  function full(id: string): string {
    const subject = subjects.get(id);
    return subject === undefined ? id : words(subject);
  }
  function patternOf(sentence: string, id: string): string {
    const subject = subjects.get(id);
    const own =
      subject === undefined
        ? [id]
        : [
            subject.kind === 'service' ? hostAndPort(subject) : undefined,
            'host' in subject ? subject.host : words(subject),
            'address' in subject ? subject.address : undefined,
          ];
    return own.reduce<string>(
      (text, word) => (word === undefined ? text : text.replaceAll(word, '\0')),
      sentence,
    );
  }
  function isTold(sentence: string, id: string): boolean {
    const subject = subjects.get(id);
    if (subject?.kind === 'service') {
      const wanted = [
        subject.host,
        String(subject.port),
        ...(needsAddress(subject) ? [subject.address ?? ''] : []),
      ];
      return wanted.every(word => sentence.includes(word));
    }
    return sentence.includes(subject?.kind === 'node' ? subject.host : full(id));
  }
  return { full, list, patternOf, isTold };
}

function words(subject: Subject): string {
  switch (subject.kind) {
    case 'deployment':
      return subject.deployment;
    case 'domain':
      return subject.domain;
    case 'resolver':
      return `resolver ${subject.address}`;
    case 'node':
      return `${roleNames[subject.role]} ${subject.host}`;
    case 'address':
      return `${subject.host}${inBrackets(subject)}`;
    case 'service':
      return `${hostAndPort(subject)}${inBrackets(subject)}`;
  }
}

function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The address, unless the host is known by it or has none. */
function inBrackets({ host, address }: { readonly host: string; readonly address?: string }): string {
  return address === undefined || address === host ? '' : ` (${address})`;
}
