import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Authority, DeclaredNode, Deployment, Trunk } from '../model/deployment.ts';
import type { Verbosity } from '../model/log.ts';
import type { MaintenanceWindow } from '../model/maintenance.ts';
import { OperatorError, type Problem } from '../model/problem.ts';
import type { Vantage, View } from '../model/subject.ts';
import { readCertificate } from '../x509/certificate.ts';
import { readDocument, type Source } from './document.ts';
import { duplicatesIn, nameFromDomain } from './duplicates.ts';
import { filesAt, readText } from './file.ts';
import { problemsOf, shown, valueAt } from './problems.ts';
import { type ConfigFile, fileSchema, fileWithListsSchema, listSchema } from './schema.ts';
import { noSecrets, readSecrets, type Secrets } from './secrets.ts';
import {
  certificatesIn,
  parseDomain,
  parseDuration,
  parseEnd,
  parseHost,
  parseListen,
  parseMoment,
  parseResolver,
  parseTimeOfDay,
} from './values.ts';

/** Everything that the operator decides, everything defaulted. */
export type Config = {
  readonly deployments: readonly Deployment[];
  readonly listen: { readonly host: string; readonly port: number };
  /** Probes at the same time, altogether and per address. */
  readonly limits: { readonly concurrent: number; readonly perHost: number };
  readonly confirm: Confirmation;
  /** Maintenance windows by name of the deployment; none for those that are not named. */
  readonly maintenance: ReadonlyMap<string, readonly MaintenanceWindow[]>;
  readonly store: StoreOptions;
  readonly log: Verbosity;
  /** The files, directories and URLs that this was read from: when one changes, read again. */
  readonly files: readonly string[];
  /** Those of them that `deployments_from` names, and the files in its directories. */
  readonly lists: readonly string[];
};

/** When a change is believed. */
export type Confirmation = {
  readonly failures: number;
  readonly successes: number;
  readonly holdOffMs: number;
  readonly recheckMs: number;
};

/** Where and how long the history is kept; in memory without a file. */
export type StoreOptions = {
  readonly file?: string;
  readonly keepMs: number;
  readonly maxBytes: number;
  readonly failures: number;
};

/** Ways to what a configuration names beside its own text; each throws OperatorError. */
export type Reader = {
  /** The text of a file, or of a URL of `deployments_from`. */
  readonly text: (path: string) => string;
  /** The files of a directory; of anything else itself. */
  readonly filesAt: (path: string) => readonly string[];
};

/** What a configuration is made of when there is only a domain. */
export type DomainOptions = {
  readonly vantage: Vantage;
  /** DNS servers per view, as in `Deployment.resolvers`. */
  readonly resolvers: Readonly<Partial<Record<View, readonly string[]>>>;
  /** PEM files with trust anchors beside the default store. */
  readonly trust: readonly string[];
  readonly timeoutMs?: number;
};

type DeploymentFile = ConfigFile['deployments'][number];
type HostFile = Exclude<DeploymentFile['nodes']['expressway_e'][number], string>;
type NodeFile = DeploymentFile['nodes']['expressway_e'][number] | DeploymentFile['nodes']['ntp'][number];

/**
 * Reads a configuration file. `systemResolvers` are asked for the vantage's own view where the file names none. Throws
 * one OperatorError with every problem.
 */
export function readConfig(
  path: string,
  systemResolvers: readonly string[] = [],
  remoteText?: (url: string) => string,
): Config {
  const text = (place: string) => (isUrl(place) ? textOfUrl(place, remoteText) : readText(place));
  const files = (place: string) => (isUrl(place) ? [place] : filesAt(place));
  return parseConfig(readText(path), path, text, systemResolvers, files);
}

/** The URLs that a configuration text takes deployments from; none when it cannot be read. */
export function remoteLists(text: string): readonly string[] {
  const source = readDocument(text, '');
  const lists = source.readable ? valueAt(source.value, ['deployments_from']) : undefined;
  return Array.isArray(lists) ? lists.filter(place => typeof place === 'string' && isUrl(place)) : [];
}

