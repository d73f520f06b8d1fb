import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type CertificateRecipe,
  type Credentials,
  openCertificateOffice,
} from '../../src/simulator/certificates.ts';
import { certificateStatus } from '../../src/simulator/stapled.ts';
import { type Bind, startBind } from './bind.ts';
import { newFolder } from './child.ts';
import { startChrony } from './chrony.ts';
import { startCoturn } from './coturn.ts';
import { layNetwork, type Network, type Place } from './deployment-network.ts';
import {
  accepted,
  certificate,
  chatNodeAlias,
  clusterName,
  controls,
  domain,
  type Host,
  healthySite,
  insideAddress,
  insideResolver,
  type NameServer,
  nameOf,
  type Peer,
  peers,
  phoneSecurityProfile,
  prefixOf,
  publicAddress,
  publicResolver,
  type Service,
  type Site,
  timeServer,
  unifiedCms,
  user,
} from './deployment-site.ts';
import { type SipListener, startSipServer } from './kamailio.ts';
import { type Nginx, type NginxSite, startNginx } from './nginx.ts';
import { startProsody } from './prosody.ts';
import { run } from './tools.ts';
import { type Forward, startTunnel, startTunnelEnd } from './tunnel.ts';

/** From where the deployment is looked at. */
export type Vantage = Extract<Place, 'outside' | 'elsewhere' | 'dmz' | 'inside'>;

/** A whole deployment of real servers behind a firewall. */
export type Deployment = {
  readonly network: Network;
  /** A folder for the files of a test. */
  readonly folder: string;
  /** The configuration file with which a vantage looks. */
  readonly configuration: Readonly<Record<Vantage, string>>;
  /** Has the servers follow; when this returns, nothing of before is left. */
  bring(site: Site): Promise<void>;
  stop(): Promise<void>;
};

type Running = { stop(): Promise<void> };

/** One server that follows its part of the site. */
type Follower = { follow(site: Site): Promise<void>; stop(): Promise<void> };

/** Starts a server when its part of the site is there, and again whenever that differs, unless it can be told while it runs. */
function follower<Setup, Server extends Running>(
  setupOf: (site: Site) => Setup | undefined,
  start: (setup: Setup) => Promise<Server>,
  tell?: (server: Server, setup: Setup, before: Setup) => Promise<boolean>,
): Follower {
  let known: { readonly setup: Setup; readonly server: Server } | undefined;
  const stop = async () => {
    const { server } = known ?? {};
    known = undefined;
    await server?.stop();
  };
  return {
    stop,
    async follow(site) {
      const setup = setupOf(site);
      if (JSON.stringify(setup) === JSON.stringify(known?.setup)) return;
      if (known && setup !== undefined && (await tell?.(known.server, setup, known.setup))) {
        known = { setup, server: known.server };
        return;
      }
      await stop();
      if (setup !== undefined) known = { setup, server: await start(setup) };
    },
  };
}

type Key = `${Host}:${number}`;

