import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/** The two lists of each KEXINIT, in the order of RFC 4253 section 7.1. */
const offered = [
  'curve25519-sha256,ecdh-sha2-nistp256',
  'x509v3-rsa2048-sha256,x509v3-ecdsa-sha2-nistp256,x509v3-ecdsa-sha2-nistp384',
  'aes256-ctr',
  'aes256-ctr',
  'hmac-sha2-256,hmac-sha2-512',
  'hmac-sha2-256,hmac-sha2-512',
  'none',
  'none',
  '',
  '',
];
const longestIdentification = 255;

/** The port-forwarding SSH server as far as a stranger gets: identification and key exchange offer. */
export function serveSsh(socket: Socket): void {
  socket.write('SSH-2.0-OpenSSH_9.8 PKIX[13.5]\r\n');
  let line = '';
  socket.on('data', function identify(chunk: Buffer) {
    line += chunk.toString('latin1');
    const end = line.indexOf('\n');
    if (end < 0 && line.length <= longestIdentification) return;
    socket.off('data', identify);
    if (end < 0 || !line.startsWith('SSH-2.0-')) {
      socket.end('Invalid SSH identification string.\r\n');
      return;
    }
    socket.write(keyExchangeOffer());
    // The key exchange itself is not played: whoever goes on is disconnected.
    if (line.length > end + 1) socket.end();
    else socket.once('data', () => socket.end());
  });
}

function keyExchangeOffer(): Buffer {
  const lists = offered.map(names => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(names.length);
    return Buffer.concat([length, Buffer.from(names, 'latin1')]);
  });
  const payload = Buffer.concat([Buffer.from([20]), randomBytes(16), ...lists, Buffer.alloc(5)]);
  const padding = 8 - ((payload.length + 5) % 8) + (8 - ((payload.length + 5) % 8) < 4 ? 8 : 0);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}
