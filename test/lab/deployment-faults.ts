import type { CertificateRecipe } from '../../src/simulator/certificates.ts';
import type { Vantage } from './deployment.ts';
import {
  certificate,
  chatNodeAlias,
  domain,
  type Host,
  insideAddress,
  insideResolver,
  nameOf,
  type Peer,
  peers,
  phoneSecurityProfile,
  pointer,
  publicAddress,
  publicResolver,
  reverseZone,
  type Service,
  type Site,
  signedIn,
  spareAddress,
  udsAnswer,
  unifiedCms,
} from './deployment-site.ts';

/** What a look tells: the exit status, and the causes above info with their places. */
export type Told = readonly [status: 0 | 1 | 2 | 3, ...causes: string[]];

/** One thing that an operator got wrong. */
export type Fault = {
  readonly name: string;
  /** What is done to the servers, in one clause. */
  readonly done: string;
  readonly change: (site: Site) => void;
  /** The entry that explains the first cause. */
  readonly entry: string;
  /** What is told at each vantage from which it is looked at. */
  readonly seen: Readonly<Partial<Record<Vantage, Told>>>;
  /** What the looks of all these vantages tell when they are judged together. */
  readonly together?: Told;
};

const edgePorts = [8443, 5061, 5222, 7001, 7400] as const;
const https = (host: string) => `${nameOf(host)}:8443`;
const sip = (host: string) => `${nameOf(host)}:5061`;
const chat = (host: string) => `${nameOf(host)}:5222`;
const on = (host: string, ...ports: readonly number[]) =>
  ports.map(port => `${nameOf(host)}:${port}`).join(' ');
const outsidePorts = on('expe2', 8443, 5061, 5222);
const toEdge = (peer: Peer) => `-o edge -d ${publicAddress[peer]} -p tcp`;

/** Changes services of one host. */
function set(site: Site, host: Host, ports: readonly number[], change: Partial<Service>): void {
  for (const port of ports) Object.assign(site.services[`${host}:${port}`]!, change);
}

/** Gives one host another certificate on all of these ports. */
function certify(site: Site, host: Host, ports: readonly number[], change: Partial<CertificateRecipe>): void {
  for (const port of ports) {
    const service = site.services[`${host}:${port}`]!;
    service.certificate = { ...service.certificate, ...change };
  }
}

type Edit = (lines: readonly string[]) => readonly string[];

function editPublic(site: Site, edit: Edit): void {
  site.publicDns.zones[domain] = [...edit(site.publicDns.zones[domain]!)];
}

function editInside(site: Site, edit: Edit, origin: string = domain): void {
  site.insideDns.zones[origin] = [...edit(site.insideDns.zones[origin]!)];
}

const without =
  (text: string): Edit =>
  lines =>
    lines.filter(line => !line.includes(text));
const withText =
  (from: string, to: string): Edit =>
  lines =>
    lines.map(line => line.replace(from, to));

