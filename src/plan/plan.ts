import type { DnsOptions, DnsReading, OptionsOf, ProbeId } from '../../probes/index.ts';
import type { DeclaredNode, Deployment } from '../model/deployment.ts';
import type { Observation } from '../model/observation.ts';
import type { Question, Step, Topic } from '../model/step.ts';
import {
  type AddressSubject,
  type DeploymentSubject,
  type DomainSubject,
  type NodeSubject,
  type ResolverSubject,
  type Role,
  roleNames,
  roles,
  type ServiceSubject,
  type Subject,
  type View,
  views,
} from '../model/subject.ts';
import { isAtLeast, parseVersion } from '../model/version.ts';
import { isLookedAt, type PortRow, pageRows, portsOf } from './ports.ts';
import { reverseName } from './reverse.ts';

/** A step whose options fit its probe. */
export type PlannedStep = { [Id in ProbeId]: Step<Id, OptionsOf<Id>> }[ProbeId];

/** What is to be looked at, and how: a pure function of what was declared and what DNS last said. */
export type Plan = { readonly subjects: readonly Subject[]; readonly steps: readonly PlannedStep[] };

/** The latest DNS observation by step id. */
export type Answers = ReadonlyMap<string, Observation<DnsReading>>;

/**
 * `once`: every conversation a single time, the longest one per port. `watch`: the same, and a cheap look at the port
 * between two HTTP or SIP requests, which have to be rare because a 401 counts against the server's intrusion protection.
 */
export type PlanMode = 'once' | 'watch';

const srvNames: Readonly<Partial<Record<Question, string>>> = {
  'srv/collab-edge': '_collab-edge._tls',
  'srv/collab-edge-tcp': '_collab-edge._tcp',
  'srv/collab-edge-underscore': '_collab_edge._tls',
  'srv/collab-edge-bare-tls': '_collab-edge.tls',
  'srv/cisco-uds': '_cisco-uds._tcp',
  'srv/cisco-uds-underscore': '_cisco_uds._tcp',
  'srv/cuplogin': '_cuplogin._tcp',
  'srv/sips': '_sips._tcp',
};

const misspellings = [
  'srv/collab-edge-tcp',
  'srv/collab-edge-underscore',
  'srv/collab-edge-bare-tls',
] as const;
const misspelt = 'a frequent misspelling of the record that is missing';

/** Services whose TLS is looked at more than once. */
const surveyed: ReadonlySet<string> = new Set([
  'edge-https',
  'edge-sip',
  'zone-sip',
  'uds-https',
  'tftp-https',
  'sip-tls',
  'soap-https',
  'xcp',
]);
/** Services that want to know their clients by certificate. */
const mutual: ReadonlySet<string> = new Set(['zone-sip', 'zone-xcp', 'tftp-https', 'sip-tls', 'xcp']);

/** A STUN Binding request (RFC 8489): what media ports meet with every call, and no call takes amiss. */
const stunBinding = '000100002112a4426d72616461722d6d65646961';

/** A host to look at: declared, or found in an SRV record. */
type Host = {
  readonly role: Role;
  readonly name: string;
  readonly declared?: DeclaredNode;
  readonly after?: string;
};

