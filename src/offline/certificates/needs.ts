import { isIP } from 'node:net';
import { clusterNameOf, type DeclaredNode, type Deployment } from '../../model/deployment.ts';
import { isAtLeast, parseVersion, type Version } from '../../model/version.ts';
import type { Certificate } from '../../x509/certificate.ts';

/** The roles for which a certificate is asked for here. */
export const requestRoles = ['expressway_e', 'expressway_c'] as const;
export type RequestRole = (typeof requestRoles)[number];

/** Where a need is written down. */
export type NeedSource = {
  readonly document: string;
  readonly section: string;
  readonly requirements: readonly string[];
};

/** One name or purpose that a certificate needs, and why. */
export type Need = {
  readonly kind: 'dns' | 'ip' | 'eku';
  /** The name or address, or `serverAuth`, `clientAuth`. */
  readonly value: string;
  /** Other names that do as well. */
  readonly orElse: readonly string[];
  /** Whether the common name does as well. */
  readonly inCommonName: boolean;
  /** `conditional` when it depends on what `why` says. */
  readonly level: 'required' | 'conditional';
  readonly why: string;
  readonly sources: readonly [NeedSource, ...NeedSource[]];
};

/** How the service domains are written into the certificate of Expressway-E. */
export type DomainForm = 'domain' | 'collab-edge';

const csrRequirements = (...requirements: string[]): NeedSource => ({
  document: 'D0',
  section: 'CSR Requirements for Expressway Servers',
  requirements,
});
const zones = (...requirements: string[]): NeedSource => ({
  document: 'D1',
  section: 'Configuring Encrypted Expressway Traversal Zones',
  requirements,
});

/** Every name and purpose that the certificate of one Expressway needs in this deployment, its own name first. */
export function needsOf(
  deployment: Deployment,
  role: RequestRole,
  node: DeclaredNode | undefined,
  form: DomainForm = 'domain',
): readonly Need[] {
  const own = node ? [ownName(role, node)] : [];
  const names = role === 'expressway_e' ? edgeNames(deployment, form) : coreNames(deployment, node);
  return [...distinct([...own, ...names]), ...purposes(deployment, role, node)];
}

function dns(value: string, why: string, sources: Need['sources'], orElse: readonly string[] = []): Need {
  return { kind: 'dns', value, orElse, inCommonName: false, level: 'required', why, sources };
}

function ownName(role: RequestRole, { name }: DeclaredNode): Need {
  const why =
    role === 'expressway_e'
      ? 'clients reach it under this name, and Expressway-C verifies it in the traversal zone'
      : 'Expressway-E verifies the name of its peer in the traversal zone';
  const source = role === 'expressway_e' ? zones('CRT-78') : zones('CRT-17');
  return {
    ...dns(name, why, [source]),
    kind: isIP(name) === 0 ? 'dns' : 'ip',
    inCommonName: role === 'expressway_c',
  };
}

function edgeNames(deployment: Deployment, form: DomainForm): readonly Need[] {
  const requirements = 'Expressway-E server certificate requirements';
  const domains = deployment.domains.map(domain => {
    const forms = [domain, `collab-edge.${domain}`, `_collab-edge._tls.${domain}`];
    const value = form === 'domain' ? domain : `collab-edge.${domain}`;
    return dns(
      value,
      'clients look for the service domain in the certificate of the edge',
      [csrRequirements('CRT-04'), { document: 'D1', section: requirements, requirements: ['CRT-06'] }],
      forms.filter(other => other !== value),
    );
  });
  const federation = deployment.xmppFederationDomains.map(domain =>
    dns(domain, 'federated servers look for the XMPP federation domain', [
      csrRequirements('CRT-08'),
      { document: 'D1', section: requirements, requirements: ['CRT-09'] },
    ]),
  );
  return [...domains, ...federation, ...chatAliases(deployment, 'CRT-10')];
}

function coreNames(deployment: Deployment, node: DeclaredNode | undefined): readonly Need[] {
  const cluster = clusterNameOf(deployment, 'expressway_c', node?.name);
  const clusters =
    cluster === undefined
      ? []
      : [
          {
            ...dns(cluster, 'Expressway-E knows the clustered Expressway-C by the cluster name only', [
              csrRequirements('CRT-16'),
              zones('CRT-17'),
            ]),
            inCommonName: true,
          },
        ];
  const profiles = deployment.phoneSecurityProfiles.map(profile =>
    dns(profile, 'Unified CM looks for the phone security profile of encrypted devices', [
      csrRequirements('CRT-14'),
      { document: 'D1', section: 'Endpoints Cannot Register to Unified CM', requirements: ['SIP-31'] },
    ]),
  );
  return [...clusters, ...profiles, ...chatAliases(deployment, 'CRT-11')];
}