const publicRecords: readonly Fault[] = [
  {
    name: 'srv deleted',
    done: 'the _collab-edge records are deleted from the public zone',
    change: site => editPublic(site, without('_collab-edge')),
    entry: 'DNS-001',
    seen: {
      outside: [2, `DNS_COLLAB_EDGE_MISSING ${domain}`],
      dmz: [2, `DNS_COLLAB_EDGE_MISSING ${domain}`],
    },
  },
  {
    name: 'srv port 443',
    done: 'the _collab-edge records carry port 443',
    change: site => editPublic(site, withText(' 8443 ', ' 443 ')),
    entry: 'DNS-004',
    seen: { outside: [2, `DNS_COLLAB_EDGE_PORT_WRONG ${domain} ${domain}`] },
  },
  {
    name: 'final dot forgotten',
    done: 'one _collab-edge target is written in full without its final dot',
    change: site => editPublic(site, withText('8443 expe2', `8443 expe2.${domain}`)),
    entry: 'DNS-007',
    seen: { outside: [2, `DNS_TARGET_NO_ADDRESS expe2.${domain}.${domain}`] },
  },
  {
    name: 'address of before the move',
    done: 'the public A record of expe2 is still that of before it moved, where nobody listens',
    change: site => editPublic(site, withText(publicAddress.expe2, spareAddress)),
    entry: 'DNS-033',
    seen: { outside: [2, `DNS_ADDRESS_OUTDATED ${spareAddress}`] },
  },
  {
    name: 'internal address published',
    done: 'the internal address of expe2 is copied into the public zone',
    change: site => editPublic(site, withText(publicAddress.expe2, insideAddress.expe2)),
    entry: 'DNS-016',
    seen: { outside: [2, `DNS_ADDRESS_PRIVATE ${insideAddress.expe2}`] },
  },
  {
    name: 'peer forgotten',
    done: 'expe2 is left out of the _collab-edge records',
    change: site => editPublic(site, without('8443 expe2')),
    entry: 'DNS-011',
    seen: { outside: [1, `DNS_PEER_NOT_IN_SRV ${nameOf('expe2')}`] },
  },
  {
    name: 'cisco-uds published',
    done: '_cisco-uds is copied into the public zone',
    change: site => editPublic(site, lines => [...lines, '_cisco-uds._tcp IN SRV 10 10 8443 cucm1']),
    entry: 'DNS-012',
    seen: { outside: [2, `DNS_CISCO_UDS_EXPOSED ${domain}`], dmz: [2, `DNS_CISCO_UDS_EXPOSED ${domain}`] },
  },
  {
    name: 'zone file broken',
    done: 'the public zone file has a mistake, so that BIND does not load it',
    change: site => {
      site.publicDns.broken = [domain];
    },
    entry: 'DNS-023',
    seen: { outside: [2, `DNS_DOMAIN_SERVFAIL ${domain}`] },
  },
  {
    name: 'public BIND stopped',
    done: 'the public DNS server is stopped',
    change: site => {
      site.publicDns.isOpen = false;
    },
    entry: 'DNS-021',
    seen: { outside: [3, `DNS_RESOLVER_REFUSES ${publicResolver}`] },
  },
  {
    name: 'DNS dropped',
    done: 'the firewall drops DNS',
    change: site => {
      site.firewall = ['-o internet -p udp --dport 53 -j DROP', '-o internet -p tcp --dport 53 -j DROP'];
    },
    entry: 'DNS-020',
    seen: { outside: [3, `DNS_RESOLVER_SILENT ${publicResolver}`] },
  },
  {
    name: 'DNS over UDP only',
    done: 'the firewall drops DNS over TCP, and the set of records is too large for UDP',
    change: site => {
      site.firewall = ['-o internet -p tcp --dport 53 -j DROP'];
      editPublic(site, lines => [
        ...lines,
        ...Array.from(
          { length: 40 },
          (_, i) => `_collab-edge._tls IN SRV ${20 + i} 10 8443 expe${1 + (i % 2)}`,
        ),
      ]);
    },
    entry: 'DNS-024',
    seen: { outside: [1, `DNS_TCP_BLOCKED ${publicResolver}`] },
  },
];

