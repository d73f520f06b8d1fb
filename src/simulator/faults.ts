import type { CertificateRecipe } from './certificates.ts';
import {
  a,
  addressesOf,
  chatNodeAlias,
  clusterName,
  domain,
  externalServices,
  nameOf,
  phoneSecurityProfile,
  ptr,
  reverseName,
  type Service,
  soundCertificate,
  srv,
  type View,
  type World,
  type ZoneRecord,
} from './world.ts';

/** Something that a real deployment may suffer from, to be switched on. */
export type Fault = {
  readonly name: string;
  /** What is wrong, in one clause. */
  readonly title: string;
  /** The finding code that must head the diagnosis. */
  readonly code: string;
  /** From where it is seen. */
  readonly vantage: 'external' | 'internal';
  /** Changes a fresh world; several faults change the same one after each other. */
  readonly change: (world: World) => void;
};

const collabEdge = '_collab-edge._tls';
const peers = ['expe1', 'expe2'] as const;

const dnsFaults: readonly Fault[] = [
  {
    name: 'srv-missing',
    title: 'the public DNS has no _collab-edge record',
    code: 'DNS_COLLAB_EDGE_MISSING',
    vantage: 'external',
    change: world => setRecords(world, 'outside', collabEdge, []),
  },
  {
    name: 'srv-disabled',
    title: 'the _collab-edge record says that the service does not exist',
    code: 'DNS_COLLAB_EDGE_DISABLED',
    vantage: 'external',
    change: world =>
      setRecords(world, 'outside', collabEdge, [
        { name: `${collabEdge}.${domain}`, type: 'SRV', priority: 0, weight: 0, port: 0, target: '.' },
      ]),
  },
  {
    name: 'srv-misspelt',
    title: 'the service record stands under _collab-edge._tcp',
    code: 'DNS_COLLAB_EDGE_MISSPELT',
    vantage: 'external',
    change: world => {
      setRecords(world, 'outside', collabEdge, []);
      setRecords(
        world,
        'outside',
        '_collab-edge._tcp',
        peers.map(host => srv('_collab-edge._tcp', 8443, nameOf(host))),
      );
    },
  },
  {
    name: 'srv-wrong-port',
    title: 'the _collab-edge records point to port 8444',
    code: 'DNS_COLLAB_EDGE_PORT_WRONG',
    vantage: 'external',
    change: world =>
      setRecords(
        world,
        'outside',
        collabEdge,
        peers.map(host => srv(collabEdge, 8444, nameOf(host))),
      ),
  },
  {
    name: 'srv-target-is-address',
    title: 'a _collab-edge record points to an IP address',
    code: 'DNS_SRV_TARGET_IS_ADDRESS',
    vantage: 'external',
    change: world =>
      setRecords(world, 'outside', collabEdge, [
        srv(collabEdge, 8443, addressesOf(world.network).external.expe1),
        srv(collabEdge, 8443, nameOf('expe2')),
      ]),
  },
  {
    name: 'target-no-address',
    title: 'expe2 has no address in the public DNS',
    code: 'DNS_TARGET_NO_ADDRESS',
    vantage: 'external',
    change: world => setRecords(world, 'outside', 'expe2', []),
  },
  {
    name: 'uds-exposed',
    title: 'the public DNS answers for _cisco-uds',
    code: 'DNS_CISCO_UDS_EXPOSED',
    vantage: 'external',
    change: world => exposeInside(world, '_cisco-uds._tcp', 'cucm1'),
  },
  {
    name: 'cuplogin-exposed',
    title: 'the public DNS answers for _cuplogin',
    code: 'DNS_CUPLOGIN_EXPOSED',
    vantage: 'external',
    change: world => exposeInside(world, '_cuplogin._tcp', 'imp1'),
  },
  {
    name: 'underscore-name',
    title: 'a third Expressway-E has an underscore in its name',
    code: 'DNS_NAME_UNDERSCORE',
    vantage: 'external',
    change: world => {
      const host = 'exp_e2';
      const address = addressesOf(world.network).external[host];
      world.services.push(...externalServices(host, address));
      world.zones.outside.records.push(srv(collabEdge, 8443, nameOf(host)), a(nameOf(host), address));
    },
  },
  {
    name: 'name-case-differs',
    title: 'the domain of expe2 is written in other letter case',
    code: 'DNS_NAME_CASE_DIFFERS',
    vantage: 'external',
    change: world =>
      setRecords(world, 'outside', collabEdge, [
        srv(collabEdge, 8443, nameOf('expe1')),
        srv(collabEdge, 8443, 'expe2.Example.test'),
      ]),
  },
  {
    name: 'peer-not-in-srv',
    title: 'expe2 is in no _collab-edge record',
    code: 'DNS_PEER_NOT_IN_SRV',
    vantage: 'external',
    change: world => setRecords(world, 'outside', collabEdge, [srv(collabEdge, 8443, nameOf('expe1'))]),
  },
  {
    name: 'address-shared',
    title: 'both Expressway-E names lead to one address',
    code: 'DNS_ADDRESS_SHARED',
    vantage: 'external',
    change: world => {
      const address = addressesOf(world.network).external.expe1;
      setRecords(world, 'outside', 'expe2', [a(nameOf('expe2'), address)]);
      certify(world, 'expe1', () =>
        soundCertificate('public', [...peers.map(nameOf), domain, chatNodeAlias]),
      );
    },
  },
  {
    name: 'resolver-silent',
    title: 'the public resolver does not answer',
    code: 'DNS_RESOLVER_SILENT',
    vantage: 'external',
    change: world => {
      world.zones.outside.mood = 'silent';
      change(world, { host: 'outside-dns' }, { door: 'silent' });
    },
  },
  {
    name: 'resolver-refuses',
    title: 'the public resolver refuses every question',
    code: 'DNS_RESOLVER_REFUSES',
    vantage: 'external',
    change: world => {
      world.zones.outside.mood = 'refuses';
    },
  },
  {
    name: 'resolver-fails',
    title: 'the public resolver answers every question with SERVFAIL',
    code: 'DNS_RESOLVER_FAILS',
    vantage: 'external',
    change: world => {
      world.zones.outside.mood = 'fails';
    },
  },
  {
    name: 'domain-servfail',
    title: 'the service names of the domain end in SERVFAIL while hosts resolve',
    code: 'DNS_DOMAIN_SERVFAIL',
    vantage: 'external',
    change: world => {
      world.zones.outside.failing = name => name.startsWith('_') && name.endsWith(`.${domain}`);
    },
  },
  {
    name: 'dns-tcp-blocked',
    title: 'an answer too long for UDP cannot be had over TCP',
    code: 'DNS_TCP_BLOCKED',
    vantage: 'external',
    change: world => {
      // Later priorities with the same two targets: more than one UDP answer holds.
      const priorities = Array.from({ length: 20 }, (_, index) => 10 * (index + 1));
      setRecords(
        world,
        'outside',
        collabEdge,
        priorities.flatMap(priority => peers.map(host => srv(collabEdge, 8443, nameOf(host), priority))),
      );
      change(world, { host: 'outside-dns' }, { door: 'silent' });
    },
  },
];

