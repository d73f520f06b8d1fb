import dgram from 'node:dgram';
import { once } from 'node:events';
import { ntpPort } from './world.ts';

const secondsFrom1900To1970 = 2_208_988_800;

/** Serves the time of this machine as a stratum 2 server (RFC 5905) until it is closed. */
export async function serveTime(address: string): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (request, peer) => {
    const answer = timeAnswer(request, Date.now());
    if (answer) socket.send(answer, peer.port, peer.address, () => undefined);
  });
  socket.bind(ntpPort, address);
  await once(socket, 'listening');
  socket.on('error', () => undefined);
  return socket;
}

/** The server's packet for a client's packet; nothing for anything else. */
export function timeAnswer(request: Buffer, nowMs: number): Buffer | undefined {
  if (request.length < 48) return undefined;
  const version = (request.readUInt8(0) >> 3) & 7;
  const mode = request.readUInt8(0) & 7;
  if (mode !== 3 || version < 1 || version > 4) return undefined;
  const answer = Buffer.alloc(48);
  answer.writeUInt8((version << 3) | 4, 0);
  answer.writeUInt8(2, 1);
  answer.writeUInt8(request.readUInt8(2), 2);
  answer.writeInt8(-20, 3);
  answer.writeUInt32BE(0x0000_0290, 4);
  answer.writeUInt32BE(0x0000_0312, 8);
  answer.write('7f000001', 12, 'hex');
  writeTimestamp(answer, 16, nowMs - 17_000);
  request.copy(answer, 24, 40, 48);
  writeTimestamp(answer, 32, nowMs);
  writeTimestamp(answer, 40, nowMs);
  return answer;
}

function writeTimestamp(packet: Buffer, offset: number, atMs: number): void {
  const seconds = Math.floor(atMs / 1000);
  packet.writeUInt32BE((seconds + secondsFrom1900To1970) >>> 0, offset);
  packet.writeUInt32BE(Math.floor(((atMs - seconds * 1000) / 1000) * 2 ** 32), offset + 4);
}