const insideRecords: readonly Fault[] = [
  {
    name: 'PTR deleted',
    done: 'the PTR record of expe2 is deleted',
    change: site => editInside(site, without('expe2'), reverseZone),
    entry: 'DNS-018',
    seen: { inside: [2, `DNS_PTR_MISSING ${insideAddress.expe2}`] },
  },
  {
    name: 'PTR doubled',
    done: 'the address of expe2 has the PTR record of its predecessor as well',
    change: site =>
      editInside(site, lines => [...lines, pointer(insideAddress.expe2, 'old-expe2')], reverseZone),
    entry: 'DNS-019',
    seen: { inside: [1, `DNS_PTR_MULTIPLE ${insideAddress.expe2}`] },
  },
  {
    name: 'stale internal record',
    done: 'the internal zone still has a second A record of expe2, where nothing is',
    change: site => editInside(site, lines => [...lines, 'expe2 IN A 10.1.0.99']),
    entry: 'DNS-032',
    seen: { inside: [2, `DNS_INTERNAL_INTERFACE_MISSED ${nameOf('expe2')}`] },
  },
  {
    name: 'public address inside',
    done: 'inside, the name of expe2 leads to its external interface',
    change: site => editInside(site, withText(insideAddress.expe2, publicAddress.expe2)),
    entry: 'DNS-032',
    seen: { inside: [2, `DNS_INTERNAL_INTERFACE_MISSED ${nameOf('expe2')}`] },
  },
  {
    name: 'replaced Unified CM',
    done: '_cisco-uds still names a Unified CM that was switched off',
    change: site => {
      editInside(site, lines => [...lines, '_cisco-uds._tcp IN SRV 10 10 8443 old', 'old IN A 10.0.0.39']);
      editInside(site, lines => [...lines, pointer('10.0.0.39', 'old')], reverseZone);
    },
    entry: 'PORT-003',
    seen: { inside: [2, `NODE_UNREACHABLE ${nameOf('old')}`] },
  },
  {
    name: 'internal address deleted',
    done: 'the A record of imp1 is deleted from the internal zone',
    change: site => editInside(site, without('imp1 IN A')),
    entry: 'DNS-025',
    seen: { inside: [2, `DNS_INSIDE_NO_ADDRESS ${nameOf('imp1')}`] },
  },
  {
    name: 'internal BIND stopped',
    done: 'the internal DNS server is stopped',
    change: site => {
      site.insideDns.isOpen = false;
    },
    entry: 'DNS-021',
    seen: { inside: [3, `DNS_RESOLVER_REFUSES ${insideResolver}`] },
  },
];

const firewall: readonly Fault[] = [
  {
    name: '8443 dropped',
    done: 'the outer firewall drops 8443 to expe2 from outside',
    change: site => {
      site.firewall = [`-i outside ${toEdge('expe2')} --dport 8443 -j DROP`];
    },
    entry: 'PORT-011',
    seen: { outside: [2, `PORT_FILTERED ${https('expe2')}`], dmz: [0] },
    together: [2, `FIREWALL_BLOCKS ${nameOf('expe2')}`],
  },
  {
    name: 'edge dropped',
    done: 'the outer firewall drops everything to both Expressway-E from outside',
    change: site => {
      site.firewall = ['-i outside -o edge -p tcp -j DROP'];
    },
    entry: 'PORT-011',
    seen: { outside: [2, 'EDGE_SILENT lab'], dmz: [0] },
    together: [2, `FIREWALL_BLOCKS ${nameOf('expe1')} ${nameOf('expe2')}`],
  },
  {
    name: '5222 prohibited',
    done: 'the firewall says that 5222 is prohibited',
    change: site => {
      site.firewall = ['-o edge -p tcp --dport 5222 -j REJECT --reject-with icmp-admin-prohibited'];
    },
    entry: 'PORT-003',
    seen: { outside: [2, `PORT_UNREACHABLE ${chat('expe1')} ${chat('expe2')}`] },
  },
  {
    name: 'tunnel port open',
    done: 'the outer firewall lets 2222 in',
    change: site => {
      site.firewall = [`-i outside ${toEdge('expe1')} --dport 2222 -j ACCEPT`];
    },
    entry: 'PORT-005',
    seen: { outside: [1, `PORT_EXPOSED ${nameOf('expe1')}:2222`] },
  },
  {
    name: 'administration open',
    done: 'the outer firewall lets 443 in',
    change: site => {
      site.firewall = ['-i outside -o edge -p tcp --dport 443 -j ACCEPT'];
    },
    entry: 'PORT-005',
    seen: { outside: [1, `PORT_EXPOSED ${nameOf('expe1')}:443 ${nameOf('expe2')}:443`] },
  },
  {
    name: 'DMZ let in',
    done: 'the inner firewall lets the DMZ reach UDS',
    change: site => {
      site.firewall = ['-i dmz -o core -p tcp -d 10.0.0.31 --dport 8443 -j ACCEPT'];
    },
    entry: 'PORT-005',
    seen: { dmz: [1, `PORT_EXPOSED ${https('cucm1')}`] },
  },
  {
    name: 'ban',
    done: 'expe1 bans one client address',
    change: site => {
      site.firewall = [`-i outside ${toEdge('expe1')} -j DROP`];
    },
    entry: 'IDS-006',
    seen: { outside: [2, `NODE_SILENT ${nameOf('expe1')}`], elsewhere: [0] },
    together: [1, `SOURCE_BLOCKED ${nameOf('expe1')}`],
  },
  {
    name: 'zone dropped',
    done: 'the inner firewall drops 7001',
    change: site => {
      site.firewall = ['-o edge -p tcp --dport 7001 -j DROP'];
    },
    entry: 'PORT-001',
    seen: { inside: [2, `PORT_FILTERED ${nameOf('expe1')}:7001 ${nameOf('expe2')}:7001`] },
  },
];