/** Starts the deployment as `healthySite` describes it. */
export async function startDeployment(): Promise<Deployment> {
  // Each server has a listener of its own for the end of this process.
  process.setMaxListeners(40);
  const network = await layNetwork();
  const folder = await newFolder('deployment');
  const { edge, core, internet } = network.at;
  const office = await openCertificateOffice(new Date());
  const trustFile = join(folder, 'trust.pem');
  await writeFile(trustFile, office.trust);
  await writeFile(join(folder, 'dh1024.pem'), (await run('openssl', ['dhparam', '-dsaparam', '1024'])).out);
  await writeFile(join(folder, 'revoked.der'), certificateStatus('revoked', new Date()));
  const issue = (recipe: CertificateRecipe) => office.issue(recipe);

  const nameServer = (address: string, of: (site: Site) => NameServer, through: readonly string[]) => {
    const texts = ({ zones, broken }: NameServer) => ({
      zones: Object.fromEntries(
        Object.entries(zones)
          .filter(([origin]) => !broken.includes(origin))
          .map(([origin, lines]) => [origin, `${lines.join('\n')}\n`]),
      ),
      raw: Object.fromEntries(broken.map(origin => [origin, 'no zone at all\n'])),
    });
    return follower<NameServer, Bind>(
      site => (of(site).isOpen ? of(site) : undefined),
      setup => startBind({ address, port: 53, ...texts(setup), through }),
      async (server, setup, before) => {
        if (setup.broken.length + before.broken.length > 0) return false;
        await server.load(texts(setup).zones);
        return true;
      },
    );
  };

  /** Everything that one nginx serves, with the certificates. */
  type Served = { readonly services: readonly (readonly [Key, Service])[]; readonly more: string };
  const nginxSite = async ({ services, more }: Served): Promise<NginxSite> => {
    const certificates: Record<string, Credentials> = {};
    for (const [key, { certificate }] of services) certificates[fileOf(key)] = await issue(certificate);
    const text = (which: (key: Key) => boolean) =>
      services
        .filter(([key]) => which(key))
        .map(([key, service]) => nginxServer(key, service, trustFile))
        .join('\n');
    return { http: `${more}\n${text(key => !isStream(key))}`, stream: text(isStream), certificates };
  };
  const nginx = (keys: readonly Key[], more: (site: Site) => string, through: readonly string[]) =>
    follower<Served, Nginx>(
      site => ({ services: openOf(site, keys), more: more(site) }),
      async served => startNginx(await nginxSite(served), through),
      async (server, served) => {
        await server.load(await nginxSite(served));
        return true;
      },
    );

  const kamailio = (keys: readonly Key[], product: keyof Site['products'], through: readonly string[]) =>
    follower(
      site => {
        const services = openOf(site, keys);
        return services.length === 0 ? undefined : { services, product: site.products[product] };
      },
      async ({ services, product }) => {
        const listeners = await Promise.all(
          services.map(async ([key, { certificate, clients }]): Promise<SipListener> => {
            const at = { address: addressOf(key), port: portOf(key) };
            if (at.port === 5060) return { ...at, transport: 'tcp' };
            const authorities = { demanded: office.trust, 'public-only': office.publicTrust };
            const asked = clients === 'ignored' || clients === 'asked' ? undefined : authorities[clients];
            return {
              ...{ ...at, transport: 'tls', certificate: await issue(certificate) },
              ...(asked && { clientAuthorities: asked }),
            };
          }),
        );
        const route = services
          .map(
            ([key, { answer }]) => `if ($Ri == "${addressOf(key)}" && $Rp == ${portOf(key)}) { ${answer} }`,
          )
          .join('\n  ');
        return startSipServer({ listeners, route, ...(product && { product }) }, through);
      },
    );

  const chat = (peer: Peer) =>
    follower(
      site => (site.services[`${peer}:5222`]!.isOpen ? site.services[`${peer}:5222`] : undefined),
      async ({ certificate, answer }) =>
        startProsody(publicAddress[peer], await issue(certificate), [answer], edge),
    );

  const tunnels = (peer: Peer, i: number) =>
    follower(
      site => (site.tunnels[peer].isOpen ? site.tunnels[peer] : undefined),
      async ({ isUsed }) => {
        const end = await startTunnelEnd([insideAddress[peer], publicAddress[peer]], edge);
        const running: Running[] = [end];
        const stop = async () => {
          for (const one of running.reverse()) await one.stop();
        };
        try {
          for (const forward of isUsed ? forwards(i) : [])
            running.push(await startTunnel(end, forward, core, edge));
        } catch (error) {
          await stop();
          throw error;
        }
        return { stop };
      },
    );

  const turn = (peer: Peer) =>
    follower(
      site => (site.turn[peer] === 'stopped' ? undefined : site.turn[peer]),
      mood =>
        startCoturn(
          { address: publicAddress[peer], port: 3478 },
          mood === 'open' ? ['--no-auth'] : ['--lt-cred-mech', '-u', 'alice:secret'],
          edge,
        ),
    );

  const of = (hosts: readonly Host[], ...ports: readonly number[]) =>
    hosts.flatMap(host => ports.map(port => `${host}:${port}` as const));
  const followers: readonly Follower[] = [
    nameServer(publicResolver, site => site.publicDns, internet),
    nameServer(insideResolver, site => site.insideDns, core),
    nginx(of(peers, 8443, 443, 7400), () => upstreams, edge),
    nginx(
      [...of(unifiedCms, 8443, 6970, 6972), ...of(['imp1'], 8443, 7400), ...of(['cuc1'], 443, 7080)],
      site => control(site, trustFile),
      core,
    ),
    ...peers.map(peer => kamailio(of([peer], 5061, 7001), peer, edge)),
    kamailio(of(controls, 5061), 'expressway_c', core),
    kamailio(of(unifiedCms, 5060, 5061), 'unified_cm', core),
    ...peers.map(chat),
    ...peers.map(tunnels),
    ...peers.map(turn),
    follower(
      site => (site.time.length > 0 ? site.time : undefined),
      lines => startChrony({ address: timeServer, port: 123 }, lines, core),
    ),
    {
      follow: ({ firewall }) => network.filter(firewall),
      stop: async () => {},
    },
  ];
  const settle = async (work: readonly Promise<void>[]) => {
    const ended = await Promise.allSettled(work);
    const failed = ended.find(one => one.status === 'rejected');
    if (failed) throw failed.reason;
  };
  const stop = async () => {
    try {
      await settle(followers.map(one => one.stop()));
    } finally {
      await network.remove();
      await rm(folder, { recursive: true, force: true });
    }
  };
  const bring = (site: Site) => settle(followers.map(one => one.follow(site)));
  try {
    const identity = await issue(certificate('enterprise', [nameOf('expc1'), clusterName]));
    const configuration = await writeConfigurations(folder, trustFile, identity);
    await bring(healthySite());
    return { network, folder, configuration, bring, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The tunnels of both Expressway-C to one peer. */
function forwards(peer: number): readonly Forward[] {
  return controls.map((host, i) => ({
    port: 9000 + 10 * peer + i,
    to: `${insideAddress[host]}:8080`,
  }));
}

/** Where Expressway-E finds the ends of the tunnels. */
const upstreams = peers
  .map((peer, i) => {
    const ends = forwards(i).map(({ port }) => `server 127.0.0.1:${port} max_fails=0;`);
    return `upstream tunnel_${peer} { ${ends.join(' ')} }`;
  })
  .join('\n');

/** What Expressway-C serves at its end of the tunnels. */
function control({ signedIn }: Site, trustFile: string): string {
  const inner = unifiedCms.map(
    host => `location ~ "^${prefixOf(`${domain}/https/${nameOf(host)}/8443`)}(?<inner>/cucm-uds/.*)$" {
      if ($http_cookie !~ "${accepted.cookie}") { ${challenge} }
      proxy_pass https://${insideAddress[host]}:8443$inner$is_args$args;
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate ${trustFile};
      proxy_ssl_server_name on;
      proxy_ssl_name ${nameOf(host)};
    }`,
  );
  const servers = controls.map(
    host => `server {
    listen ${insideAddress[host]}:8080;
    more_set_headers 'Server: CE_C ECS';
    location / { return 404; }
    location = ${prefixOf(domain)}/get_edge_config {
      if ($http_authorization != "${accepted.authorization}") { ${challenge} }
      ${signedIn}
    }
    location = ${prefixOf(domain)}/get_edge_sso {
      default_type text/xml;
      return 200 '<SSOResult version="1.0"><Response><SingleSignOn><Status enabled="false"/></SingleSignOn></Response></SSOResult>';
    }
    ${inner.join('\n')}
  }`,
  );
  return servers.join('\n');
}

const challenge = `more_set_headers 'WWW-Authenticate: Basic realm="Cisco-Edge"'; return 401;`;

const openOf = ({ services }: Site, keys: readonly Key[]) =>
  keys.map(key => [key, services[key]!] as const).filter(([, { isOpen }]) => isOpen);
const hostOf = (key: Key) => key.split(':')[0] as Host;
const portOf = (key: Key) => Number(key.split(':')[1]);
const fileOf = (key: Key) => key.replace(':', '-');
const isStream = (key: Key) => portOf(key) === 7400;
const isPublic = (key: Key) => [8443, 5061, 443].includes(portOf(key)) && peers.includes(hostOf(key) as Peer);
const addressOf = (key: Key) =>
  isPublic(key) ? publicAddress[hostOf(key) as Peer] : insideAddress[hostOf(key)];

function nginxServer(key: Key, { clients, tls, answer }: Service, trustFile: string): string {
  const at = `${addressOf(key)}:${portOf(key)}`;
  if ([6970, 7080].includes(portOf(key))) return `server { listen ${at}; ${answer} }`;
  const asked = {
    ignored: '',
    asked: 'ssl_verify_client optional_no_ca;',
    demanded: `ssl_verify_client on; ssl_client_certificate ${trustFile};`,
    'public-only': '',
  }[clients];
  return `server {
    listen ${at} ssl;
    ssl_certificate ${fileOf(key)}.pem;
    ssl_certificate_key ${fileOf(key)}.pem;
    ${tls.includes('ssl_protocols') ? '' : 'ssl_protocols TLSv1.2 TLSv1.3;'}
    ${asked}
    ${tls.replaceAll('FOLDER', dirname(trustFile))}
    ${answer === '' && isStream(key) ? `return '';` : answer}
  }`;
}

async function writeConfigurations(
  folder: string,
  trustFile: string,
  { cert, key }: Credentials,
): Promise<Deployment['configuration']> {
  const file = (name: string) => join(folder, name);
  await writeFile(file('password'), user.password, { mode: 0o600 });
  await writeFile(file('identity.pem'), cert);
  await writeFile(file('identity.key'), key, { mode: 0o600 });
  const head = (vantage: string, resolvers: string) => [
    ...[`vantage: ${vantage}`, `resolvers: { ${resolvers} }`],
    // so that the ports that the firewall drops are waited for once, and not for long
    ...['timeout: 1s', 'limits: { per_host: 32 }', 'deployments:'],
    ...['  - name: lab', `    domains: [${domain}]`, '    activation_codes: false', '    turn: true'],
    `    trust: [${trustFile}]`,
    '    versions: { expressway: X15.0.3, unified_cm: 15SU2 }',
    `    cluster_names: { expressway_c: ${clusterName} }`,
    `    phone_security_profiles: [${phoneSecurityProfile}]`,
    `    chat_node_aliases: [${chatNodeAlias}]`,
    ...['    nodes:', '      expressway_e:'],
    ...peers.map(
      peer =>
        `        - { name: ${nameOf(peer)}, internal_address: ${insideAddress[peer]}, public_address: ${publicAddress[peer]} }`,
    ),
  ];
  const behind = (node: (host: Host) => string) => [
    `      expressway_c: [${controls.map(node).join(', ')}]`,
    `      unified_cm: [${unifiedCms.map(node).join(', ')}]`,
    `      im_presence: [${node('imp1')}]`,
    `      unity_connection: [${node('cuc1')}]`,
  ];
  const publicly = `public: [${publicResolver}]`;
  const signsIn = `    test_user: { name: ${user.name}, password_file: ${file('password')} }`;
  const texts = {
    outside: [...head('external', publicly), signsIn],
    dmz: [
      ...head('dmz', publicly),
      ...behind(host => `{ name: ${nameOf(host)}, address: ${insideAddress[host]} }`),
    ],
    inside: [
      ...head('internal', `internal: [${insideResolver}]`),
      ...behind(nameOf),
      `      ntp: [{ name: ${timeServer} }]`,
      `    client_certificate: { certificate: ${file('identity.pem')}, key: ${file('identity.key')} }`,
    ],
  };
  for (const [vantage, lines] of Object.entries(texts))
    await writeFile(file(`${vantage}.yaml`), `${lines.join('\n')}\n`);
  const outside = file('outside.yaml');
  return { outside, elsewhere: outside, dmz: file('dmz.yaml'), inside: file('inside.yaml') };
}
