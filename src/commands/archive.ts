import { getCACertificates } from 'node:tls';
import { explainReport } from '../explain/explain.ts';
import { loadLibrary } from '../explain/library.ts';
import { checks } from '../judge/checks/index.ts';
import { diagnose } from '../judge/diagnose.ts';
import { type AnyCheck, judgeRound } from '../judge/judge.ts';
import type { Authority, DeclaredNode, Deployment } from '../model/deployment.ts';
import type { Observation } from '../model/observation.ts';
import type { Round } from '../model/report.ts';
import type { SettingsReading } from '../model/settings.ts';
import type { NodeSubject, Role, ServiceSubject, Subject } from '../model/subject.ts';
import { assess } from '../offline/certificates/assess.ts';
import { type Fields, readFields } from '../offline/certificates/fields.ts';
import { chooseLeaf, readBundle } from '../offline/certificates/read.ts';
import { deploymentOf, readingOf, serviceOf } from '../offline/certificates/round.ts';
import { type Archive, hostInNames, type JudgeArchives } from '../offline/logs/archive.ts';
import { toReading } from '../offline/logs/settings.ts';
import { version } from '../version.ts';
import { listenerOf } from './examine.ts';

/** What was told beside the files. */
export type ToldOfArchives = {
  readonly role?: Role;
  readonly domains?: readonly string[];
  readonly deployment?: Deployment;
};

/** One archive as a server that was looked at. */
type Server = {
  readonly archive: Archive;
  readonly host: string;
  /** Whether the archive itself names the host in full. */
  readonly isNamed: boolean;
  readonly role: Role;
  readonly settings?: SettingsReading;
  readonly shown: readonly { readonly file: string; readonly given: readonly Fields[] }[];
  readonly authorities: readonly Fields[];
  /** The list of authorities that the server trusts, when the archive holds the file of it. */
  readonly trusted?: readonly Authority[];
};

type Note = { readonly place: string; readonly message: string };

/** Judges what archives hold by the checks of live servers: one round, in which every archive is a server. */
export function judgeArchives(told: ToldOfArchives): JudgeArchives {
  return archives => {
    const notes: Note[] = [];
    const servers = archives.flatMap(archive => toServer(archive, told, notes));
    const domains = told.deployment?.domains ?? told.domains ?? domainsIn(servers);
    const nothing = { nodes: [], domains, causes: [], passed: [], unknown: [], notes };
    if (servers.length === 0) return nothing;
    const round = roundOf(servers, domains, told.deployment, notes);
    const applicable = checksFor(servers, domains);
    const judgements = judgeRound(round, applicable);
    const diagnosis = diagnose(round, judgements, applicable);
    const { causes } = explainReport(loadLibrary(), { ...round, judgements, diagnosis }).diagnosis;
    const hostOf = (id: string) => {
      const subject = round.subjects.find(one => one.id === id);
      return subject && 'host' in subject ? subject.host : round.deployment.name;
    };
    return {
      ...nothing,
      nodes: servers.map(({ archive, host, role }) => {
        const [seen] = archive.versions;
        return { host, role, ...(seen !== undefined && { version: seen }), place: archive.place };
      }),
      causes,
      passed: judgements.flatMap(({ verdict, check, subject }) => {
        const holds = applicable.find(({ id }) => id === check)?.holds;
        return verdict === 'pass' && holds !== undefined ? [{ check, host: hostOf(subject), holds }] : [];
      }),
      unknown: judgements.flatMap(judgement =>
        judgement.verdict === 'unknown'
          ? [{ check: judgement.check, host: hostOf(judgement.subject), because: judgement.because }]
          : [],
      ),
    };
  };
}

function toServer(archive: Archive, told: ToldOfArchives, notes: Note[]): readonly Server[] {
  if (archive.certificates.length === 0 && archive.settings.length === 0) return [];
  const settings = archive.settings.length > 0 ? toReading(archive.settings) : undefined;
  const sorted = sortCertificates(archive);
  const { shown } = sorted;
  const name = nameOf(settings) ?? hostInNames(archive.files);
  const declared = roleDeclared(name, told.deployment);
  const role = (settings && roleIn(settings)) ?? declared?.role ?? told.role;
  if (!role) {
    const message = 'does not tell whether it is of an Expressway-E or an Expressway-C: --role does';
    notes.push({ place: archive.place || 'the files', message });
    return [];
  }
  const full = declared?.name ?? (name?.includes('.') ? name : undefined);
  const leafName = shown[0] && leafOf(shown[0].given)?.summary.names.dns[0];
  const host = full ?? name ?? leafName ?? (archive.place || 'the server');
  return [{ archive, host, isNamed: full !== undefined, role, ...(settings && { settings }), ...sorted }];
}