/** Reads a configuration text; `name` stands in the places of problems, and PEM files are looked for beside it. */
export function parseConfig(
  text: string,
  name: string,
  readFile: (path: string) => string,
  systemResolvers: readonly string[] = [],
  filesOf: (path: string) => readonly string[] = path => [path],
): Config {
  const source = readDocument(text, name);
  if (!source.readable) throw new OperatorError(source.problems);
  const hasLists = valueAt(source.value, ['deployments_from']) !== undefined;
  const parsed = (hasLists ? fileWithListsSchema : fileSchema).safeParse(source.value);
  const anchors = readTrust(source, name, readFile);
  const secrets = secretsOf(source, name, readFile);
  const lists = readLists(source, name, { text: readFile, filesAt: filesOf });
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, source)),
    ...duplicatesIn(source),
    ...anchors.problems,
    ...secrets.problems,
  ];
  if (!parsed.success || problems.length + lists.problems.length > 0)
    throw new OperatorError([...inOrder(problems), ...lists.problems]);
  const file = parsed.data;
  const certificatesOf = (files: readonly string[], base: string, known: Trust['certificates']) =>
    files.flatMap(pem => known.get(besideConfig(base, pem)) ?? []);
  const same = createInterner();
  const authoritiesIn = createAuthorityReader();
  const shared = certificatesOf(file.trust, name, anchors.certificates);
  const found = [
    { place: name, deployments: file.deployments, certificates: anchors.certificates, secrets },
    ...lists.lists,
  ].flatMap(({ place, deployments, certificates, secrets: held }) =>
    deployments.map((written, index) => {
      const trust = same([...shared, ...certificatesOf(written.trust, place, certificates)]);
      const authorities = (files: readonly string[]) =>
        files.flatMap(pem => authoritiesIn(certificates.get(besideConfig(place, pem)) ?? []));
      const deployment = {
        ...deploymentOf(written, file, trust, systemResolvers),
        ...trusting(written, authorities),
        ...held.of(index),
      };
      return { place, written, deployment };
    }),
  );
  const twice = repeatedNames(found.map(({ place, deployment }) => ({ place, name: deployment.name })));
  if (twice.length > 0) throw new OperatorError(twice);
  const everywhere = file.maintenance.map(windowOf);
  return {
    deployments: found.map(({ deployment }) => deployment),
    listen: parseListen(file.listen)!,
    limits: { concurrent: file.limits.concurrent, perHost: file.limits.per_host },
    ...settingsOf(file, name),
    maintenance: new Map(
      found.flatMap(({ deployment, written }) => {
        const windows = [...everywhere, ...written.maintenance.map(windowOf)];
        return windows.length > 0 ? [[deployment.name, windows]] : [];
      }),
    ),
    files: [name, ...anchors.certificates.keys(), ...secrets.files, ...lists.files],
    lists: lists.files,
  };
}

function settingsOf({ confirm, store, log }: ConfigFile, name: string) {
  return {
    confirm: {
      ...{ failures: confirm.failures, successes: confirm.successes },
      ...{ holdOffMs: parseDuration(confirm.hold_off)!, recheckMs: parseDuration(confirm.recheck)! },
    },
    store: {
      ...(store.file === undefined ? {} : { file: besideConfig(name, store.file) }),
      ...{
        keepMs: parseDuration(store.keep)!,
        maxBytes: store.max_mib * 1_048_576,
        failures: store.failures,
      },
    },
    log: {
      level: log.level,
      parts: Object.fromEntries(Object.entries(log.parts).filter(([, level]) => level !== undefined)),
    },
  };
}

/** Gives one array for equal lists: what is made of trust anchors is large, and kept for each array. */
function createInterner(): (list: readonly string[]) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return list => {
    const key = list.join();
    const found = known.get(key) ?? list;
    known.set(key, found);
    return found;
  };
}

/** Reads certificates once: several deployments name the same long lists. */
function createAuthorityReader(): (certificates: readonly string[]) => readonly Authority[] {
  const known = new Map<readonly string[], readonly Authority[]>();
  return certificates => {
    const found =
      known.get(certificates) ??
      certificates.map(pem => {
        const { subject, issuer, fingerprint, notAfter } = readCertificate(Buffer.from(pem));
        return { subject, issuer, fingerprint, notAfter };
      });
    known.set(certificates, found);
    return found;
  };
}