const tunnel: readonly Fault[] = [
  {
    name: 'SSH stopped',
    done: 'the SSH service of expe2 is stopped',
    change: site => {
      site.tunnels.expe2.isOpen = false;
    },
    entry: 'PORT-002',
    seen: {
      outside: [2, `EDGE_NEXT_HOP_FAILED ${https('expe2')}`],
      inside: [2, `PORT_REFUSED ${nameOf('expe2')}:2222`],
    },
    together: [2, `PORT_REFUSED ${nameOf('expe2')}:2222`],
  },
  {
    name: 'no tunnel',
    done: 'Expressway-C signs in to no SSH service',
    change: site => {
      for (const peer of peers) site.tunnels[peer].isUsed = false;
    },
    entry: 'EDGE-001',
    seen: { outside: [2, `EDGE_NEXT_HOP_FAILED ${https('expe1')} ${https('expe2')}`], inside: [0] },
  },
];

const certificates: readonly Fault[] = [
  {
    name: 'expired',
    done: 'the certificate of expe2 was not renewed',
    change: site => certify(site, 'expe2', edgePorts, { fromDay: -400 }),
    entry: 'CERT-001',
    seen: {
      outside: [2, `CERT_EXPIRED ${outsidePorts}`],
      inside: [2, `CERT_EXPIRED ${on('expe2', 7001, 7400)}`],
    },
    together: [2, `CERT_EXPIRED ${outsidePorts} ${on('expe2', 7001, 7400)}`],
  },
  {
    name: 'half renewed',
    done: 'the certificate that both peers share is renewed on expe2 only',
    change: site => {
      const shared = certificate('public', [...peers.map(nameOf), domain, chatNodeAlias]);
      certify(site, 'expe1', edgePorts, shared);
      certify(site, 'expe2', edgePorts, { ...shared, fromDay: -3 });
    },
    entry: 'CERT-032',
    seen: { outside: [1, `CERT_PEER_NOT_RENEWED ${nameOf('expe1')}`] },
  },
  {
    name: 'intermediate missing',
    done: 'the issuing authority is not among the trusted ones of expe2, so that it is not sent',
    change: site => certify(site, 'expe2', edgePorts, { sends: 'leaf' }),
    entry: 'CERT-007',
    seen: { outside: [2, `CERT_CHAIN_INCOMPLETE ${outsidePorts}`] },
  },
  {
    name: 'private authority',
    done: 'the certificate of expe2 comes from an authority that nobody trusts',
    change: site => certify(site, 'expe2', edgePorts, { issuer: 'unknown' }),
    entry: 'CERT-006',
    seen: { outside: [2, `CERT_ISSUER_UNTRUSTED ${outsidePorts}`] },
  },
  {
    name: 'server purpose only',
    done: 'the public authority no longer issues for clients',
    change: site => certify(site, 'expe2', edgePorts, { uses: ['server'] }),
    entry: 'CERT-011',
    seen: { outside: [2, `CERT_EKU_CLIENT_MISSING ${outsidePorts}`] },
  },
  {
    name: '5061 intercepted',
    done: 'something in front of 5061 of expe2 shows a certificate of its own',
    change: site => certify(site, 'expe2', [5061], { edition: 1 }),
    entry: 'CERT-021',
    seen: { outside: [1, `CERT_PORTS_DIFFER ${sip('expe2')}`] },
  },
  {
    name: 'profile not named',
    done: 'the new certificate of expc1 lacks the phone security profile',
    change: site => {
      const { certificate } = site.services['expc1:5061']!;
      certify(site, 'expc1', [5061], {
        names: certificate.names.filter(name => name !== phoneSecurityProfile),
      });
    },
    entry: 'CERT-012',
    seen: { inside: [2, `CERT_SAN_PROFILE_MISSING ${sip('expc1')}`] },
  },
  {
    name: 'Tomcat expired',
    done: 'the Tomcat certificate of cucm1 was not renewed',
    change: site => certify(site, 'cucm1', [8443, 6972], { fromDay: -400 }),
    entry: 'CERT-001',
    seen: {
      inside: [2, `CERT_EXPIRED ${on('cucm1', 8443, 6972)}`],
      outside: [2, `EDGE_UDS_FAILED ${https('expe1')} ${https('expe2')}`],
    },
    together: [2, `CERT_EXPIRED ${on('cucm1', 8443, 6972)}`],
  },
  {
    name: 'Tomcat of an unknown authority',
    done: 'cucm1 has a Tomcat certificate of an authority that Expressway-C does not trust',
    change: site => certify(site, 'cucm1', [8443, 6972], { issuer: 'unknown' }),
    entry: 'EDGE-002',
    seen: {
      // which authorities Expressway-C trusts is not to be seen from outside of it
      inside: [0],
      outside: [2, `EDGE_UDS_FAILED ${https('expe1')} ${https('expe2')}`],
    },
    together: [2, `EDGE_UDS_FAILED ${https('expe1')} ${https('expe2')}`],
  },
  {
    name: 'twins',
    done: 'cucm1 has self-signed certificates with one common name for Tomcat and CallManager',
    change: site => certify(site, 'cucm1', [8443, 6972, 5061], { issuer: 'self' }),
    entry: 'CERT-017',
    seen: { inside: [2, `CERT_SELF_SIGNED_TWINS ${nameOf('cucm1')}`] },
  },
];