const portFaults: readonly Fault[] = [
  {
    name: 'node-refuses',
    title: 'expe2 refuses connections on every port',
    code: 'NODE_REFUSES',
    vantage: 'external',
    change: world => change(world, { host: 'expe2', side: 'external' }, { door: 'refused' }),
  },
  {
    name: 'edge-refuses',
    title: 'both Expressway-E refuse connections on every port',
    code: 'EDGE_REFUSES',
    vantage: 'external',
    change: world => peers.map(host => change(world, { host, side: 'external' }, { door: 'refused' })),
  },
  {
    name: 'node-silent',
    title: 'expe2 does not answer on any port',
    code: 'NODE_SILENT',
    vantage: 'external',
    change: world => silence(world, ['expe2']),
  },
  {
    name: 'edge-silent',
    title: 'neither Expressway-E answers on any port',
    code: 'EDGE_SILENT',
    vantage: 'external',
    change: world => silence(world, peers),
  },
  {
    name: 'port-refused-8443',
    title: 'expe2 refuses connections on 8443',
    code: 'PORT_REFUSED',
    vantage: 'external',
    change: world => change(world, { host: 'expe2', side: 'external', port: 8443 }, { door: 'refused' }),
  },
  {
    name: 'sip-refused',
    title: 'both Expressway-E refuse connections on 5061',
    code: 'PORT_REFUSED',
    vantage: 'external',
    change: world => change(world, { side: 'external', port: 5061 }, { door: 'refused' }),
  },
  {
    name: 'xmpp-refused',
    title: 'both Expressway-E refuse connections on 5222',
    code: 'PORT_REFUSED',
    vantage: 'external',
    change: world => change(world, { side: 'external', port: 5222 }, { door: 'refused' }),
  },
  {
    name: 'exposed-tunnel',
    title: 'the SSH tunnel port of expe1 is open to the Internet',
    code: 'PORT_EXPOSED',
    vantage: 'external',
    change: world => change(world, { host: 'expe1', side: 'external', port: 2222 }, { door: 'open' }),
  },
];

