import type { Report } from '../model/report.ts';
import { roleNames, type ServiceSubject, type Subject } from '../model/subject.ts';

/** How the subjects of one report are called. An id that the report does not list stands for itself. */
export type Places = {
  /** With the address. */
  readonly full: (id: string) => string;
  /** As sentences name it: host and port, host, domain; with the address only where it takes one to tell two apart. */
  readonly short: (id: string) => string;
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
  function short(id: string): string {
    const subject = subjects.get(id);
    if (subject?.kind === 'node') return subject.host;
    return subject?.kind === 'service' && !needsAddress(subject) ? hostAndPort(subject) : full(id);
  }
  return { full, short, list };
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