function nameOf(settings: SettingsReading | undefined): string | undefined {
  const { hostName, domainName } = settings ?? {};
  if (!hostName) return undefined;
  return domainName ? `${hostName}.${domainName}` : hostName;
}

/** Expressway-E is the server of a traversal zone, Expressway-C the client; the zone of MRA decides before others. */
function roleIn({ zones, domains }: SettingsReading): Role | undefined {
  const roles: Readonly<Record<string, Role>> = {
    traversalserver: 'expressway_e',
    traversalclient: 'expressway_c',
  };
  const types = [...zones].sort((one, other) => Number(other.unified) - Number(one.unified));
  const found = types.map(({ type }) => roles[type.toLowerCase()]).find(role => role !== undefined);
  return found ?? (domains.some(({ registration }) => registration) ? 'expressway_c' : undefined);
}

/** The declared Expressway of this name; an archive may tell the first part of the name only. */
function roleDeclared(
  name: string | undefined,
  deployment: Deployment | undefined,
): { readonly role: Role; readonly name: string } | undefined {
  if (name === undefined || !deployment) return undefined;
  const wanted = name.toLowerCase();
  for (const role of ['expressway_e', 'expressway_c'] as const) {
    const node = deployment.nodes[role].find(
      one => one.name.toLowerCase() === wanted || one.name.toLowerCase().startsWith(`${wanted}.`),
    );
    if (node) return { role, name: node.name };
  }
  return undefined;
}

/** Files of authorities are what the server trusts; the others hold what it shows. */
function sortCertificates({ certificates }: Archive): Pick<Server, 'shown' | 'authorities' | 'trusted'> {
  const byFile = Map.groupBy(certificates, ({ file }) => file);
  const read = [...byFile].map(([file, found]) => ({
    file,
    given: found.flatMap(({ pem }) => fieldsOf(pem)),
  }));
  const isTrust = ({ file, given }: (typeof read)[number]) =>
    /^(?:ca|trust)|[_-](?:ca|trust)[_.-]/i.test(file.replace(/^.*[/\\]/, '')) ||
    given.every(({ summary }) => summary.isCa);
  const list = read.find(({ file }) => /^ca[_.-]/i.test(file.replace(/^.*[/\\]/, '')));
  return {
    shown: read.filter(one => one.given.length > 0 && !isTrust(one)),
    authorities: read.filter(isTrust).flatMap(({ given }) => given),
    ...(list && { trusted: list.given.map(toAuthority) }),
  };
}

function toAuthority({ summary: { subject, issuer, fingerprint, notAfter } }: Fields): Authority {
  return { subject, issuer, fingerprint, notAfter };
}

/** What every Expressway of a role trusts; peers have each a list of their own. */
function listsOf(servers: readonly Server[]): NonNullable<Deployment['trustedAuthorities']> {
  const lists = (['expressway_e', 'expressway_c'] as const).flatMap(role => {
    const [first, ...others] = servers.flatMap(one =>
      one.role === role && one.trusted ? [one.trusted] : [],
    );
    const common = first?.filter(({ fingerprint }) =>
      others.every(list => list.some(one => one.fingerprint === fingerprint)),
    );
    return common ? [[role, common] as const] : [];
  });
  return Object.fromEntries(lists);
}

function fieldsOf(pem: string): readonly Fields[] {
  return readBundle(Buffer.from(pem)).entries.flatMap(entry => ('fields' in entry ? [entry.fields] : []));
}

function leafOf(given: readonly Fields[]): Fields | undefined {
  return chooseLeaf(given, () => true);
}

/** The domains that the Expressway-C of the archives registers on Unified CM. */
function domainsIn(servers: readonly Server[]): readonly string[] {
  const all = servers.flatMap(({ settings }) => settings?.domains ?? []);
  return [...new Set(all.filter(one => one.registration).map(({ name }) => name.toLowerCase()))];
}