const certificateFaults: readonly Fault[] = [
  peerCertificate('chain-incomplete', 'CERT_CHAIN_INCOMPLETE', 'expe2 does not send the intermediate', {
    sends: 'leaf',
  }),
  peerCertificate('self-signed', 'CERT_SELF_SIGNED', 'the certificate of expe2 is self-signed', {
    issuer: 'self',
  }),
  peerCertificate(
    'issuer-untrusted',
    'CERT_ISSUER_UNTRUSTED',
    'the certificate of expe2 comes from an authority that nobody trusts',
    { issuer: 'unknown' },
  ),
  peerCertificate('expired', 'CERT_EXPIRED', 'the certificate of expe2 expired two days ago', {
    fromDay: -400,
  }),
  peerCertificate('not-yet-valid', 'CERT_NOT_YET_VALID', 'the certificate of expe2 begins in two days', {
    fromDay: 2,
  }),
  peerCertificate('expires-soon', 'CERT_EXPIRES_SOON', 'the certificate of expe2 expires in nine days', {
    fromDay: -389,
  }),
  peerCertificate(
    'host-mismatch',
    'CERT_HOST_MISMATCH',
    'the certificate of expe2 is made out to another host',
    { commonName: nameOf('expe9'), names: [nameOf('expe9'), domain, chatNodeAlias] },
  ),
  peerCertificate(
    'san-domain-missing',
    'CERT_SAN_DOMAIN_MISSING',
    'the certificate of expe2 does not name the domain',
    { names: [nameOf('expe2'), chatNodeAlias] },
  ),
  peerCertificate('eku-no-server', 'CERT_EKU_SERVER_MISSING', 'the certificate of expe2 is not for servers', {
    uses: ['client'],
  }),
  peerCertificate('eku-no-client', 'CERT_EKU_CLIENT_MISSING', 'the certificate of expe2 is not for clients', {
    uses: ['server'],
  }),
  peerCertificate('key-weak', 'CERT_KEY_WEAK', 'the key of expe2 has 1024 bits', { key: 'rsa-1024' }),
  peerCertificate('signature-weak', 'CERT_SIGNATURE_WEAK', 'the certificate of expe2 is signed with SHA-1', {
    hash: 'sha1',
  }),
  peerCertificate('common-name-missing', 'CERT_CN_MISSING', 'the certificate of expe2 has no common name', {
    commonName: undefined,
  }),
  peerCertificate('wildcard', 'CERT_WILDCARD', 'the certificate of expe2 is a wildcard', {
    commonName: `*.${domain}`,
    names: [`*.${domain}`, domain, chatNodeAlias],
  }),
  {
    name: 'sip-certificate-differs',
    title: 'expe2 shows another certificate on 5061 than on 8443',
    code: 'CERT_PORTS_DIFFER',
    vantage: 'external',
    change: world => certify(world, 'expe2', certificate => ({ ...certificate, edition: 1 }), { port: 5061 }),
  },
];

const tlsFaults: readonly Fault[] = [
  {
    name: 'not-tls',
    title: 'expe2 speaks plain SIP on 5061',
    code: 'TLS_NOT_TLS',
    vantage: 'external',
    change: world => change(world, { host: 'expe2', side: 'external', port: 5061 }, { handshake: 'plain' }),
  },
  edgeFault('tls-closed', 'TLS_CLOSED', 'expe2 ends the TLS handshake on 8443', ['expe2'], {
    handshake: 'closed',
  }),
  edgeFault('tls-silent', 'TLS_SILENT', 'expe2 does not answer the TLS handshake on 8443', ['expe2'], {
    handshake: 'silent',
  }),
  edgeFault('tls-old', 'TLS_PROTOCOL_OLD', 'expe2 speaks TLS 1.0 and 1.1 only on 8443', ['expe2'], {
    tlsVersions: 'old',
  }),
];

