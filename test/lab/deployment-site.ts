import { reverseName } from '../../src/plan/reverse.ts';
import type { CertificateRecipe } from '../../src/simulator/certificates.ts';

export const domain = 'lab.test';
export const peers = ['expe1', 'expe2'] as const;
export type Peer = (typeof peers)[number];
export const controls = ['expc1', 'expc2'] as const;
export type Control = (typeof controls)[number];
export const unifiedCms = ['cucm1', 'cucm2'] as const;
export type UnifiedCm = (typeof unifiedCms)[number];
export type Host = Peer | Control | UnifiedCm | 'imp1' | 'cuc1';

export const publicAddress: Readonly<Record<Peer, string>> = {
  expe1: '192.31.196.11',
  expe2: '192.31.196.12',
};
/** An address of the edge that is nobody's. */
export const spareAddress = '192.31.196.13';
export const insideAddress: Readonly<Record<Host, string>> = {
  expe1: '10.1.0.11',
  expe2: '10.1.0.12',
  expc1: '10.0.0.21',
  expc2: '10.0.0.22',
  cucm1: '10.0.0.31',
  cucm2: '10.0.0.32',
  imp1: '10.0.0.41',
  cuc1: '10.0.0.51',
};
export const publicResolver = '192.52.193.53';
export const insideResolver = '10.0.0.53';
export const timeServer = '10.0.0.123';

export const clusterName = `expc.${domain}`;
export const phoneSecurityProfile = `jabber.secure.${domain}`;
export const chatNodeAlias = `conference-1.${domain}`;
export const user = { name: 'alice', password: 'alice-at-home' } as const;

/** One port of one host as its server is set up. */
export type Service = {
  /** Whether the server listens there. */
  isOpen: boolean;
  certificate: CertificateRecipe;
  /** Whether clients are asked for a certificate, or have to show one, and be it of the public authority. */
  clients: 'ignored' | 'asked' | 'demanded' | 'public-only';
  /** Further directives of nginx about TLS; `FOLDER` is where the files of the deployment are. */
  tls: string;
  /** What is answered: locations of nginx, the route of Kamailio, lines of Prosody. */
  answer: string;
};

/** BIND for one view. */
export type NameServer = {
  isOpen: boolean;
  /** Lines of zone files by origin. */
  zones: Record<string, string[]>;
  /** Origins whose files cannot be read. */
  broken: string[];
};

/** How the whole deployment is set up: plain data, which a fault changes and the servers follow. */
export type Site = {
  publicDns: NameServer;
  insideDns: NameServer;
  /** By `host:port`. */
  services: Record<`${Host}:${number}`, Service>;
  /** How a host names itself in SIP. */
  products: Record<Peer | 'expressway_c' | 'unified_cm', string>;
  /** The SSH service on 2222 of a peer, and whether Expressway-C signs in to it. */
  tunnels: Record<Peer, { isOpen: boolean; isUsed: boolean }>;
  /** The TURN server of a peer; `open` gives relays to everybody. */
  turn: Record<Peer, 'healthy' | 'open' | 'stopped'>;
  /** Directives of chrony; stopped without one. */
  time: string[];
  /** How Expressway-C answers who signs in, as nginx. */
  signedIn: string;
  /** Rules of the firewall that come before the healthy ones. */
  firewall: string[];
};

export function nameOf(host: string): string {
  return `${host}.${domain}`;
}

/** A sound certificate. */
export function certificate(
  issuer: CertificateRecipe['issuer'],
  names: readonly string[],
  edition = 0,
): CertificateRecipe {
  return {
    ...{ issuer, names, edition, commonName: names[0]!, key: 'rsa', uses: ['server', 'client'] },
    ...{ fromDay: -30, days: 398, hash: 'sha256', sends: 'chain' },
  };
}

/** The first segment of a path by which the edge knows where it leads. */
export function prefixOf(text: string): string {
  return `/${Buffer.from(text).toString('base64url')}`;
}

