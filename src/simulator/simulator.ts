import { randomInt } from 'node:crypto';
import type dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { OperatorError } from '../model/problem.ts';
import { type Credentials, openCertificateOffice } from './certificates.ts';
import { serveTime } from './clock.ts';
import { createDoors } from './doors.ts';
import { type Fault, faults } from './faults.ts';
import { serveUdp } from './nameserver.ts';
import { createResponder, type Responder } from './responder.ts';
import { createTurnServers } from './turn.ts';
import { user } from './user.ts';
import { addressesOf, domain, healthyWorld, nameOf, soundCertificate, type World } from './world.ts';
import { configurationOf, type SecretFiles } from './yaml.ts';

/** A whole MRA deployment on loopback addresses, with faults to switch on while it runs. */
export type Simulator = {
  readonly domain: string;
  /** PEM of the simulated public root and of the enterprise root. */
  readonly trust: string;
  /** What Expressway-C shows to servers inside: its certificate and its key, PEM. */
  readonly client: Credentials;
  /** The one user of the deployment. */
  readonly user: typeof user;
  readonly faults: readonly Fault[];
  /** Takes effect for new connections and queries before it resolves; throws on an unknown name. */
  set(fault: string, on: boolean): Promise<void>;
  /** Names of the faults that are on. */
  active(): readonly string[];
  /**
   * A complete configuration for this deployment as seen from there; `trustFile` holds `trust`. With `secrets` it signs in, or
   * shows a certificate, from these files.
   */
  yaml(vantage: 'external' | 'internal', trustFile: string, secrets?: SecretFiles): string;
  /** Resolves when every socket, timer and thread is gone. */
  stop(): Promise<void>;
};

const networks = { lowest: 20, highest: 250, attempts: 20 } as const;

/**
 * Starts the deployment on 127.N.0.0/16, N being `network` or a free one, so that several stand side by side and each
 * service keeps its documented port. Throws an `OperatorError` when the addresses cannot be had.
 */
export async function startSimulator(options: { readonly network?: number } = {}): Promise<Simulator> {
  const span = networks.highest - networks.lowest + 1;
  const first = randomInt(span);
  for (let attempt = 1; ; attempt += 1) {
    const network = options.network ?? networks.lowest + ((first + attempt) % span);
    try {
      return await start(network);
    } catch (error) {
      const lastAttempt = options.network !== undefined || attempt === networks.attempts;
      if (codeOf(error) === 'EADDRINUSE' && !lastAttempt) continue;
      throw explained(error, network);
    }
  }
}

async function start(network: number): Promise<Simulator> {
  if (!Number.isInteger(network) || network < 1 || network > 254)
    throw new OperatorError([{ place: 'network', message: `${network} is not a number from 1 to 254` }]);
  const office = await openCertificateOffice(new Date());
  const { outsideDns, insideDns, ntp } = addressesOf(network);
  const responders = new Map<string, { readonly state: string; readonly responder: Responder }>();
  const doors = createDoors((id, socket) => responders.get(id)!.responder(socket));
  const active = new Set<string>();
  const datagrams: dgram.Socket[] = [];
  const turnServers = createTurnServers();
  const voicemail = await mayListen(addressesOf(network).cuc1, 443);
  let world = worldWith([]);
  let changes: Promise<void> = Promise.resolve();
  let stopping: Promise<void> | undefined;

  function worldWith(names: Iterable<string>): World {
    const fresh = healthyWorld(network);
    for (const name of names) faults.find(fault => fault.name === name)!.change(fresh);
    return voicemail ? fresh : { ...fresh, services: fresh.services.filter(({ host }) => host !== 'cuc1') };
  }

  /** Certificates first, because they are slow; then every server turns to the new world at once. */
  async function enter(next: World): Promise<void> {
    const changed = next.services
      .map(service => ({ service, state: JSON.stringify(service) }))
      .filter(({ service, state }) => responders.get(service.id)?.state !== state);
    const ready = await Promise.all(
      changed.map(async ({ service, state }) => {
        const credentials = await office.issue(service.certificate);
        const { secondCertificate, namelessCertificate } = service;
        const context = {
          credentials,
          ...(secondCertificate && { second: await office.issue(secondCertificate) }),
          ...(namelessCertificate && { nameless: await office.issue(namelessCertificate) }),
          trust: office.trust,
          publicTrust: office.publicTrust,
          zone: () => world.zones[service.view ?? 'outside'],
        };
        return { id: service.id, state, responder: lazily(() => createResponder(service, context)) };
      }),
    );
    world = next;
    for (const { id, ...responder } of ready) responders.set(id, responder);
    await Promise.all([doors.arrange(next.services), turnServers.arrange(next.turnServers)]);
  }

  async function change(fault: string, on: boolean): Promise<void> {
    const names = new Set(active);
    if (on) names.add(fault);
    else names.delete(fault);
    try {
      await enter(worldWith(names));
    } catch (error) {
      await enter(worldWith(active));
      throw error;
    }
    if (on) active.add(fault);
    else active.delete(fault);
  }

  async function stopAll(): Promise<void> {
    await changes;
    const closed = datagrams.map(socket => {
      const end = once(socket, 'close');
      socket.close();
      return end;
    });
    await Promise.all([...closed, doors.close(), turnServers.close()]);
  }

  let client: Credentials;
  try {
    client = await office.issue(soundCertificate('enterprise', [nameOf('expc1')]));
    await enter(world);
    datagrams.push(await serveUdp(outsideDns, () => world.zones.outside));
    datagrams.push(await serveUdp(insideDns, () => world.zones.inside));
    datagrams.push(await serveTime(ntp));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return {
    domain,
    trust: office.trust,
    client,
    user,
    faults,
    async set(fault, on) {
      if (!faults.some(({ name }) => name === fault))
        throw new OperatorError([{ place: 'fault', message: `the simulator has no fault named ${fault}` }]);
      if (stopping) throw new Error('the simulator is stopped');
      const turn = changes.then(() => change(fault, on));
      changes = turn.catch(() => undefined);
      await turn;
    },
    active: () => [...active],
    yaml: (vantage, trustFile, secrets) =>
      configurationOf({ network, vantage, trustFile, voicemail, ...(secrets && { secrets }) }),
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

/** Made at the first connection: most services are never spoken to between two changes. */
function lazily(make: () => Responder): Responder {
  let made: Responder | undefined;
  return socket => {
    made ??= make();
    made(socket);
  };
}

/** Ports below 1024 are closed to ordinary users on some machines. */
async function mayListen(host: string, port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (codeOf(error) === 'EACCES') return false;
    throw error;
  } finally {
    server.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** What the operator can mend, said in his words; anything else as it is. */
function explained(error: unknown, network: number): unknown {
  const place = 'network';
  const range = `127.${network}.0.0/16`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new OperatorError([
        {
          place,
          message: `a port in ${range} is taken, by another simulator or by a server on all addresses`,
        },
      ]);
    case 'EADDRNOTAVAIL':
      return new OperatorError([
        {
          place,
          message: `${range} is not local here; the simulator needs the whole of 127.0.0.0/8, as on Linux`,
        },
      ]);
    default:
      return error;
  }
}