/** Plans one deployment. When DNS says something new, plan again: same step id, same work. */
export function plan(deployment: Deployment, answers: Answers, mode: PlanMode): Plan {
  const subjects = new Map<string, Subject>();
  const steps = new Map<string, PlannedStep>();
  const add = <S extends Subject>(subject: S): S => {
    subjects.set(subject.id, subject);
    return subject;
  };
  const { name, vantage, timeoutMs, intervalsMs } = deployment;
  add({ kind: 'deployment', id: name, deployment: name } satisfies DeploymentSubject);
  for (const view of views) {
    for (const address of deployment.resolvers[view]) {
      const id = `${name}/resolver/${view}/${address}`;
      add({ kind: 'resolver', id, deployment: name, address, view } satisfies ResolverSubject);
    }
  }
  const inUse: Readonly<Record<View, string | undefined>> = {
    public: resolverInUse('public'),
    internal: resolverInUse('internal'),
  };

  /** The first DNS server that answers; with several of them each gets one question of its own, to know which ones do. */
  function resolverInUse(view: View): string | undefined {
    const all = deployment.resolvers[view];
    if (all.length < 2) return all[0];
    const question = view === 'public' ? 'srv/collab-edge' : 'srv/cisco-uds';
    const asked = { name: `${srvNames[question]}.${deployment.domains[0]}`, type: 'SRV' } as const;
    const usable = all.filter(address => {
      const subject = subjects.get(`${name}/resolver/${view}/${address}`)!;
      const { observation, reading } = ask(
        subject,
        view,
        question,
        asked,
        'whether this server answers',
        undefined,
        address,
      )!;
      return (
        !observation || (reading && ['answer', 'nodata', 'nxdomain', 'servfail'].includes(reading.outcome))
      );
    });
    return usable[0] ?? all[0];
  }

  /** Adds one question and gives the answer to it, if there is one already. */
  function ask(
    subject: Subject,
    view: View,
    question: Question,
    dns: Omit<DnsOptions, 'resolver'>,
    why: string,
    after?: string,
    resolver = inUse[view],
  ) {
    if (!resolver) return undefined;
    const topic: Topic = `${view}:${question}`;
    // Another server is another question, even where the words are the same.
    const by = resolver === deployment.resolvers[view][0] ? '' : `@${resolver}`;
    const id = `${subject.id}#dns:${topic}${by}`;
    const options: DnsOptions = { resolver, ...dns };
    steps.set(id, {
      ...{
        id,
        probe: 'dns',
        subject,
        topic,
        why,
        options,
        timeoutMs,
        intervalMs: intervalsMs.dns,
        host: resolver,
      },
      ...(after ? { after } : {}),
    });
    const observation = answers.get(id);
    return { id, observation, reading: observation?.state === 'observed' ? observation.reading : undefined };
  }

  const hosts = new Map<string, Host>();
  const addHost = (host: Host) => {
    const key = `${host.role} ${host.name.toLowerCase()}`;
    if (!hosts.has(key)) hosts.set(key, host);
  };

  for (const domain of deployment.domains) {
    const subject = add({
      kind: 'domain',
      id: `${name}/domain/${domain}`,
      deployment: name,
      domain,
    } satisfies DomainSubject);
    const srv = (view: View, question: Question, why: string, after?: string) =>
      ask(subject, view, question, { name: `${srvNames[question]}.${domain}`, type: 'SRV' }, why, after);

    const edge = srv('public', 'srv/collab-edge', 'clients outside find the Expressway-E by it');
    if (edge && isMissing(edge.reading)) {
      for (const question of misspellings) srv('public', question, misspelt, edge.id);
    }
    for (const target of targets(edge?.reading))
      addHost({ role: 'expressway_e', name: target, after: edge!.id });
    if (deployment.onlyInside) {
      const inner = srv('internal', 'srv/collab-edge', 'clients inside find the Expressway-E by it');
      for (const target of targets(inner?.reading))
        addHost({ role: 'expressway_e', name: target, after: inner!.id });
    }
    srv('public', 'srv/cisco-uds', 'must not resolve outside: clients would take themselves for inside');
    srv('public', 'srv/cuplogin', 'must not resolve outside: clients would take themselves for inside');
    srv('public', 'srv/sips', 'business-to-business calls find the Expressway-E by it');

    const uds = srv('internal', 'srv/cisco-uds', 'clients inside find Unified CM by it');
    if (uds && isMissing(uds.reading)) srv('internal', 'srv/cisco-uds-underscore', misspelt, uds.id);
    for (const target of targets(uds?.reading)) addHost({ role: 'unified_cm', name: target, after: uds!.id });
    if (deployment.messaging && needsCuplogin(deployment))
      srv('internal', 'srv/cuplogin', 'Expressway-C before X8.10 finds IM and Presence by it');
  }
  for (const view of views) {
    const resolver = subjects.get(`${name}/resolver/${view}/${inUse[view]}`);
    if (!resolver || !hasServfail(answers, view)) continue;
    const control = { name: 'a.root-servers.net', type: 'A' } as const;
    ask(resolver, view, 'control/a', control, 'whether SERVFAIL is about the names or about the server');
  }
  for (const role of roles) {
    for (const declared of deployment.nodes[role]) addHost({ role, name: declared.name, declared });
  }

  const view: View =
    vantage === 'internal' && deployment.resolvers.internal.length > 0 ? 'internal' : 'public';
  // In a fixed order, whatever order DNS gave them in, so that reports can be compared.
  for (const host of [...hosts.values()].sort((a, b) => compare(a.name, b.name))) {
    const ofRole = portsOf(deployment).filter(row => row.role === host.role);
    const rows = [...ofRole, ...(host.role === 'web_server' ? pageRows(deployment, host.name) : [])].filter(
      row => isLookedAt(row, deployment),
    );
    if (rows.length === 0) continue;
    const port = host.declared?.port;
    planHost(host, port === undefined ? rows : rows.map(row => ({ ...row, port })));
  }
  return { subjects: [...subjects.values()], steps: [...steps.values()] };

  function planHost(host: Host, rows: readonly PortRow[]) {
    const id = `${name}/node/${host.role}/${host.name.toLowerCase()}`;
    const node = add({
      kind: 'node',
      id,
      deployment: name,
      role: host.role,
      host: host.name,
    } satisfies NodeSubject);
    const known = host.declared?.address ?? (isAddress(host.name) ? host.name : undefined);
    if (known) {
      planAddress(node, known, rows, host.after);
      return;
    }
    const why = `the addresses of this ${roleNames[host.role]}`;
    const lookups = (['a', 'aaaa'] as const).map(family =>
      ask(
        node,
        view,
        `address/${family}`,
        { name: host.name, type: family === 'a' ? 'A' : 'AAAA' },
        why,
        host.after,
      ),
    );
    const inner = host.role === 'expressway_c' ? domainOfUnifiedCm(deployment) : undefined;
    const [label, ...ownDomain] = host.name.toLowerCase().split('.');
    if (view === 'internal' && inner !== undefined && inner !== ownDomain.join('.')) {
      const bare = 'Unified CM looks up the bare name of the Expressway-C in its own domain';
      ask(node, view, 'address/bare-a', { name: `${label}.${inner}`, type: 'A' }, bare);
    }
    const found = lookups.flatMap(lookup =>
      addresses(lookup?.reading).map(address => ({ address, after: lookup!.id })),
    );
    for (const { address, after } of found) planAddress(node, address, rows, after);
    const last = lookups.find(lookup => lookup?.observation);
    if (found.length === 0 && last && lookups.every(lookup => lookup?.observation)) {
      const known = lookups.every(lookup => isMissing(lookup?.reading));
      const why = known
        ? `${host.name} has no address`
        : `the address of ${host.name} could not be looked up`;
      for (const row of rows) if (row.look !== 'udp') planService(node, undefined, row, last.id, why);
    }
  }

  function planAddress(
    node: NodeSubject,
    address: string,
    rows: readonly PortRow[],
    after: string | undefined,
  ) {
    const subject = add({
      ...{ kind: 'address', id: `${name}/address/${node.host.toLowerCase()}/${address}`, deployment: name },
      ...{ role: node.role, host: node.host, address, view },
    } satisfies AddressSubject);
    if (view === 'internal') {
      const why = 'forward and reverse records have to agree';
      ask(subject, view, 'reverse/ptr', { name: reverseName(address), type: 'PTR' }, why, after);
    }
    for (const row of rows) {
      // ICMPv6 says "prohibited" in a way that the system does not tell from a lack of permission of our own.
      if (row.look !== 'udp' || !address.includes(':')) planService(node, address, row, after);
    }
  }

  function planService(
    node: NodeSubject,
    address: string | undefined,
    row: PortRow,
    after: string | undefined,
    whyNoAddress?: string,
  ) {
    const { port, purpose, title, affects } = row;
    const expected = row.expected[vantage]!;
    const service = add({
      ...{
        kind: 'service',
        id: `${name}/service/${node.host.toLowerCase()}/${address ?? '-'}/${row.key ?? port}`,
        deployment: name,
      },
      ...{
        role: node.role,
        host: node.host,
        address,
        port,
        transport: ['ntp', 'turn', 'udp'].includes(row.look) ? 'udp' : 'tcp',
        purpose,
        title,
        expected,
        affects,
      },
    } satisfies ServiceSubject);
    const why =
      expected === 'closed'
        ? `must not be open from here (${row.requirements.join(', ')})`
        : `${title} on ${roleNames[node.role]} (${row.requirements.join(', ')})`;
    const target = { address: address ?? '', port };
    const serverName = isAddress(node.host) ? '' : node.host;
    const common = {
      ...{ subject: service, why, host: address ?? node.host, intervalMs: intervalsMs.port },
      timeoutMs: expected === 'closed' ? Math.min(timeoutMs, 3_000) : timeoutMs,
      ...(after ? { after } : {}),
      ...(address === undefined && after && whyNoAddress
        ? { blocked: { by: after, why: whyNoAddress } }
        : {}),
    };
    const put = (step: PlannedStep) => steps.set(step.id, step);
    const secured = { ...target, serverName, trust: deployment.trust };
    const request = { ...secured, secure: true, method: 'GET' } as const;
    if (expected === 'closed' || row.look === 'tcp') {
      put({ ...common, id: `${service.id}#tcp`, probe: 'tcp', options: target });
      return;
    }
    const rare = { intervalMs: intervalsMs.edge, ...(address === undefined ? {} : { budget: address }) };
    const [domain] = deployment.domains;
    switch (row.look) {
      case 'sip-tcp':
      case 'sip-tls': {
        const transport = row.look === 'sip-tls' ? 'tls' : 'tcp';
        if (mode === 'watch') {
          if (transport === 'tls')
            put({ ...common, id: `${service.id}#tls`, probe: 'tls', options: secured });
          else put({ ...common, id: `${service.id}#tcp`, probe: 'tcp', options: target });
        }
        const uri = `sip:${row.role === 'expressway_e' ? domain : uriHost(node.host)}`;
        const options = { ...secured, transport, uri, keepAlive: false } as const;
        put({ ...common, ...rare, id: `${service.id}#sip`, probe: 'sip', options });
        break;
      }
      case 'xmpp-client':
      case 'xmpp-server': {
        const kind = row.look === 'xmpp-client' ? 'client' : 'server';
        const asked = kind === 'client' ? domain! : deployment.xmppFederationDomains[0]!;
        const options = { ...target, domain: asked, trust: deployment.trust, kind, direct: false } as const;
        put({ ...common, id: `${service.id}#xmpp`, probe: 'xmpp', options });
        break;
      }
      case 'turn': {
        const options = { ...target, transport: 'udp', method: 'allocate' } as const;
        put({ ...common, ...rare, id: `${service.id}#stun`, probe: 'stun', options });
        break;
      }
      case 'udp': {
        const options = { ...target, payloadHex: stunBinding };
        const seldom = { intervalMs: intervalsMs.seldom, timeoutMs: Math.min(timeoutMs, 3_000) };
        put({ ...common, ...seldom, id: `${service.id}#udp`, probe: 'udp', options });
        break;
      }
      case 'ssh':
        put({ ...common, id: `${service.id}#ssh`, probe: 'ssh', options: target });
        break;
      case 'ntp': {
        // Once, a person waits for it; watching, the server may limit how often it answers.
        const spacingMs = mode === 'once' ? 200 : 1_000;
        put({ ...common, id: `${service.id}#ntp`, probe: 'ntp', options: { ...target, spacingMs } });
        break;
      }
      case 'tls':
        put({ ...common, id: `${service.id}#tls`, probe: 'tls', options: secured });
        break;
      case 'https-uds':
        put({
          ...common,
          id: `${service.id}#http`,
          probe: 'http',
          options: { ...request, path: '/cucm-uds/version' },
        });
        break;
      case 'https-edge':
        if (mode === 'watch') put({ ...common, id: `${service.id}#tls`, probe: 'tls', options: secured });
        put({
          ...{ ...common, ...rare, id: `${service.id}#http`, probe: 'http' },
          options: { ...request, path: edgePath(domain!) },
        });
        break;
      case 'http-get':
      case 'https-get': {
        const isSecure = row.look === 'https-get';
        if (mode === 'watch' && expected === 'open') {
          if (isSecure) put({ ...common, id: `${service.id}#tls`, probe: 'tls', options: secured });
          else put({ ...common, id: `${service.id}#tcp`, probe: 'tcp', options: target });
        }
        const options = { ...request, secure: isSecure, path: row.path ?? '/' };
        // What no port table asks for can wait.
        const paced = expected === 'any' ? { ...rare, intervalMs: intervalsMs.seldom } : rare;
        put({ ...common, ...paced, id: `${service.id}#http`, probe: 'http', options });
      }
    }
    if (address !== undefined) planRare();

    /** What one ordinary conversation cannot show: looked at seldom, because it takes several, or a secret. */
    function planRare() {
      const seldom = { ...common, intervalMs: intervalsMs.seldom };
      if (surveyed.has(purpose)) {
        const also = 'what else the TLS server accepts and shows';
        put({ ...seldom, why: also, id: `${service.id}#tls-survey`, probe: 'tls-survey', options: secured });
      }
      const { clientCertificate, testUser } = deployment;
      if (clientCertificate && vantage === 'internal' && mutual.has(purpose)) {
        const options = { ...secured, ...clientCertificate };
        const also = 'whether the client certificate is accepted';
        put({ ...seldom, why: also, id: `${service.id}#mutual-tls`, probe: 'mutual-tls', options });
      }
      if (purpose === 'uds-https') {
        const also = 'version and nodes of Unified CM, and AXL';
        put({ ...common, ...rare, why: also, id: `${service.id}#uds`, probe: 'uds', options: secured });
      }
      if (testUser && purpose === 'edge-https') {
        const also = 'what the edge tells somebody who signs in';
        const { name: user, password } = testUser;
        const pages = (deployment.pages ?? []).map(({ url }) => url);
        const options = { ...secured, domain: domain!, path: edgePath(domain!), user, password, pages };
        const credential = testUser.id();
        put({
          ...seldom,
          why: also,
          id: `${service.id}#edge-login`,
          probe: 'edge-login',
          options,
          credential,
        });
      }
    }
  }
}