const edgeFaults: readonly Fault[] = [
  edgeFault(
    'edge-next-hop-failed',
    'EDGE_NEXT_HOP_FAILED',
    'no Expressway-E reaches Expressway-C through the tunnel',
    peers,
    { edge: 'next-hop-failed' },
  ),
  edgeFault(
    'edge-origin-refused',
    'EDGE_ORIGIN_REFUSED',
    'Expressway-C refuses the certificate of a server inside',
    peers,
    { edge: 'origin-refused' },
  ),
  edgeFault(
    'edge-domain-forbidden',
    'EDGE_DOMAIN_FORBIDDEN',
    'the domain is not set up for MRA on Expressway-C',
    peers,
    { edge: 'domain-forbidden' },
  ),
  edgeFault('edge-rate-limited', 'EDGE_RATE_LIMITED', 'both Expressway-E limit the rate of requests', peers, {
    edge: 'rate-limited',
  }),
  edgeFault('edge-maintenance', 'EDGE_MAINTENANCE', 'expe2 is in maintenance mode', ['expe2'], {
    edge: 'maintenance',
  }),
  edgeFault(
    'edge-not-expressway',
    'EDGE_NOT_EXPRESSWAY',
    'another web server answers at the address of expe2',
    ['expe2'],
    { edge: 'not-expressway' },
  ),
  edgeFault('edge-silent-http', 'EDGE_SILENT_HTTP', 'expe2 does not answer requests on 8443', ['expe2'], {
    edge: 'silent',
  }),
  edgeFault('clock-differs', 'CLOCK_DIFFERS', 'the clock of expe2 is five minutes ahead', ['expe2'], {
    clockAheadMs: 300_000,
  }),
  edgeFault('clock-drifts', 'CLOCK_DRIFTS', 'the clock of expe2 is twelve seconds ahead', ['expe2'], {
    clockAheadMs: 12_000,
  }),
];

const insideFaults: readonly Fault[] = [
  refusedInside('tunnel-refused', 'both Expressway-E refuse the SSH tunnel on 2222', peers, 2222),
  refusedInside('zone-refused', 'both Expressway-E refuse the traversal zone on 7001', peers, 7001),
  refusedInside('xcp-refused', 'both Expressway-E refuse the XMPP link on 7400', peers, 7400),
  refusedInside('tftp-refused', 'both Unified CM refuse connections on 6970', ['cucm1', 'cucm2'], 6970),
  refusedInside('uds-refused', 'both Unified CM refuse connections on 8443', ['cucm1', 'cucm2'], 8443),
  {
    name: 'cisco-uds-missing',
    title: 'the internal DNS has no _cisco-uds record',
    code: 'DNS_CISCO_UDS_ABSENT',
    vantage: 'internal',
    change: world => setRecords(world, 'inside', '_cisco-uds._tcp', []),
  },
  {
    name: 'ptr-missing',
    title: 'the internal address of expe2 has no PTR record',
    code: 'DNS_PTR_MISSING',
    vantage: 'internal',
    change: world => setPeerPointers(world, []),
  },
  {
    name: 'ptr-multiple',
    title: 'the internal address of expe2 has two PTR records',
    code: 'DNS_PTR_MULTIPLE',
    vantage: 'internal',
    change: world => setPeerPointers(world, ['expe2', 'old-expe2']),
  },
  {
    name: 'ptr-differs',
    title: 'the PTR record of expe2 gives another name',
    code: 'DNS_PTR_DIFFERS',
    vantage: 'internal',
    change: world => setPeerPointers(world, ['old-expe2']),
  },
  nameMissing(
    'profile-missing',
    'CERT_SAN_PROFILE_MISSING',
    'the phone security profile',
    phoneSecurityProfile,
  ),
  nameMissing('cluster-name-missing', 'CERT_SAN_CLUSTER_MISSING', 'the cluster', clusterName),
  nameMissing('chat-alias-missing', 'CERT_SAN_CHAT_ALIAS_MISSING', 'the chat node', chatNodeAlias),
  {
    name: 'self-signed-twins',
    title: 'cucm1 has two self-signed certificates with one common name',
    code: 'CERT_SELF_SIGNED_TWINS',
    vantage: 'internal',
    change: world => certify(world, 'cucm1', certificate => ({ ...certificate, issuer: 'self' })),
  },
  {
    name: 'ucm-certificate-expired',
    title: 'the Tomcat certificate of cucm1 expired two days ago',
    code: 'CERT_EXPIRED',
    vantage: 'internal',
    change: world => {
      for (const port of [8443, 6972])
        certify(world, 'cucm1', certificate => ({ ...certificate, fromDay: -400 }), { port });
    },
  },
];