const security: readonly Fault[] = [
  {
    name: 'TLS 1.0 only',
    done: 'expe2 speaks TLS 1.0 only on 8443',
    change: site => set(site, 'expe2', [8443], { tls: 'ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;' }),
    entry: 'TLS-005',
    seen: { outside: [1, `TLS_PROTOCOL_OLD ${https('expe2')}`] },
  },
  {
    name: 'short Diffie-Hellman group',
    done: 'expe2 has a Diffie-Hellman group of 1024 bits',
    change: site =>
      set(site, 'expe2', [8443], {
        tls: 'ssl_protocols TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0; ssl_dhparam FOLDER/dh1024.pem;',
      }),
    entry: 'TLS-006',
    seen: { outside: [1, `TLS_DH_BELOW_2048 ${https('expe2')}`] },
  },
  {
    name: 'revoked',
    done: 'the certificate of expe2 was revoked, and 8443 says so',
    change: site =>
      set(site, 'expe2', [8443], { tls: 'ssl_stapling on; ssl_stapling_file FOLDER/revoked.der;' }),
    entry: 'CERT-028',
    seen: { outside: [2, `CERT_REVOKED ${https('expe2')}`] },
  },
  {
    name: 'client certificate demanded',
    done: 'expe2 lets nobody in on 5061 without a certificate',
    change: site => set(site, 'expe2', [5061], { clients: 'demanded' }),
    entry: 'MTLS-001',
    seen: { outside: [2, `TLS_CLIENT_CERTIFICATE_DEMANDED ${sip('expe2')}`] },
  },
  {
    name: 'zone without certificates',
    done: 'expe2 asks nobody for a certificate on 7001',
    change: site => set(site, 'expe2', [7001], { clients: 'ignored' }),
    entry: 'MTLS-002',
    seen: { inside: [1, `TLS_CLIENT_CERTIFICATE_NOT_REQUESTED ${nameOf('expe2')}:7001`] },
  },
  {
    name: 'zone trusts others',
    done: 'the authority of Expressway-C is not among the trusted ones of expe2',
    change: site => set(site, 'expe2', [7001], { clients: 'public-only' }),
    entry: 'MTLS-003',
    seen: { inside: [2, `CLIENT_CERTIFICATE_REFUSED ${nameOf('expe2')}:7001`] },
  },
];

