import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CertificateOffice,
  type CertificateRecipe,
  type Credentials,
  openCertificateOffice,
} from '../../src/simulator/certificates.ts';
import type { Bind, Zones } from './bind.ts';
import { type Child, newFolder } from './child.ts';
import { startKamailio } from './kamailio.ts';
import { type NginxSite, startNginx } from './nginx.ts';
import { startProsody } from './prosody.ts';

/** The service domain of the lab. */
export const domain = 'lab.test';
/** A second service domain, for which the certificates are good as well. */
export const otherDomain = 'other.test';
export const peers = ['expe1', 'expe2'] as const;
export type Peer = (typeof peers)[number];

/** Where the lab stands: each test file has a 127.N.0.0/16 of its own, below those that the simulator takes. */
export function labAt(network: number) {
  return {
    /** Ports of BIND, of which there is one address only. */
    dnsPort: 20_000 + 10 * network,
    expe1: `127.${network}.0.11`,
    expe2: `127.${network}.0.12`,
    /** Servers behind nginx. */
    behind: `127.${network}.0.99`,
    sip: `127.${network}.0.60`,
    chat: { expe1: `127.${network}.0.61`, expe2: `127.${network}.0.62` },
  };
}
export type Lab = ReturnType<typeof labAt>;

/** The public records of a healthy deployment, and what a test makes of them. */
export function publicZones(lab: Lab, change: (lines: readonly string[]) => readonly string[] = same): Zones {
  const lines = peers.flatMap(peer => [
    `_collab-edge._tls IN SRV 10 10 8443 ${peer}`,
    `_sips._tcp IN SRV 10 10 5061 ${peer}`,
    `${peer} IN A ${lab[peer]}`,
  ]);
  return { [domain]: `${change(lines).join('\n')}\n` };
}

function same<T>(value: T): T {
  return value;
}

/** Certificates of the lab, and the file that `--trust` takes. */
export type Authority = {
  readonly folder: string;
  readonly trustFile: string;
  readonly office: CertificateOffice;
  close(): Promise<void>;
};

export async function openAuthority(): Promise<Authority> {
  const office = await openCertificateOffice(new Date());
  const folder = await newFolder('authority');
  const trustFile = join(folder, 'trust.pem');
  await writeFile(trustFile, office.trust);
  return { folder, trustFile, office, close: () => rm(folder, { recursive: true }) };
}

/** A sound certificate of a peer, but for what is changed. */
export function issue(
  { office }: Authority,
  peer: Peer,
  change: Partial<CertificateRecipe> = {},
): Promise<Credentials> {
  const names = [`${peer}.${domain}`, domain, otherDomain];
  return office.issue({
    ...{ issuer: 'public', key: 'rsa', commonName: names[0]!, names, uses: ['server', 'client'] },
    ...{ fromDay: -30, days: 398, hash: 'sha256', sends: 'chain', edition: 0 },
    ...change,
  });
}

/** How one peer behaves. */
export type PeerSite = {
  readonly ports: readonly number[];
  readonly certificate: Credentials;
  /** What answers HTTPS: directives of a `location`. */
  readonly answer: string;
  /** Further directives of every TLS server. */
  readonly tls: string;
  /** Where SIP goes: `address:port`; Kamailio when absent. */
  readonly sip?: string;
  /** Further directives of Prosody. */
  readonly chat: readonly string[];
};

/** An answer of Expressway-C through the tunnel: a challenge. */
export const challenge = `more_set_headers 'Server: CE_C ECS' 'WWW-Authenticate: Basic realm="Cisco-Edge"';
      return 401;`;

/** A healthy peer, but for what is changed. */
async function peerSite(authority: Authority, peer: Peer, change: Partial<PeerSite> = {}): Promise<PeerSite> {
  return {
    ports: [8443, 5061, 5222],
    certificate: change.certificate ?? (await issue(authority, peer)),
    answer: challenge,
    tls: '',
    chat: [],
    ...change,
  };
}

/** Both peers as one nginx serves them, with Kamailio behind 5061 and Prosody behind 5222. */
function edgeSite(lab: Lab, sites: Readonly<Record<Peer, PeerSite>>, more: string): NginxSite {
  const secured = (peer: Peer, port: number, inside: string) =>
    `server {
    listen ${lab[peer]}:${port} ssl;
    ssl_certificate ${peer}.pem;
    ssl_certificate_key ${peer}.pem;
    ${sites[peer].tls}
    ${inside}
  }`;
  const serving = (port: number) => peers.filter(peer => sites[peer].ports.includes(port));
  return {
    http: serving(8443)
      .map(peer => secured(peer, 8443, `location / { ${sites[peer].answer} }`))
      .join('\n'),
    stream: [
      ...serving(5061).map(peer =>
        secured(peer, 5061, `proxy_pass ${sites[peer].sip ?? `${lab.sip}:5060`};`),
      ),
      ...serving(5222).map(peer => `server { listen ${lab[peer]}:5222; proxy_pass ${lab.chat[peer]}:5222; }`),
      more,
    ].join('\n'),
    certificates: { expe1: sites.expe1.certificate, expe2: sites.expe2.certificate },
  };
}

/** What differs from a healthy edge. */
export type EdgeChange = Partial<Record<Peer, Partial<PeerSite>>> & {
  /** Further servers of nginx, in its block `stream`. */
  readonly more?: string;
};

/** Two Expressway-E as far as nginx, Kamailio and Prosody can be them. */
export type Edge = {
  /** Makes the edge healthy but for what is changed; when this returns, nothing of before is left. */
  load(change?: EdgeChange): Promise<void>;
  stop(): Promise<void>;
};

export async function startEdge(
  lab: Lab,
  authority: Authority,
  through: readonly string[] = [],
): Promise<Edge> {
  const sitesOf = async ({ expe1, expe2 }: EdgeChange) => ({
    expe1: await peerSite(authority, 'expe1', expe1),
    expe2: await peerSite(authority, 'expe2', expe2),
  });
  const chat = new Map<Peer, { readonly setup: string; readonly server: Child }>();
  const bringChat = async (sites: Readonly<Record<Peer, PeerSite>>) => {
    for (const peer of peers) {
      const { certificate, chat: lines } = sites[peer];
      const setup = [certificate.cert, ...lines].join('\n');
      const running = chat.get(peer);
      if (running?.setup === setup) continue;
      await running?.server.stop();
      const server = await startProsody(lab.chat[peer], certificate, lines, through);
      chat.set(peer, { setup, server });
    }
  };
  const first = await sitesOf({});
  await bringChat(first);
  const sip = await startKamailio(lab.sip, first.expe1.certificate, 'sl_send_reply("200", "OK");', through);
  const nginx = await startNginx(edgeSite(lab, first, ''), through);
  return {
    async load(change = {}) {
      const sites = await sitesOf(change);
      await bringChat(sites);
      await nginx.load(edgeSite(lab, sites, change.more ?? ''));
    },
    async stop() {
      await nginx.stop();
      await sip.stop();
      for (const { server } of chat.values()) await server.stop();
    },
  };
}

/** The words of `mradar troubleshoot` for this lab. */
export function words(bind: Pick<Bind, 'endpoint'>, { trustFile }: Authority): readonly string[] {
  return [domain, '--resolver', bind.endpoint, '--trust', trustFile];
}