/** What is declared about who trusts whom. */
function trusting(
  { phones, trusted_authorities: lists }: DeploymentFile,
  authoritiesIn: (files: readonly string[]) => readonly Authority[],
): Pick<Deployment, 'phones' | 'trustedAuthorities'> {
  return {
    ...(phones && {
      phones: {
        ...(phones.authorities && { authorities: authoritiesIn(phones.authorities) }),
        ...(phones.trust_anchors && { trustAnchors: authoritiesIn(phones.trust_anchors) }),
        ...(phones.server_groups && {
          serverGroups: phones.server_groups.map(group => group.map(host => parseHost(host)!)),
        }),
      },
    }),
    ...(lists && {
      trustedAuthorities: {
        ...(lists.expressway_e && { expressway_e: authoritiesIn(lists.expressway_e) }),
        ...(lists.expressway_c && { expressway_c: authoritiesIn(lists.expressway_c) }),
      },
    }),
  };
}

function windowOf(window: ConfigFile['maintenance'][number]): MaintenanceWindow {
  const reason = window.reason ?? 'maintenance';
  if ('start' in window)
    return { reason, startMs: parseMoment(window.start)!, endMs: parseMoment(window.end)! };
  const { days, from, to } = window;
  return { reason, days, fromMs: parseTimeOfDay(from)!, toMs: parseTimeOfDay(to)! };
}

type List = {
  readonly place: string;
  readonly deployments: ConfigFile['deployments'];
  readonly certificates: Trust['certificates'];
  readonly secrets: Secrets;
};

// What one list says wrong does not hide what another one says wrong.
function readLists(source: Source, name: string, reader: Reader) {
  const problems: Problem[] = [];
  const lists: List[] = [];
  const files: string[] = [];
  const written = valueAt(source.value, ['deployments_from']);
  for (const entry of Array.isArray(written) ? written : []) {
    if (typeof entry !== 'string' || entry.trim() === '') continue;
    const path = isUrl(entry) ? entry : besideConfig(name, entry);
    files.push(path);
    try {
      for (const place of reader.filesAt(path)) {
        if (place !== path) files.push(place);
        const list = readList(place, reader);
        lists.push(list);
        files.push(...list.certificates.keys(), ...list.secrets.files);
      }
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { problems, lists, files };
}

function readList(place: string, reader: Reader): List {
  const source = readDocument(reader.text(place), place);
  if (!source.readable) throw new OperatorError(source.problems);
  const parsed = listSchema.safeParse(source.value);
  const anchors = readTrust(source, place, reader.text);
  const secrets = secretsOf(source, place, reader.text);
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, source)),
    ...duplicatesIn(source),
    ...anchors.problems,
    ...secrets.problems,
  ];
  if (!parsed.success || problems.length > 0) throw new OperatorError(inOrder(problems));
  return { place, deployments: parsed.data.deployments, certificates: anchors.certificates, secrets };
}

/** What comes from elsewhere must not choose which files of this machine are read and where they are sent. */
function secretsOf(source: Source, place: string, readFile: (path: string) => string): Secrets {
  return isUrl(place)
    ? noSecrets(source)
    : readSecrets(source, path => besideConfig(place, path), readFile, process.env);
}

function repeatedNames(
  all: readonly { readonly place: string; readonly name: string }[],
): readonly Problem[] {
  const first = new Map<string, string>();
  return all.flatMap(({ place, name }) => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, place);
    const message = `The deployment ${shown(name)} stands in ${earlier} already; each name has to be unique.`;
    return earlier === undefined ? [] : [{ place, message }];
  });
}

function isUrl(place: string): boolean {
  return /^https?:\/\//.test(place);
}

function textOfUrl(url: string, remoteText: ((url: string) => string) | undefined): string {
  if (remoteText) return remoteText(url);
  throw new OperatorError([{ place: url, message: 'Only the daemon takes deployments from a URL.' }]);
}