/** Every fault of the simulator; names are unique. */
export const faults: readonly Fault[] = [
  ...dnsFaults,
  ...portFaults,
  ...certificateFaults,
  ...tlsFaults,
  ...edgeFaults,
  ...insideFaults,
];

type Choice = Partial<Pick<Service, 'host' | 'side' | 'port'>>;
type Behaviour = Partial<
  Pick<Service, 'door' | 'handshake' | 'tlsVersions' | 'certificate' | 'edge' | 'clockAheadMs'>
>;

/** Changes every service that the choice describes. */
function change(world: World, choice: Choice, behaviour: Behaviour): void {
  for (const service of chosen(world, choice)) Object.assign(service, behaviour);
}

function chosen(world: World, choice: Choice): Service[] {
  return world.services.filter(
    ({ host, side, port }) =>
      host === (choice.host ?? host) && side === (choice.side ?? side) && port === (choice.port ?? port),
  );
}

/** Another certificate for a host, by default on all its ports. */
function certify(
  world: World,
  host: string,
  reissue: (certificate: CertificateRecipe) => CertificateRecipe,
  choice: Choice = {},
): void {
  for (const service of chosen(world, { host, ...choice }))
    service.certificate = reissue(service.certificate);
}

/** Silences the ports that are open; those that refuse go on refusing. */
function silence(world: World, hosts: readonly string[]): void {
  for (const host of hosts)
    for (const service of chosen(world, { host, side: 'external' }))
      if (service.door === 'open') service.door = 'silent';
}

/** Replaces all records of one name in the domain. */
function setRecords(world: World, view: View, label: string, records: readonly ZoneRecord[]): void {
  replaceRecords(world, view, `${label}.${domain}`, records);
}

function replaceRecords(world: World, view: View, name: string, records: readonly ZoneRecord[]): void {
  const zone = world.zones[view];
  zone.records = [...zone.records.filter(record => record.name !== name), ...records];
}

function setPeerPointers(world: World, hosts: readonly string[]): void {
  const address = addressesOf(world.network).internal.expe2;
  const pointers = hosts.map(host => ptr(address, nameOf(host)));
  replaceRecords(world, 'inside', reverseName(address), pointers);
}

function exposeInside(world: World, service: string, host: string): void {
  world.zones.outside.records.push(srv(service, 8443, nameOf(host)));
}

/** A fault of the certificate that expe2 shows on all its ports. */
function peerCertificate(name: string, code: string, title: string, flaw: Partial<CertificateRecipe>): Fault {
  return {
    name,
    title,
    code,
    vantage: 'external',
    change: world => certify(world, 'expe2', certificate => ({ ...certificate, ...flaw })),
  };
}

/** A fault of 8443 on some Expressway-E. */
function edgeFault(
  name: string,
  code: string,
  title: string,
  hosts: readonly string[],
  behaviour: Behaviour,
): Fault {
  return {
    name,
    title,
    code,
    vantage: 'external',
    change: world => {
      for (const host of hosts) change(world, { host, side: 'external', port: 8443 }, behaviour);
    },
  };
}

function refusedInside(name: string, title: string, hosts: readonly string[], port: number): Fault {
  return {
    name,
    title,
    code: 'PORT_REFUSED',
    vantage: 'internal',
    change: world => {
      for (const host of hosts) change(world, { host, side: 'internal', port }, { door: 'refused' });
    },
  };
}

/** A name that the certificate of expc2 lacks. */
function nameMissing(name: string, code: string, what: string, absent: string): Fault {
  return {
    name,
    title: `the certificate of expc2 does not name ${what}`,
    code,
    vantage: 'internal',
    change: world =>
      certify(world, 'expc2', certificate => ({
        ...certificate,
        names: certificate.names.filter(held => held !== absent),
      })),
  };
}