const answers: readonly Fault[] = [
  {
    name: 'another web server',
    done: 'a web server stands at 8443 of expe2',
    change: site => set(site, 'expe2', [8443], { answer: "location / { return 200 'It works!'; }" }),
    entry: 'EDGE-007',
    seen: { outside: [2, `EDGE_NOT_EXPRESSWAY ${https('expe2')}`] },
  },
  {
    name: 'maintenance',
    done: 'expe2 is in maintenance mode',
    change: site => set(site, 'expe2', [8443], { answer: itself(503) }),
    entry: 'EDGE-006',
    seen: { outside: [2, `EDGE_MAINTENANCE ${https('expe2')}`] },
  },
  {
    name: 'domain unknown',
    done: 'the domain is not set up for remote access',
    change: site => {
      for (const peer of peers) set(site, peer, [8443], { answer: itself(403) });
    },
    entry: 'EDGE-003',
    seen: { outside: [2, `EDGE_DOMAIN_FORBIDDEN ${https('expe1')} ${https('expe2')}`] },
  },
  {
    name: 'clock ahead',
    done: 'the clock of expe2 is five minutes ahead',
    change: site => {
      const { tls } = site.services['expe2:8443']!;
      const ahead = new Date(Date.now() + 300_000).toUTCString();
      set(site, 'expe2', [8443], { tls: `${tls} more_set_headers 'Date: ${ahead}';` });
    },
    entry: 'TIME-001',
    seen: { outside: [2, `CLOCK_DIFFERS ${https('expe2')}`] },
  },
  {
    name: 'user not enabled',
    done: 'remote access is not turned on for the user',
    change: site => {
      site.signedIn = 'return 403;';
    },
    entry: 'EDGE-004',
    seen: { outside: [2, `EDGE_USER_FORBIDDEN ${https('expe1')} ${https('expe2')}`] },
  },
  {
    name: 'other name of the edge',
    done: 'the system host name of both peers is not the name in DNS',
    change: site => {
      site.signedIn = signedIn(`edge-$http_x_edge.${domain}`);
    },
    entry: 'LOGIN-001',
    seen: { outside: [2, `EDGE_CONFIG_NAME_DIFFERS ${https('expe1')} ${https('expe2')}`] },
  },
  {
    name: 'cookie of another domain',
    done: 'the DNS domain of Expressway-E is another than that of its names',
    change: site => {
      site.signedIn = signedIn(undefined, `inside.${domain}`);
    },
    entry: 'AUTH-009',
    seen: { outside: [2, `EDGE_COOKIE_DOMAIN ${https('expe1')} ${https('expe2')}`] },
  },
  {
    name: 'Tomcat stopped',
    done: 'Tomcat of cucm1 is stopped',
    change: site => set(site, 'cucm1', [8443], { isOpen: false }),
    entry: 'PORT-002',
    seen: {
      inside: [2, `PORT_REFUSED ${https('cucm1')}`],
      outside: [2, `EDGE_UDS_FAILED ${https('expe1')} ${https('expe2')}`],
    },
    together: [2, `PORT_REFUSED ${https('cucm1')}`],
  },
  {
    name: 'AXL stopped',
    done: 'the AXL service runs on no Unified CM',
    change: site => {
      for (const host of unifiedCms) {
        const { answer } = site.services[`${host}:8443`]!;
        set(site, host, [8443], { answer: answer.replace('location /axl', 'location /gone') });
      }
    },
    entry: 'UDS-002',
    seen: { inside: [1, 'UCM_AXL_NOT_RUNNING lab'] },
  },
  {
    name: 'short names',
    done: 'Unified CM knows its nodes by bare host names',
    change: site => {
      for (const host of unifiedCms) set(site, host, [8443], { answer: udsAnswer(unifiedCms) });
    },
    entry: 'UDS-001',
    seen: { inside: [2, `UDS_NAME_NOT_IN_CERTIFICATE ${https('cucm1')} ${https('cucm2')}`] },
  },
];