function chatAliases({ chatNodeAliases }: Deployment, requirement: string): readonly Need[] {
  return chatNodeAliases.map(alias =>
    dns(alias, 'group chat over TLS with federated contacts uses the chat node alias', [
      csrRequirements(requirement, 'CRT-13'),
      {
        document: 'D1',
        section: 'Expressway-C server certificate requirements',
        requirements: ['CRT-12'],
      },
    ]),
  );
}

/** Two needs for one name are one name with two reasons; only what serves both does instead. */
function distinct(needs: readonly Need[]): readonly Need[] {
  return [...Map.groupBy(needs, ({ value }) => value.toLowerCase()).values()].map(same => {
    const first = same[0]!;
    const [source, ...sources] = same.flatMap(one => one.sources);
    return {
      ...first,
      orElse: first.orElse.filter(other => same.every(({ orElse }) => orElse.includes(other))),
      inCommonName: same.every(one => one.inCommonName),
      why: same.map(({ why }) => why).join('; '),
      sources: [source!, ...sources],
    };
  });
}

function purposes(
  deployment: Deployment,
  role: RequestRole,
  node: DeclaredNode | undefined,
): readonly Need[] {
  const server: Need = {
    kind: 'eku',
    value: 'serverAuth',
    orElse: [],
    inCommonName: false,
    level: 'required',
    why: 'every Expressway is a server to its clients and peers',
    sources: [zones('CRT-22')],
  };
  const client = clientAuth(deployment, role, node);
  return client ? [server, client] : [server];
}

/**
 * Up to X15.3 each Expressway is a client to the other with its server certificate. From X15.4 on Expressway-E does without;
 * from X15.5 on Expressway-C has a client certificate of its own, which may be the same one.
 */
function clientAuth(
  deployment: Deployment,
  role: RequestRole,
  node: DeclaredNode | undefined,
): Need | undefined {
  const versionsOf = (one: RequestRole): readonly (Version | undefined)[] => {
    const nodes = one === role && node ? [node] : deployment.nodes[one];
    const texts = nodes.map(({ version }) => version ?? deployment.versions[one]);
    return (texts.length > 0 ? texts : [deployment.versions[one]]).map(text =>
      text === undefined ? undefined : parseVersion(text),
    );
  };
  const boundary = role === 'expressway_e' ? 'X15.4' : 'X15.5';
  const concerned =
    role === 'expressway_e'
      ? [...versionsOf('expressway_e'), ...versionsOf('expressway_c')]
      : versionsOf(role);
  const older = concerned.map(version => isAtLeast(version, boundary));
  if (role === 'expressway_e' && older.every(is => is === true)) return undefined;
  const needed = older.includes(false);
  const requirement = role === 'expressway_e' ? 'CRT-20' : 'CRT-19';
  const documented: NeedSource = csrRequirements(requirement, 'CRT-21');
  const change: NeedSource =
    role === 'expressway_e'
      ? { document: 'R18', section: 'impact per release', requirements: [] }
      : { document: 'R19', section: 'two certificate stores in X15.5', requirements: [] };
  const separate = older.every(is => is === true);
  const reason =
    role === 'expressway_e'
      ? 'Expressways before X15.4 look for it in the traversal zone, and public authorities leave it out'
      : separate
        ? 'the client certificate of Expressway-C needs it, which from X15.5 on may be another one than this'
        : 'Expressway-C is a client of Expressway-E with this certificate before X15.5';
  const why = needed || separate ? reason : `${reason}; the versions here are not declared`;
  return {
    kind: 'eku',
    value: 'clientAuth',
    orElse: [],
    inCommonName: false,
    level: needed ? 'required' : 'conditional',
    why,
    sources: [documented, zones('CRT-22'), change],
  };
}

const anyUsage = '2.5.29.37.0';

const usages: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

/** Object identifier of a purpose. */
export function usageOid(value: string): string {
  return usages[value] ?? value;
}

/** What a certificate lacks of what it needs. A wildcard does not help: Expressway does not support them. */
export function lackedBy(certificate: Certificate, needs: readonly Need[]): readonly Need[] {
  const { names, commonName, extendedKeyUsage } = certificate;
  const plain = (name: string) => name.toLowerCase().replace(/\.$/, '');
  const present = new Set([...names.dns, ...names.srv, ...names.xmpp].map(plain));
  const isCommonName = (value: string) => commonName !== undefined && plain(commonName) === plain(value);
  return needs.filter(({ kind, value, orElse, inCommonName }) => {
    if (kind === 'eku')
      return extendedKeyUsage?.some(oid => oid === usageOid(value) || oid === anyUsage) === false;
    if (inCommonName && isCommonName(value)) return false;
    if (kind === 'ip') return !names.ip.includes(value);
    return ![value, ...orElse].some(name => present.has(plain(name)));
  });
}