/** The answer of Expressway-E where it has to reach Expressway-C. */
function edgeAnswer(peer: Peer): string {
  const known = [domain, ...unifiedCms.map(host => `${domain}/https/${nameOf(host)}/8443`)].map(prefixOf);
  return `
    location / { more_set_headers 'Server: CE_E'; return 404; }
    location ~ ^(${known.join('|')})/ {
      proxy_pass http://tunnel_${peer};
      proxy_pass_header Server;
      proxy_set_header X-Edge ${peer};
      proxy_connect_timeout 2s;
      error_page 502 504 = @tunnel;
    }
    location ~ ^/[\\w-]+/ { more_set_headers 'Server: CE_E'; return 403; }
    location @tunnel { more_set_headers 'Server: CE_E'; return 502; }`;
}

const token = '1e1111e1-dddb-49e9-ad0d-ab34526e2b00';

/** What Expressway-C tells who has signed in, with the name of the Expressway-E that was asked and the domain of the cookie. */
export function signedIn(edge = `$http_x_edge.${domain}`, cookieDomain = domain): string {
  const servers = unifiedCms
    .map(
      host =>
        `<server><priority>1</priority><weight>1</weight><port>8443</port><address>${nameOf(host)}</address></server>`,
    )
    .join('');
  const at = (port: number) => `<server><address>${edge}</address><tlsPort>${port}</tlsPort></server>`;
  return `default_type text/xml;
      more_set_headers 'Set-Cookie: X-Auth=${token}; Domain=.${cookieDomain}; Path=/; Secure; HttpOnly';
      return 200 "<?xml version='1.0' encoding='UTF-8'?><getEdgeConfigResponse version='1.0'><serviceConfig><service><name>_cisco-phone-tftp</name><error>NameError</error></service><service><name>_cuplogin</name><error>NameError</error></service><service><name>_cisco-uds</name>${servers}</service></serviceConfig><edgeConfig><sipEdgeServer>${at(5061)}</sipEdgeServer><xmppEdgeServer>${at(5222)}</xmppEdgeServer><httpEdgeServer>${at(8443)}</httpEdgeServer><turnEdgeServer/><userUdsServer><server><address>${nameOf('cucm1')}</address><tlsPort>8443</tlsPort></server></userUdsServer></edgeConfig></getEdgeConfigResponse>";`;
}