const signalling: readonly Fault[] = [
  {
    name: 'peer not upgraded',
    done: 'expe2 still runs X14.0',
    change: site => {
      site.products.expe2 = 'TANDBERG/4137 (X14.0)';
    },
    entry: 'VER-002',
    seen: { outside: [1, `PEER_VERSIONS_DIFFER ${nameOf('expe2')}`] },
  },
  {
    name: 'Prosody stopped',
    done: 'the XMPP service of expe2 is stopped',
    change: site => set(site, 'expe2', [5222], { isOpen: false }),
    entry: 'PORT-002',
    seen: { outside: [2, `PORT_REFUSED ${chat('expe2')}`] },
  },
  {
    name: 'other chat domain',
    done: 'the XMPP service of expe2 serves another domain',
    change: site =>
      set(site, 'expe2', [5222], {
        answer: 'VirtualHost "else.test"\nVirtualHost "lab.test"\nenabled = false',
      }),
    entry: 'XMPP-005',
    seen: { outside: [1, `XMPP_HOST_UNKNOWN ${chat('expe2')}`] },
  },
  {
    name: 'TURN stopped',
    done: 'the TURN server of expe2 is stopped',
    change: site => {
      site.turn.expe2 = 'stopped';
    },
    entry: 'TURN-001',
    seen: { outside: [1, `TURN_REFUSED ${nameOf('expe2')}:3478`] },
  },
];

const behind: readonly Fault[] = [
  {
    name: 'Unified CM off',
    done: 'every service of cucm2 is stopped',
    change: site => set(site, 'cucm2', [8443, 6970, 6972, 5060, 5061], { isOpen: false }),
    entry: 'PORT-007',
    seen: { inside: [2, `NODE_REFUSES ${nameOf('cucm2')}`] },
  },
  {
    name: 'TFTP stopped',
    done: 'the TFTP service of cucm1 is stopped',
    change: site => set(site, 'cucm1', [6970, 6972], { isOpen: false }),
    entry: 'PORT-002',
    seen: { inside: [2, `PORT_REFUSED ${nameOf('cucm1')}:6970`, `PORT_REFUSED ${nameOf('cucm1')}:6972`] },
  },
  {
    name: 'chrony never set',
    done: 'the NTP server has never set its clock',
    change: site => {
      site.time = ['# no source'];
    },
    entry: 'TIME-002',
    seen: { inside: [1, 'NTP_UNSYNCHRONISED 10.0.0.123:123'] },
  },
  {
    name: 'chrony stopped',
    done: 'the NTP server is stopped',
    change: site => {
      site.time = [];
    },
    entry: 'TIME-002',
    seen: { inside: [1, 'NTP_SILENT 10.0.0.123:123'] },
  },
];

/** An answer of Expressway-E itself, which asks nobody. */
function itself(status: number): string {
  return `location / { more_set_headers 'Server: CE_E'; return ${status}; }`;
}

/** One after the other, each in a deployment that is healthy otherwise. */
export const faults: readonly Fault[] = [
  ...publicRecords,
  ...insideRecords,
  ...firewall,
  ...tunnel,
  ...certificates,
  ...security,
  ...answers,
  ...signalling,
  ...behind,
];