function roundOf(
  servers: readonly Server[],
  domains: readonly string[],
  declared: Deployment | undefined,
  notes: Note[],
): Round {
  const known = declared ?? emptyDeployment(domains);
  const trustedAuthorities = { ...known.trustedAuthorities, ...listsOf(servers) };
  const deployment = { ...servers.reduce(withNode, known), trustedAuthorities };
  const atMs = Date.now();
  const at = new Date(atMs).toISOString();
  const subjects = new Map<string, Subject>([
    [deployment.name, { kind: 'deployment', id: deployment.name, deployment: deployment.name }],
  ]);
  const observations: Observation[] = [];
  const standard = servers.some(({ shown }) => shown.length > 0) ? standardAnchors() : [];
  const own = deployment.trust.flatMap(pem => fieldsOf(pem));
  for (const { archive, host, role, settings, shown, authorities } of servers) {
    const node: NodeSubject = {
      ...{ kind: 'node', id: `${deployment.name}/node/${role}/${host}` },
      ...{ deployment: deployment.name, role, host },
    };
    subjects.set(node.id, node);
    const stamp = { step: archive.place || 'files', at, state: 'observed' } as const;
    if (settings) observations.push({ ...stamp, subject: node.id, kind: 'settings', reading: settings });
    for (const one of authorities) {
      if (one.notAfter >= atMs) continue;
      const { commonName, subject, notAfter } = one.summary;
      const message = `trusts an authority that expired on ${notAfter.slice(0, 10)}: ${commonName ?? subject}`;
      notes.push({ place: archive.place || host, message });
    }
    const service = serviceOf(deployment.name, host, listenerOf(role, undefined));
    for (const { file, given } of shown) {
      const leaf = leafOf(given);
      const isClient = /client/i.test(file.replace(/^.*[/\\]/, ''));
      if (!leaf || subjects.has(service.id) || isClient) {
        notes.push({ place: file, message: 'was read, but not judged as the certificate of a server' });
        continue;
      }
      subjects.set(service.id, service satisfies ServiceSubject);
      const anchors = [...authorities, ...own, ...standard];
      const rules = { atMs, purpose: 'server', strict: false } as const;
      const reading = readingOf(assess({ leaf, given, anchors, rules }), leaf, given, host);
      observations.push({ ...stamp, subject: service.id, kind: 'tls', reading });
    }
  }
  return {
    ...{ schema: 1, version, deployment, at, durationMs: 0 },
    ...{ subjects: [...subjects.values()], steps: [], observations },
  };
}

function emptyDeployment(domains: readonly string[]): Deployment {
  const one = deploymentOf({ role: 'expressway_c', host: '', domains });
  return { ...one, name: 'archive', nodes: { ...one.nodes, expressway_c: [] } };
}

/** The deployment with one more server, or with the release of a declared one as its archive tells. */
function withNode(deployment: Deployment, { archive, host, role }: Server): Deployment {
  const [seen] = archive.versions;
  const known = deployment.nodes[role];
  const told = seen === undefined ? {} : { version: seen };
  const nodes: readonly DeclaredNode[] = known.some(({ name }) => name === host)
    ? known.map(node => (node.name === host ? { ...node, ...told } : node))
    : [...known, { name: host, ...told }];
  return { ...deployment, nodes: { ...deployment.nodes, [role]: nodes } };
}

/** The default store; it holds roots that OpenSSL reads and this program need not. */
function standardAnchors(): readonly Fields[] {
  return getCACertificates('default').flatMap(pem => {
    try {
      return [readFields(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'))];
    } catch {
      return [];
    }
  });
}

/** What can be judged from files: nothing that asks for a name or a domain that nobody told. */
function checksFor(servers: readonly Server[], domains: readonly string[]): readonly AnyCheck[] {
  const areNamed = servers.every(({ isNamed }) => isNamed);
  return (checks as readonly AnyCheck[]).filter(({ id }) => {
    if (id === 'certificate/san-host-name') return areNamed;
    if (id === 'certificate/san-service-domain') return domains.length > 0;
    return /^(?:settings|certificate)[/]/.test(id) || id === 'declared/minimum-versions';
  });
}
