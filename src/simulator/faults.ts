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
  type TurnServer,
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
    name: 'srv-misspelt-underscore',
    title: 'the service record stands under _collab_edge._tls',
    code: 'DNS_COLLAB_EDGE_MISSPELT',
    vantage: 'external',
    change: world => {
      setRecords(world, 'outside', collabEdge, []);
      setRecords(
        world,
        'outside',
        '_collab_edge._tls',
        peers.map(host => srv('_collab_edge._tls', 8443, nameOf(host))),
      );
    },
  },
  {
    name: 'peer-weight-differs',
    title: 'expe2 is ranked behind expe1',
    code: 'DNS_PEER_WEIGHT_DIFFERS',
    vantage: 'external',
    change: world =>
      setRecords(world, 'outside', collabEdge, [
        srv(collabEdge, 8443, nameOf('expe1')),
        srv(collabEdge, 8443, nameOf('expe2'), 20),
      ]),
  },
  {
    name: 'sips-peers-differ',
    title: 'the _sips records know expe1 only',
    code: 'DNS_SIPS_PEERS_DIFFER',
    vantage: 'external',
    change: world => setRecords(world, 'outside', '_sips._tcp', [srv('_sips._tcp', 5061, nameOf('expe1'))]),
  },
  {
    name: 'address-strange',
    title: 'the public DNS gives for expe2 another address than the declared one',
    code: 'DNS_ADDRESS_STRANGE',
    vantage: 'external',
    change: world => {
      const address = addressesOf(world.network).external.moved;
      // Another id, because a door stays where it was opened.
      for (const service of chosen(world, { host: 'expe2', side: 'external' }))
        Object.assign(service, { address, id: `moved/${service.id}` });
      setRecords(world, 'outside', 'expe2', [a(nameOf('expe2'), address)]);
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
    name: 'peer-not-renewed',
    title: 'one certificate serves both peers, and expe1 has not got the renewed one',
    code: 'CERT_PEER_NOT_RENEWED',
    vantage: 'external',
    change: world => {
      const shared = soundCertificate('public', [...peers.map(nameOf), domain, chatNodeAlias]);
      certify(world, 'expe1', () => shared);
      certify(world, 'expe2', () => ({ ...shared, fromDay: -3 }));
    },
  },
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

const sipFaults: readonly Fault[] = [
  sipFault('sip-silent', 'SIP_SILENT', 'expe2 does not answer SIP requests', ['expe2'], 'silent'),
  sipFault('sip-not-sip', 'SIP_NOT_SIP', 'a web server answers on 5061 of expe2', ['expe2'], 'http'),
  sipFault(
    'sip-other-product',
    'SIP_OTHER_PRODUCT',
    'a session border controller answers on 5061 of expe2',
    ['expe2'],
    'other-product',
  ),
  sipFault('sip-overloaded', 'SIP_OVERLOADED', 'expe2 takes no SIP requests', ['expe2'], 'overloaded'),
  sipFault(
    'version-differs',
    'VERSION_DIFFERS',
    'both Expressway-E run a newer version than is declared',
    peers,
    'newer',
  ),
  sipFault(
    'peer-versions-differ',
    'PEER_VERSIONS_DIFFER',
    'expe2 runs an older version than its peer',
    ['expe2'],
    'older',
  ),
];

const xmppFaults: readonly Fault[] = [
  xmppFault('xmpp-silent', 'XMPP_SILENT', 'expe2 does not answer XMPP', 'silent'),
  xmppFault('xmpp-not-xmpp', 'XMPP_NOT_XMPP', 'a web server answers on 5222 of expe2', 'http'),
  xmppFault('xmpp-no-starttls', 'XMPP_NO_STARTTLS', 'expe2 offers XMPP in clear only', 'no-starttls'),
  xmppFault(
    'xmpp-starttls-optional',
    'XMPP_STARTTLS_OPTIONAL',
    'expe2 takes XMPP sign-ins in clear too',
    'starttls-optional',
  ),
  xmppFault(
    'xmpp-host-unknown',
    'XMPP_HOST_UNKNOWN',
    'XMPP of expe2 does not know the domain',
    'host-unknown',
  ),
  xmppFault(
    'xmpp-stream-error',
    'XMPP_STREAM_ERROR',
    'expe2 ends XMPP streams with an error',
    'stream-error',
  ),
  xmppFault(
    'xmpp-no-mechanisms',
    'XMPP_NO_MECHANISMS',
    'expe2 offers no way to sign in by XMPP',
    'no-mechanisms',
  ),
];

const turnFaults: readonly Fault[] = [
  turnFault('turn-refused', 'TURN_REFUSED', 'nobody listens on the TURN port of expe2', 'closed'),
  turnFault(
    'turn-without-credentials',
    'TURN_WITHOUT_CREDENTIALS',
    'expe2 gives TURN relays to everybody',
    'open',
  ),
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
    name: 'cisco-uds-misspelt',
    title: 'the internal service record stands under _cisco_uds._tcp',
    code: 'DNS_CISCO_UDS_MISSPELT',
    vantage: 'internal',
    change: world => {
      setRecords(world, 'inside', '_cisco-uds._tcp', []);
      setRecords(world, 'inside', '_cisco_uds._tcp', [srv('_cisco_uds._tcp', 8443, nameOf('cucm1'))]);
    },
  },
  {
    name: 'uds-target-strange',
    title: 'an internal _cisco-uds record leads to a node that was replaced and no longer answers',
    code: 'NODE_REFUSES',
    vantage: 'internal',
    change: world => {
      const address = addressesOf(world.network).replacedCucm;
      world.zones.inside.records.push(
        srv('_cisco-uds._tcp', 8443, nameOf('old-cucm')),
        a(nameOf('old-cucm'), address),
        ptr(address, nameOf('old-cucm')),
      );
    },
  },
  {
    name: 'internal-interface-missed',
    title: 'inside, the name of expe2 leads to its external interface',
    code: 'DNS_INTERNAL_INTERFACE_MISSED',
    vantage: 'internal',
    change: world => {
      const address = addressesOf(world.network).external.expe2;
      setRecords(world, 'inside', 'expe2', [a(nameOf('expe2'), address)]);
    },
  },
  {
    name: 'inside-no-address',
    title: 'imp1 has no address in internal DNS',
    code: 'DNS_INSIDE_NO_ADDRESS',
    vantage: 'internal',
    change: world => setRecords(world, 'inside', 'imp1', []),
  },
  {
    name: 'ucm-ptr-missing',
    title: 'the address of cucm2 has no PTR record',
    code: 'DNS_INSIDE_PTR_MISSING',
    vantage: 'internal',
    change: world => replaceRecords(world, 'inside', reverseName(addressesOf(world.network).cucm2), []),
  },
  {
    name: 'ucm-ptr-differs',
    title: 'the PTR record of imp1 gives another name',
    code: 'DNS_INSIDE_PTR_DIFFERS',
    vantage: 'internal',
    change: world => {
      const address = addressesOf(world.network).imp1;
      replaceRecords(world, 'inside', reverseName(address), [ptr(address, nameOf('old-imp'))]);
    },
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

const surveyFaults: readonly Fault[] = [
  {
    name: 'short-dh-group',
    title: 'cucm1 has a Diffie-Hellman group of 768 bits on 5061 for clients that know nothing better',
    code: 'TLS_DH_SHORT',
    vantage: 'internal',
    change: world => change(world, { host: 'cucm1', port: 5061 }, { dhBits: 768 }),
  },
  {
    name: 'dh-group-below-2048',
    title: 'cucm1 has a Diffie-Hellman group of 1024 bits on 5061 for clients that know nothing better',
    code: 'TLS_DH_BELOW_2048',
    vantage: 'internal',
    change: world => change(world, { host: 'cucm1', port: 5061 }, { dhBits: 1024 }),
  },
  edgeFault('tls-old-accepted', 'TLS_OLD_ACCEPTED', 'expe2 still agrees to TLS 1.0 on 8443', ['expe2'], {
    tlsVersions: 'all',
  }),
  {
    name: 'unencrypted-suites',
    title: 'cucm1 offers suites without encryption only on 5061',
    code: 'TLS_NOT_ENCRYPTED',
    vantage: 'internal',
    change: world => change(world, { host: 'cucm1', port: 5061 }, { suites: 'unencrypted' }),
  },
  {
    name: 'ecdsa-self-signed',
    title: 'cucm1 shows a self-signed certificate on 6972 to clients that take ECDSA',
    code: 'CERT_ECDSA_SELF_SIGNED',
    vantage: 'internal',
    change: world => second(world, 'cucm1', 6972, { issuer: 'self' }),
  },
  {
    name: 'ecdsa-untrusted',
    title: 'cucm1 shows a certificate of an unknown authority on 6972 to clients that take ECDSA',
    code: 'CERT_ECDSA_UNTRUSTED',
    vantage: 'internal',
    change: world => second(world, 'cucm1', 6972, { issuer: 'unknown' }),
  },
  {
    name: 'certificate-by-name',
    title: 'expe2 shows another certificate on 8443 to clients that name no server',
    code: 'CERT_SNI_DIFFERS',
    vantage: 'external',
    change: world =>
      change(
        world,
        { host: 'expe2', side: 'external', port: 8443 },
        { namelessCertificate: soundCertificate('public', [nameOf('www')]) },
      ),
  },
  edgeFault('certificate-revoked', 'CERT_REVOKED', 'the certificate of expe2 was revoked', ['expe2'], {
    stapled: 'revoked',
  }),
  edgeFault(
    'certificate-status-outdated',
    'CERT_STATUS_OUTDATED',
    'expe2 sends an outdated status with its certificate',
    ['expe2'],
    { stapled: 'outdated' },
  ),
  edgeFault(
    'client-certificate-demanded',
    'TLS_CLIENT_CERTIFICATE_DEMANDED',
    'expe2 lets nobody in on 8443 without a client certificate',
    ['expe2'],
    { clientCertificate: 'required' },
  ),
  edgeFault(
    'edge-asks-certificate',
    'EDGE_ASKS_CERTIFICATE',
    'the edge asks for client certificates though nobody uses activation codes',
    peers,
    { clientCertificate: 'requested' },
  ),
  {
    name: 'phone-authority-missing',
    title: 'expe2 asks phones for a certificate on 5061 and does not take all of their authorities',
    code: 'PHONE_AUTHORITY_MISSING',
    vantage: 'external',
    change: world =>
      change(
        world,
        { host: 'expe2', side: 'external', port: 5061 },
        { clientCertificate: 'requested', clientAuthorities: 'public' },
      ),
  },
  {
    name: 'zone-without-mutual-tls',
    title: 'expe2 asks nobody for a certificate on 7001',
    code: 'TLS_CLIENT_CERTIFICATE_NOT_REQUESTED',
    vantage: 'internal',
    change: world => change(world, { host: 'expe2', port: 7001 }, { clientCertificate: 'ignored' }),
  },
  {
    name: 'client-certificate-refused',
    title: 'expe2 does not trust the authority of Expressway-C on 7001',
    code: 'CLIENT_CERTIFICATE_REFUSED',
    vantage: 'internal',
    change: world => change(world, { host: 'expe2', port: 7001 }, { clientAuthorities: 'public' }),
  },
];

const signInFaults: readonly Fault[] = [
  edgeFault('edge-user-refused', 'EDGE_USER_REFUSED', 'the test user is refused', peers, {
    signIn: 'refused',
  }),
  edgeFault('edge-user-forbidden', 'EDGE_USER_FORBIDDEN', 'the test user may not use MRA', peers, {
    signIn: 'forbidden',
  }),
  edgeFault('edge-login-failed', 'EDGE_LOGIN_FAILED', 'sign-in ends in an error inside Expressway-C', peers, {
    signIn: 'failed',
  }),
  edgeFault(
    'edge-config-name-differs',
    'EDGE_CONFIG_NAME_DIFFERS',
    'expe2 tells clients another name than the _collab-edge record',
    ['expe2'],
    { signIn: 'other-name' },
  ),
  edgeFault(
    'edge-cookie-domain',
    'EDGE_COOKIE_DOMAIN',
    'expe2 sets its cookie for another domain',
    ['expe2'],
    { signIn: 'other-cookie-domain' },
  ),
  edgeFault('edge-config-no-uds', 'EDGE_CONFIG_NO_UDS', 'the edge names no UDS server', peers, {
    signIn: 'no-uds',
  }),
  edgeFault('edge-uds-failed', 'EDGE_UDS_FAILED', 'UDS does not answer through the edge', peers, {
    signIn: 'uds-fails',
  }),
  edgeFault(
    'edge-user-no-home-cluster',
    'EDGE_USER_NO_HOME_CLUSTER',
    'no cluster knows the test user',
    peers,
    { signIn: 'no-home-cluster' },
  ),
];

const insideHttpFaults: readonly Fault[] = [
  {
    name: 'uds-name-not-in-certificate',
    title: 'Unified CM knows its nodes by host names without a domain',
    code: 'UDS_NAME_NOT_IN_CERTIFICATE',
    vantage: 'internal',
    change: world => change(world, { port: 8443 }, { inside: 'short-names' }),
  },
  {
    name: 'axl-not-running',
    title: 'AXL runs on no Unified CM',
    code: 'UCM_AXL_NOT_RUNNING',
    vantage: 'internal',
    change: world => {
      for (const host of ['cucm1', 'cucm2']) change(world, { host, port: 8443 }, { inside: 'no-axl' });
    },
  },
  {
    name: 'inside-http-unavailable',
    title: 'the configuration files of cucm1 cannot be had over HTTPS',
    code: 'INSIDE_HTTP_UNAVAILABLE',
    vantage: 'internal',
    change: world => change(world, { host: 'cucm1', port: 6972 }, { inside: 'unavailable' }),
  },
  {
    name: 'inside-http-silent',
    title: 'cucm1 takes requests for configuration files over HTTPS and gives no answer',
    code: 'INSIDE_HTTP_SILENT',
    vantage: 'internal',
    change: world => change(world, { host: 'cucm1', port: 6972 }, { inside: 'silent' }),
  },
];

const pageFaults: readonly Fault[] = [
  webFault('page-scripted', 'PAGE_NOT_PLAIN', 'the emergency page holds a script', 'scripted-page'),
  webFault('tab-scripted', 'PAGE_NOT_PLAIN', 'the custom tab holds a script', 'scripted-tab'),
  webFault('page-not-shown', 'PAGE_NOT_SHOWN', 'the server of the emergency page answers 503', 'unavailable'),
  webFault(
    'page-ntlm-only',
    'INSIDE_NTLM_ONLY',
    'the web server inside takes NTLM and nothing else',
    'ntlm-only',
  ),
  {
    name: 'im-presence-axl-not-running',
    title: 'AXL runs on no IM and Presence node',
    code: 'IMP_AXL_NOT_RUNNING',
    vantage: 'internal',
    change: world => change(world, { host: 'imp1', port: 8443 }, { inside: 'no-axl' }),
  },
  edgeFault('voicemail-forbidden', 'EDGE_PAGE_FORBIDDEN', 'Unity Connection is on no allow list', peers, {
    signIn: 'voicemail-forbidden',
  }),
  {
    name: 'push-unreachable',
    title: 'the push service refuses connections',
    code: 'PUSH_CLOUD_UNREACHABLE',
    vantage: 'external',
    change: world => change(world, { host: 'push1' }, { door: 'refused' }),
  },
];

/** Every fault of the simulator; names are unique. */
export const faults: readonly Fault[] = [
  ...dnsFaults,
  ...portFaults,
  ...certificateFaults,
  ...tlsFaults,
  ...edgeFaults,
  ...sipFaults,
  ...xmppFaults,
  ...turnFaults,
  ...insideFaults,
  ...surveyFaults,
  ...signInFaults,
  ...insideHttpFaults,
  ...pageFaults,
];

type Choice = Partial<Pick<Service, 'host' | 'side' | 'port'>>;
type Behaviour = Partial<
  Pick<
    Service,
    | 'door'
    | 'handshake'
    | 'tlsVersions'
    | 'suites'
    | 'dhBits'
    | 'certificate'
    | 'namelessCertificate'
    | 'stapled'
    | 'clientCertificate'
    | 'clientAuthorities'
    | 'edge'
    | 'sip'
    | 'xmpp'
    | 'signIn'
    | 'inside'
    | 'clockAheadMs'
  >
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

/** A certificate with another kind of key beside the first one. */
function second(world: World, host: string, port: number, flaw: Partial<CertificateRecipe>): void {
  for (const service of chosen(world, { host, port }))
    service.secondCertificate = { ...service.certificate, key: 'ec', ...flaw };
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

/** A fault of 5061 on some Expressway-E. */
function sipFault(
  name: string,
  code: string,
  title: string,
  hosts: readonly string[],
  sip: Service['sip'],
): Fault {
  return {
    ...{ name, title, code, vantage: 'external' },
    change: world => {
      for (const host of hosts) change(world, { host, side: 'external', port: 5061 }, { sip });
    },
  };
}

/** A fault of 5222 on expe2. */
function xmppFault(name: string, code: string, title: string, xmpp: Service['xmpp']): Fault {
  return {
    ...{ name, title, code, vantage: 'external' },
    change: world => change(world, { host: 'expe2', side: 'external', port: 5222 }, { xmpp }),
  };
}

/** A fault of the TURN server of expe2. */
function turnFault(name: string, code: string, title: string, mood: TurnServer['mood']): Fault {
  return {
    ...{ name, title, code, vantage: 'external' },
    change: world => {
      for (const server of world.turnServers) if (server.host === 'expe2') server.mood = mood;
    },
  };
}

/** A fault of the web server inside. */
function webFault(name: string, code: string, title: string, inside: Service['inside']): Fault {
  return {
    ...{ name, title, code, vantage: 'internal' },
    change: world => change(world, { host: 'web1' }, { inside }),
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
