import dgram from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Packet, type Resource } from 'dns2';
import { dnsPort, type Zone, type ZoneRecord } from './world.ts';

/** Reads the zone as it is at the moment of a query. */
export type ZoneSource = () => Zone;

const ttl = 60;

/** Serves a zone over UDP until it is closed. */
export async function serveUdp(address: string, zoneNow: ZoneSource): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (query, peer) => {
    const answer = answerTo(query, zoneNow(), 'udp');
    // A client that is gone by now must not end the server.
    if (answer) socket.send(answer, peer.port, peer.address, () => undefined);
  });
  socket.bind(dnsPort, address);
  await once(socket, 'listening');
  socket.on('error', () => undefined);
  return socket;
}

/** Serves a zone over one TCP connection: messages behind their length (RFC 1035 section 4.2.2). */
export function serveTcp(socket: Socket, zoneNow: ZoneSource): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const answer = answerTo(waiting.subarray(2, end), zoneNow(), 'tcp');
      waiting = waiting.subarray(end);
      if (!answer) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    }
  });
}

/** The answer to one query, or nothing where a name server keeps silent. */
export function answerTo(query: Buffer, zone: Zone, transport: 'udp' | 'tcp'): Buffer | undefined {
  if (zone.mood === 'silent' || query.length < Packet.HEADER_SIZE) return undefined;
  const id = query.readUInt16BE(0);
  if ((query.readUInt8(2) & 0x80) !== 0) return undefined;
  let asked: Packet;
  try {
    asked = Packet.parse(query);
  } catch {
    return encode(reply(id, Packet.RCODE.FORMERR));
  }
  const [question] = asked.questions;
  if (asked.errors.length > 0 || !question || asked.questions.length !== 1)
    return encode(reply(id, Packet.RCODE.FORMERR));
  if (asked.header.opcode !== 0) return encode(reply(id, Packet.RCODE.NOTIMP));

  const name = question.name.toLowerCase();
  const answer = reply(id, Packet.RCODE.NOERROR);
  answer.header.rd = asked.header.rd;
  answer.questions = [question];
  const edns = asked.additionals.find(record => record.type === Packet.TYPE.EDNS);
  if (edns) answer.additionals = [Packet.Resource.EDNS([], { udpPayloadSize: 1232 })];

  const named = zone.records.filter(record => record.name.toLowerCase() === name);
  const found = named.filter(record => Packet.TYPE[record.type] === question.type);
  if (zone.mood === 'refuses') answer.header.rcode = Packet.RCODE.REFUSED;
  else if (zone.mood === 'fails' || zone.failing(name)) answer.header.rcode = Packet.RCODE.SERVFAIL;
  else if (found.length > 0) answer.answers = found.map(record => resource(question.name, record));
  else if (!exists(zone, name)) answer.header.rcode = Packet.RCODE.NXDOMAIN;

  const limit = transport === 'tcp' ? 65_535 : Math.min(Math.max(edns?.class ?? 512, 512), 1232);
  return truncate(answer, limit);
}

function reply(id: number, rcode: number): Packet {
  const packet = new Packet();
  Object.assign(packet.header, new Packet.Header({ id, qr: 1, ra: 1, rcode }));
  return packet;
}

/** A name exists when it has a record or a name below it has one (RFC 8020). */
function exists(zone: Zone, name: string): boolean {
  return zone.records.some(record => {
    const held = record.name.toLowerCase();
    return held === name || held.endsWith(`.${name}`);
  });
}

function resource(name: string, record: ZoneRecord): Resource {
  const base = { name, type: Packet.TYPE[record.type], class: Packet.CLASS.IN, ttl };
  switch (record.type) {
    case 'A':
      return new Packet.Resource({ ...base, address: record.address });
    case 'PTR':
      return new Packet.Resource({ ...base, domain: record.target });
    case 'SRV': {
      const { priority, weight, port, target } = record;
      return new Packet.Resource({ ...base, priority, weight, port, target });
    }
  }
}

/** As many records as the transport takes; what is left out is told by the TC bit. */
function truncate(answer: Packet, limit: number): Buffer {
  let bytes = encode(answer);
  while (bytes.length > limit) {
    answer.header.tc = 1;
    answer.answers.pop();
    bytes = encode(answer);
  }
  return bytes;
}

/**
 * Without name compression: a target must be sent whole (RFC 2782), and a pointer to an equal name in other letter case
 * would hide how the target is written.
 */
function encode(packet: Packet): Buffer {
  const writer = Object.assign(new Packet.Writer(), { names: 'uncompressed' });
  // The declared type leaves out the writer that `toBuffer` takes.
  return (packet as unknown as { toBuffer(into: typeof writer): Buffer }).toBuffer(writer);
}