/** The configuration of somebody who knows only a domain. Throws one OperatorError with every problem. */
export function configFromDomain(domain: string, options: DomainOptions): Config {
  const problems: Problem[] = [];
  const name = parseDomain(domain);
  if (name === undefined) {
    problems.push({
      place: 'domain',
      message: `The domain is ${shown(domain)} but has to be a domain name such as example.com.`,
    });
  }
  const resolvers = { public: options.resolvers.public ?? [], internal: options.resolvers.internal ?? [] };
  for (const resolver of [...resolvers.public, ...resolvers.internal]) {
    if (parseResolver(resolver) === undefined) {
      const message = `The resolver is ${shown(resolver)} but has to be an address such as 9.9.9.9 or [2620:fe::fe]:53.`;
      problems.push({ place: 'resolver', message });
    }
  }
  const anchors = options.trust.map(path => {
    const found = certificatesOfFile(path, readText);
    if (typeof found !== 'string') return found;
    problems.push({ place: path, message: found });
    return [];
  });
  if (name === undefined || problems.length > 0) throw new OperatorError(problems);
  const file = fileSchema.parse({ vantage: options.vantage, resolvers, deployments: [{ domains: [name] }] });
  const deployment = deploymentOf(file.deployments[0]!, file, anchors.flat(), []);
  return {
    deployments: [{ ...deployment, timeoutMs: options.timeoutMs ?? deployment.timeoutMs }],
    listen: parseListen(file.listen)!,
    limits: { concurrent: file.limits.concurrent, perHost: file.limits.per_host },
    ...settingsOf(file, ''),
    maintenance: new Map(),
    files: options.trust,
    lists: [],
  };
}

/** JSON Schema (draft 7) of the configuration file, for editors. */
export function configSchema(): object {
  return z.toJSONSchema(fileWithListsSchema, { target: 'draft-7', io: 'input' });
}

function deploymentOf(
  deployment: DeploymentFile,
  file: ConfigFile,
  trust: readonly string[],
  systemResolvers: readonly string[],
): Deployment {
  const vantage = deployment.vantage ?? file.vantage;
  const ownView: View = vantage === 'internal' ? 'internal' : 'public';
  const resolversOf = (view: View) => {
    const declared = deployment.resolvers?.[view] ?? file.resolvers[view];
    const chosen =
      declared?.map(resolver => parseResolver(resolver)!) ?? (view === ownView ? systemResolvers : []);
    // One resolver named twice would be asked twice and counted as two.
    return [...new Set(chosen)];
  };
  const domains = deployment.domains.map(domain => parseDomain(domain)!);
  const { expressway, ...versions } = deployment.versions;
  const { nodes } = deployment;
  return {
    name: deployment.name ?? nameFromDomain(domains[0]!),
    vantage,
    domains,
    nodes: {
      expressway_e: nodes.expressway_e.map(nodeOf),
      expressway_c: nodes.expressway_c.map(nodeOf),
      unified_cm: nodes.unified_cm.map(nodeOf),
      im_presence: nodes.im_presence.map(nodeOf),
      unity_connection: nodes.unity_connection.map(nodeOf),
      idp: nodes.idp.map(nodeOf),
      ntp: nodes.ntp.map(nodeOf),
      web_server: pageHosts(deployment.pages),
      push_service: nodes.push_service.map(nodeOf),
    },
    resolvers: { public: resolversOf('public'), internal: resolversOf('internal') },
    versions: {
      ...(expressway === undefined ? {} : { expressway_e: expressway, expressway_c: expressway }),
      ...versions,
    },
    ...(Object.keys(deployment.clients).length === 0 ? {} : { clients: deployment.clients }),
    ...(deployment.features.length === 0 ? {} : { features: [...new Set(deployment.features)] }),
    phoneSecurityProfiles: deployment.phone_security_profiles,
    clusterNames: Object.fromEntries(
      Object.entries(deployment.cluster_names).map(([role, name]) => [role, parseHost(name)!]),
    ),
    chatNodeAliases: deployment.chat_node_aliases.map(alias => parseHost(alias)!),
    xmppFederationDomains: deployment.xmpp_federation_domains.map(domain => parseDomain(domain)!),
    messaging: deployment.messaging,
    ...(deployment.turn ? { turn: true } : {}),
    ...(deployment.activation_codes === undefined ? {} : { activationCodes: deployment.activation_codes }),
    ...(deployment.trunk === undefined ? {} : { trunk: trunkOf(deployment.trunk) }),
    ...(deployment.security_mode === undefined ? {} : { securityMode: deployment.security_mode }),
    ...(deployment.conference_trunk === undefined ? {} : { conferenceTrunk: deployment.conference_trunk }),
    ...(deployment.only_inside ? { onlyInside: true } : {}),
    ...(deployment.meeting_server_web_proxy === undefined
      ? {}
      : { meetingServerProxy: parseHost(deployment.meeting_server_web_proxy)! }),
    ...(deployment.pages.length === 0 ? {} : { pages: deployment.pages }),
    ...(deployment.silences.length === 0
      ? {}
      : {
          silences: deployment.silences.map(({ until, ...silence }) => ({
            ...silence,
            until: new Date(parseEnd(until)!).toISOString(),
          })),
        }),
    trust,
    intervalsMs: {
      dns: parseDuration(file.intervals.dns)!,
      port: parseDuration(file.intervals.port)!,
      edge: parseDuration(file.intervals.edge)!,
      seldom: seldomFactor * parseDuration(file.intervals.edge)!,
    },
    timeoutMs: parseDuration(file.timeout)!,
  };
}