/** The path that clients ask the edge for first; its answer tells which box gave it. */
export function edgePath(domain: string): string {
  const prefix = btoa(domain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `/${prefix}/get_edge_config?service_name=_cisco-uds&service_name=_cuplogin`;
}

/** A host as it stands in a SIP URI, RFC 3261 section 25.1. */
function uriHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Whether some name drew SERVFAIL in this view: from the server that fails, or for a zone that does. */
function hasServfail(answers: Answers, view: View): boolean {
  for (const observation of answers.values()) {
    if (observation.state !== 'observed' || !observation.topic?.startsWith(`${view}:`)) continue;
    if (observation.reading.outcome === 'servfail') return true;
  }
  return false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isMissing(reading: DnsReading | undefined): boolean {
  return reading?.outcome === 'nxdomain' || reading?.outcome === 'nodata';
}

function needsCuplogin({ versions }: Deployment): boolean {
  const version = versions.expressway_c === undefined ? undefined : parseVersion(versions.expressway_c);
  return isAtLeast(version, 'X8.10') === false;
}

/** The domain that every declared Unified CM shares; undefined when they do not, or when one is no full name. */
function domainOfUnifiedCm({ nodes }: Deployment): string | undefined {
  const domains = nodes.unified_cm.map(({ name }) =>
    isAddress(name) || !name.includes('.') ? '' : name.toLowerCase().slice(name.indexOf('.') + 1),
  );
  const [first] = domains;
  return first && domains.every(domain => domain === first) ? first : undefined;
}

/** SRV targets worth looking up: names, each once, the first spelling kept. */
function targets(reading: DnsReading | undefined): string[] {
  const names = new Map<string, string>();
  for (const record of reading?.records ?? []) {
    if (record.type !== 'SRV' || record.target === '' || isAddress(record.target)) continue;
    const key = record.target.toLowerCase();
    if (!names.has(key)) names.set(key, record.target);
  }
  return [...names.values()];
}

function addresses(reading: DnsReading | undefined): string[] {
  const found = (reading?.records ?? []).flatMap(record =>
    (record.type === 'A' || record.type === 'AAAA') && record.type === reading?.type ? [record.address] : [],
  );
  return [...new Set(found)];
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+(\.\d+){3}$/.test(host);
}