/** The credentials and the cookie that Expressway-C takes. */
export const accepted = {
  authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`,
  cookie: `X-Auth=${token}`,
};

const xml = (text: string) => `default_type application/xml; return 200 '${text}';`;
const jabberConfig = `location = /jabber-config.xml { ${xml('<config version="1.0"/>')} }`;
const refused = `more_set_headers 'WWW-Authenticate: Basic realm="Cisco Web Services Realm"'; return 401;`;

/** User Data Services, with the nodes as they are called in Unified CM. */
export function udsAnswer(nodes: readonly string[] = unifiedCms.map(nameOf)): string {
  const servers = nodes.map(node => `<server>${node}</server>`).join('');
  return `
    location = /cucm-uds/version { ${xml('<versionInformation version="15.0.0"><version>15.0.1</version></versionInformation>')} }
    location = /cucm-uds/servers { ${xml(`<servers version="15.0.0">${servers}</servers>`)} }
    location = /cucm-uds/clusterUser { ${xml(`<clusterUser version="15.0.0"><result version="15.0.0" found="true"/><homeCluster serversUri="https://${nodes[0]}:8443/cucm-uds/servers">${nodes[0]}</homeCluster></clusterUser>`)} }
    location /axl { ${refused} }
    ${jabberConfig}`;
}

const sipOk = 'sl_send_reply("200", "OK");';

/** A deployment without a fault. */
export function healthySite(): Site {
  const services: Site['services'] = {};
  const add = (at: `${Host}:${number}`, recipe: CertificateRecipe, more: Partial<Service> = {}) => {
    services[at] = {
      ...{ isOpen: true, certificate: recipe, clients: 'ignored', tls: '', answer: '', ...more },
    };
  };
  for (const peer of peers) {
    const own = certificate('public', [nameOf(peer), domain, chatNodeAlias]);
    add(`${peer}:8443`, own, { answer: edgeAnswer(peer) });
    // web administration, which the firewall hides
    add(`${peer}:443`, own, { answer: `location / { ${xml('<html/>')} }` });
    add(`${peer}:5061`, own, { answer: sipOk });
    add(`${peer}:5222`, own);
    add(`${peer}:7001`, own, { clients: 'demanded', answer: sipOk });
    add(`${peer}:7400`, own, { clients: 'asked' });
  }
  for (const host of controls)
    add(
      `${host}:5061`,
      certificate('enterprise', [nameOf(host), clusterName, phoneSecurityProfile, chatNodeAlias]),
      { answer: sipOk },
    );
  for (const host of unifiedCms) {
    const tomcat = certificate('enterprise', [nameOf(host)]);
    add(`${host}:8443`, tomcat, { answer: udsAnswer() });
    add(`${host}:6970`, tomcat, { answer: jabberConfig });
    add(`${host}:6972`, tomcat, { answer: jabberConfig, clients: 'asked' });
    add(`${host}:5060`, tomcat, { answer: sipOk });
    add(`${host}:5061`, certificate('enterprise', [nameOf(host)], 1), { answer: sipOk });
  }
  const presence = certificate('enterprise', [nameOf('imp1'), domain]);
  add('imp1:8443', presence, { answer: `location /EPASSoap/ { ${refused} } location /axl { ${refused} }` });
  add('imp1:7400', presence, { clients: 'asked' });
  const voice = { ...certificate('enterprise', [nameOf('cuc1')]), key: 'ec' } as const;
  add('cuc1:443', voice, { answer: `location / { ${xml('<html/>')} }` });
  add('cuc1:7080', voice, { answer: `location / { ${xml('<html/>')} }` });
  const expressway = 'TANDBERG/4137 (X15.0.3)';
  const tunnel = { isOpen: true, isUsed: true };
  return {
    publicDns: { isOpen: true, zones: { [domain]: publicLines() }, broken: [] },
    insideDns: { isOpen: true, zones: insideZones(), broken: [] },
    services,
    products: {
      ...{ expe1: expressway, expe2: expressway, expressway_c: expressway },
      unified_cm: 'Cisco-CUCM15.0',
    },
    tunnels: { expe1: { ...tunnel }, expe2: { ...tunnel } },
    turn: { expe1: 'healthy', expe2: 'healthy' },
    time: ['local stratum 3'],
    signedIn: signedIn(),
    firewall: [],
  };
}

function publicLines(): string[] {
  return peers.flatMap(peer => [
    `_collab-edge._tls IN SRV 10 10 8443 ${peer}`,
    `_sips._tcp IN SRV 10 10 5061 ${peer}`,
    `${peer} IN A ${publicAddress[peer]}`,
  ]);
}

/** The zone of the addresses inside. */
export const reverseZone = '10.in-addr.arpa';

/** One line of it. */
export function pointer(address: string, host: string): string {
  return `${reverseName(address)}. IN PTR ${nameOf(host)}.`;
}

function insideZones(): Record<string, string[]> {
  const hosts = Object.entries(insideAddress);
  return {
    [domain]: [
      ...unifiedCms.map(host => `_cisco-uds._tcp IN SRV 10 10 8443 ${host}`),
      ...hosts.map(([host, address]) => `${host} IN A ${address}`),
      ...controls.map(host => `expc IN A ${insideAddress[host]}`),
    ],
    [reverseZone]: hosts.map(([host, address]) => pointer(address, host)),
  };
}
