import type { TlsReading } from '../../../probes/index.ts';
import type { Deployment } from '../../model/deployment.ts';
import type { Observation } from '../../model/observation.ts';
import type { Round } from '../../model/report.ts';
import { type Role, roles, type ServiceSubject } from '../../model/subject.ts';
import type { Assessment } from './assess.ts';
import type { Fields } from './fields.ts';

/** What is known of a deployment when there is no configuration. */
export type Told = {
  readonly role: Role;
  readonly host: string;
  readonly domains: readonly string[];
  readonly version?: string;
};

/** A deployment of which only one server is known. */
export function deploymentOf({ role, host, domains, version }: Told): Deployment {
  const nodes = Object.fromEntries(roles.map(one => [one, []])) as unknown as Deployment['nodes'];
  return {
    name: 'certificate',
    vantage: role === 'expressway_e' ? 'external' : 'internal',
    domains,
    nodes: { ...nodes, [role]: [{ name: host }] },
    resolvers: { public: [], internal: [] },
    versions: version === undefined ? {} : { [role]: version },
    phoneSecurityProfiles: [],
    clusterNames: {},
    chatNodeAliases: [],
    xmppFederationDomains: [],
    messaging: true,
    trust: [],
    intervalsMs: { dns: 60_000, port: 60_000, edge: 300_000, seldom: 1_800_000 },
    timeoutMs: 5000,
  };
}

/** The one port by which a role's certificate is judged: what stands in the port matrix about it. */
export type Listener = Pick<ServiceSubject, 'role' | 'port' | 'purpose' | 'title' | 'affects'>;

/** A service that has to be open, wherever the certificate was seen. */
export function serviceOf(
  deployment: string,
  host: string,
  listener: Listener,
  address?: string,
): ServiceSubject {
  const { role, port, purpose, title, affects } = listener;
  return {
    id: `${deployment}/service/${host}/${address ?? '-'}/${port}`,
    deployment,
    kind: 'service',
    ...{ role, host, port, purpose, title, affects },
    ...(address !== undefined && { address }),
    transport: 'tcp',
    expected: 'open',
  };
}

/** A round in which one certificate was seen and nothing else, so that the checks of live certificates judge files too. */
export function roundOf(
  deployment: Deployment,
  subject: ServiceSubject,
  at: string,
  version: string,
  observations: readonly Observation[],
): Round {
  return {
    schema: 1,
    version,
    deployment,
    at,
    durationMs: 0,
    subjects: [subject],
    steps: [],
    observations,
  };
}

/** What a server with these certificates would show. Intermediates of the trust store it sends as well, as Expressway does. */
export function readingOf(
  { found, inOrder }: Assessment,
  leaf: Fields,
  given: readonly Fields[],
  host: string,
): TlsReading {
  const last = found.path.at(-1)!.summary;
  return {
    serverName: host,
    chain: [leaf, ...given.filter(one => one !== leaf)].map(({ summary }) => summary),
    path: {
      end: found.end,
      endName: found.end === 'incomplete' ? last.issuer : last.subject,
      suppliedByStore: [],
      inOrder,
    },
  };
}
