import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { DeclaredNode, Deployment } from '../model/deployment.ts';
import { OperatorError, type Problem } from '../model/problem.ts';
import type { Vantage, View } from '../model/subject.ts';
import { readDocument, type Source } from './document.ts';
import { duplicatesIn, nameFromDomain } from './duplicates.ts';
import { readText } from './file.ts';
import { problemsOf, shown, valueAt } from './problems.ts';
import { type ConfigFile, fileSchema } from './schema.ts';
import {
  certificatesIn,
  parseDomain,
  parseDuration,
  parseHost,
  parseListen,
  parseResolver,
} from './values.ts';

/** Everything that the operator decides, everything defaulted. */
export type Config = {
  readonly deployments: readonly Deployment[];
  readonly listen: { readonly host: string; readonly port: number };
  /** Probes at the same time, altogether and per address. */
  readonly limits: { readonly concurrent: number; readonly perHost: number };
  /** The files that this was read from: when one changes, read again. */
  readonly files: readonly string[];
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
type NodeFile = DeploymentFile['nodes']['expressway_e'][number] | DeploymentFile['nodes']['ntp'][number];

/**
 * Reads a configuration file. `systemResolvers` are asked for the vantage's own view where the file names none. Throws
 * one OperatorError with every problem.
 */
export function readConfig(path: string, systemResolvers: readonly string[] = []): Config {
  return parseConfig(readText(path), path, readText, systemResolvers);
}

/** Reads a configuration text; `name` stands in the places of problems, and PEM files are looked for beside it. */
export function parseConfig(
  text: string,
  name: string,
  readFile: (path: string) => string,
  systemResolvers: readonly string[] = [],
): Config {
  const source = readDocument(text, name);
  if (!source.readable) throw new OperatorError(source.problems);
  const parsed = fileSchema.safeParse(source.value);
  const anchors = readTrust(source, name, readFile);
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, source)),
    ...duplicatesIn(source),
    ...anchors.problems,
  ];
  if (!parsed.success || problems.length > 0) throw new OperatorError(inOrder(problems));
  const file = parsed.data;
  const certificatesOf = (files: readonly string[]) =>
    files.flatMap(pem => anchors.certificates.get(besideConfig(name, pem)) ?? []);
  return {
    deployments: file.deployments.map(deployment =>
      deploymentOf(deployment, file, certificatesOf([...file.trust, ...deployment.trust]), systemResolvers),
    ),
    listen: parseListen(file.listen)!,
    limits: { concurrent: file.limits.concurrent, perHost: file.limits.per_host },
    files: [name, ...anchors.certificates.keys()],
  };
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
    files: options.trust,
  };
}

/** JSON Schema (draft 7) of the configuration file, for editors. */
export function configSchema(): object {
  return z.toJSONSchema(fileSchema, { target: 'draft-7', io: 'input' });
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
    },
    resolvers: { public: resolversOf('public'), internal: resolversOf('internal') },
    versions: {
      ...(expressway === undefined ? {} : { expressway_e: expressway, expressway_c: expressway }),
      ...versions,
    },
    phoneSecurityProfiles: deployment.phone_security_profiles,
    clusterNames: Object.fromEntries(
      Object.entries(deployment.cluster_names).map(([role, name]) => [role, parseHost(name)!]),
    ),
    chatNodeAliases: deployment.chat_node_aliases.map(alias => parseHost(alias)!),
    xmppFederationDomains: deployment.xmpp_federation_domains.map(domain => parseDomain(domain)!),
    messaging: deployment.messaging,
    trust,
    intervalsMs: {
      dns: parseDuration(file.intervals.dns)!,
      port: parseDuration(file.intervals.port)!,
      edge: parseDuration(file.intervals.edge)!,
    },
    timeoutMs: parseDuration(file.timeout)!,
  };
}

function nodeOf(node: NodeFile): DeclaredNode {
  return typeof node === 'string' ? { name: parseHost(node)! } : { ...node, name: parseHost(node.name)! };
}

function besideConfig(name: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(name), path);
}

// Reads what the text names, valid or not in the rest, so that its problems stand beside all others.
function readTrust(source: Source, name: string, readFile: (path: string) => string) {
  const problems: Problem[] = [];
  const certificates = new Map<string, readonly string[]>();
  const deployments = valueAt(source.value, ['deployments']);
  const lists: PropertyKey[][] = [
    ['trust'],
    ...(Array.isArray(deployments) ? deployments.map((_item, index) => ['deployments', index, 'trust']) : []),
  ];
  for (const list of lists) {
    const files = valueAt(source.value, list);
    for (const [index, file] of (Array.isArray(files) ? files : []).entries()) {
      if (typeof file !== 'string' || file.trim() === '') continue;
      const path = besideConfig(name, file);
      const found = certificates.get(path) ?? certificatesOfFile(path, readFile);
      if (typeof found !== 'string') certificates.set(path, found);
      else {
        const message = `${shown(file)} cannot serve as trust anchor: ${found[0]!.toLowerCase()}${found.slice(1)}`;
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
