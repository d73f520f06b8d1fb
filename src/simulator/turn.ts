import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { TurnServer } from './world.ts';

const turnPort = 3478;
const magic = Buffer.from([0x21, 0x12, 0xa4, 0x42]);
const realm = 'TANDBERG';
const allocate = 3;
const classes = { success: 0x0100, error: 0x0110 } as const;

/** The UDP ports of the simulated TURN servers. */
export type TurnServers = {
  /** Opens and closes ports until they are as the servers want them. */
  arrange(servers: readonly TurnServer[]): Promise<void>;
  close(): Promise<void>;
};

/** TURN servers (RFC 8656) as far as a stranger gets: a demand for credentials, and silence to a Binding request. */
export function createTurnServers(): TurnServers {
  const open = new Map<string, { readonly socket: dgram.Socket; server: TurnServer }>();

  async function listen(server: TurnServer): Promise<void> {
    const socket = dgram.createSocket('udp4');
    socket.bind(turnPort, server.address);
    await once(socket, 'listening');
    const port = { socket, server };
    open.set(server.address, port);
    socket.on('error', () => undefined);
    socket.on('message', (request, peer) => {
      const answer = turnAnswer(request, port.server);
      if (answer) socket.send(answer, peer.port, peer.address, () => undefined);
    });
  }

  async function shut(address: string): Promise<void> {
    const { socket } = open.get(address)!;
    open.delete(address);
    const end = once(socket, 'close');
    socket.close();
    await end;
  }

  return {
    async arrange(servers) {
      for (const server of servers) {
        const port = open.get(server.address);
        if (port) port.server = server;
        if (port && server.mood === 'closed') await shut(server.address);
        if (!port && server.mood !== 'closed') await listen(server);
      }
    },
    async close() {
      await Promise.all([...open.keys()].map(shut));
    },
  };
}

/** The answer to a datagram; nothing for anything but a request for a relay. */
export function turnAnswer(request: Buffer, server: TurnServer): Buffer | undefined {
  if (request.length < 20 || !request.subarray(4, 8).equals(magic)) return undefined;
  if (request.readUInt16BE(0) !== allocate) return undefined;
  const open = server.mood === 'open';
  const attributes = open
    ? [attribute(0x0016, xorAddress(server.address)), attribute(0x0020, xorAddress('127.0.0.1')), lifetime]
    : [
        attribute(0x0009, Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from('Unauthorized')])),
        attribute(0x0014, Buffer.from(realm)),
        attribute(0x0015, Buffer.from(randomBytes(12).toString('hex'))),
      ];
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(allocate | (open ? classes.success : classes.error), 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, request.subarray(4, 20), body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

const lifetime = attribute(0x000d, Buffer.from([0, 0, 2, 88]));

function xorAddress(address: string): Buffer {
  const bytes = address.split('.').map((part, i) => Number(part) ^ magic[i]!);
  return Buffer.from([0, 1, (turnPort >> 8) ^ magic[0]!, (turnPort & 255) ^ magic[1]!, ...bytes]);
}