/** How many times less often than the edge: once an hour by default. */
const seldomFactor = 6;

function trunkOf({ incoming_port, zone_port, secure }: NonNullable<DeploymentFile['trunk']>): Trunk {
  return { incomingPort: incoming_port, ...(zone_port !== undefined && { zonePort: zone_port }), secure };
}

/** The servers of the pages, each once. */
function pageHosts(pages: DeploymentFile['pages']): readonly DeclaredNode[] {
  const hosts = pages.map(({ url }) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  return [...new Set(hosts)].map(name => ({ name }));
}

function nodeOf(node: NodeFile): DeclaredNode {
  if (typeof node === 'string') return { name: parseHost(node)! };
  if ('port' in node) return { ...node, name: parseHost(node.name)! };
  const { internal_address: internalAddress, public_address: publicAddress, ...same } = node as HostFile;
  return {
    ...same,
    name: parseHost(node.name)!,
    ...(internalAddress === undefined ? {} : { internalAddress }),
    ...(publicAddress === undefined ? {} : { publicAddress }),
  };
}

function besideConfig(name: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(name), path);
}

type Trust = {
  readonly problems: readonly Problem[];
  /** By path of the file. */
  readonly certificates: ReadonlyMap<string, readonly string[]>;
};

/** Where a deployment names files with certificates of authorities. */
const authorityLists: readonly (readonly string[])[] = [
  ['trust'],
  ['phones', 'authorities'],
  ['phones', 'trust_anchors'],
  ['trusted_authorities', 'expressway_e'],
  ['trusted_authorities', 'expressway_c'],
];

// Reads what the text names, valid or not in the rest, so that its problems stand beside all others.
function readTrust(source: Source, name: string, readFile: (path: string) => string): Trust {
  const problems: Problem[] = [];
  const certificates = new Map<string, readonly string[]>();
  const deployments = valueAt(source.value, ['deployments']);
  const lists: PropertyKey[][] = [
    ['trust'],
    ...(Array.isArray(deployments) ? [...deployments.keys()] : []).flatMap(index =>
      authorityLists.map(list => ['deployments', index, ...list]),
    ),
  ];
  for (const list of lists) {
    const files = valueAt(source.value, list);
    for (const [index, file] of (Array.isArray(files) ? files : []).entries()) {
      if (typeof file !== 'string' || file.trim() === '') continue;
      const path = besideConfig(name, file);
      const found = certificates.get(path) ?? certificatesOfFile(path, readFile);
      if (typeof found !== 'string') certificates.set(path, found);
      else {
        const what = list.at(-1) === 'trust' ? 'trust anchor' : 'authority';
        const message = `${shown(file)} cannot serve as ${what}: ${found[0]!.toLowerCase()}${found.slice(1)}`;
        problems.push({ place: source.placeOf([...list, index], 'value'), message });
      }
    }
  }
  return { problems, certificates };
}

/** The certificates of a PEM file, or the sentence that says why there are none. */
function certificatesOfFile(path: string, readFile: (path: string) => string): readonly string[] | string {
  try {
    const certificates = certificatesIn(readFile(path));
    return certificates.length > 0 ? certificates : 'The file holds no certificate in PEM form.';
  } catch (error) {
    if (error instanceof OperatorError) return error.problems.map(problem => problem.message).join(' ');
    return `The file cannot be read (${error instanceof Error ? error.message : String(error)}).`;
  }
}

// By place in the file, from top to bottom.
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const position = ({ place }: Problem) => {
    const [, line, column] = /:(\d+):(\d+)$/.exec(place) ?? [];
    return Number(line ?? 0) * 1e6 + Number(column ?? 0);
  };
  return problems.toSorted((a, b) => position(a) - position(b));
}
