import { generatePrimeSync, sign } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Issued } from './certificates.ts';

/**
 * The server's first flight of TLS 1.2 with a Diffie-Hellman group of any size, made by hand: OpenSSL refuses to serve one that
 * is too small, but old appliances do it.
 */
export function weakHandshake(identity: Issued, bits: number): (socket: Socket) => void {
  return socket => {
    socket.once('data', hello => {
      // Record header 5, message header 4, version 2, then the client's random bytes.
      const clientRandom = hello.subarray(11, 43);
      const serverRandom = Buffer.alloc(32, 7);
      const prime = Buffer.from(generatePrimeSync(bits));
      const parameters = Buffer.concat([
        vector(2, prime),
        vector(2, Buffer.from([2])),
        vector(2, Buffer.from([4])),
      ]);
      const signature = sign('sha256', Buffer.concat([clientRandom, serverRandom, parameters]), identity.key);
      socket.write(
        Buffer.concat([
          // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, with an empty renegotiation_info.
          message(2, Buffer.from([3, 3]), serverRandom, Buffer.from([0, 0, 0x9e, 0, 0, 5, 0xff, 1, 0, 1, 0])),
          message(11, vector(3, vector(3, identity.x509.raw))),
          message(12, parameters, Buffer.from([4, 1]), vector(2, signature)),
          message(14),
        ]),
      );
    });
  };
}

function vector(lengthOctets: number, content: Buffer): Buffer {
  const length = Buffer.alloc(lengthOctets);
  length.writeUIntBE(content.length, 0, lengthOctets);
  return Buffer.concat([length, content]);
}

/** One handshake message in a record of its own. */
function message(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), vector(3, Buffer.concat(parts))]);
  return Buffer.concat([Buffer.from([22, 3, 3]), vector(2, body)]);
}
