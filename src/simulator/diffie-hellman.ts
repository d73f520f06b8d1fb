import { getDiffieHellman, sign, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Credentials } from './certificates.ts';

/** PEM of a well-known group (RFC 2409, RFC 3526), as OpenSSL reads parameters. */
export function dhParameters(group: 'modp2'): string {
  const { prime, generator } = groupNamed(group);
  const body = Buffer.concat([integer(prime), integer(generator)]);
  const lines = element(0x30, body)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN DH PARAMETERS-----\n${lines.join('\n')}\n-----END DH PARAMETERS-----\n`;
}

/**
 * Serves a client that offers Diffie-Hellman over a prime group and nothing else with a group of 768 bits, as servers of
 * release 9 did: by hand and only as far as the group, because OpenSSL refuses to. Everybody else goes to `accept`.
 */
export function shortGroup(
  credentials: Credentials,
  accept: (socket: Socket) => void,
): (socket: Socket) => void {
  return socket => {
    // Read and put back while nothing flows, or what is put back would be lost.
    socket.once('readable', () => {
      const hello: Buffer = socket.read() ?? Buffer.alloc(0);
      if (offersMore(hello)) {
        socket.unshift(hello);
        accept(socket);
        return;
      }
      socket.end(flight(hello, credentials));
    });
  };
}

/** Whether a ClientHello has a suite beside those of DHE with RSA. RFC 5246 section 7.4.1.2. */
function offersMore(hello: Buffer): boolean {
  const at = 44 + (hello[43] ?? 0);
  if (hello[0] !== 22 || at + 2 > hello.length) return true;
  const end = Math.min(hello.length, at + 2 + hello.readUInt16BE(at));
  for (let suite = at + 2; suite + 1 < end; suite += 2) {
    const number = hello.readUInt16BE(suite);
    if (number >= 0x1301 && number <= 0x1305) return true;
    if (number >= 0xc000 && number <= 0xc033) return true;
  }
  return !hello.includes(Buffer.from([0, dheRsaAes128Gcm]), at);
}

const dheRsaAes128Gcm = 0x9e;

function flight(hello: Buffer, { cert, key }: Credentials): Buffer {
  const clientRandom = hello.subarray(11, 43);
  const serverRandom = Buffer.alloc(32, 7);
  const { prime, generator } = groupNamed('modp1');
  const parameters = Buffer.concat([vector(2, prime), vector(2, generator), vector(2, Buffer.from([4]))]);
  const signature = sign('sha256', Buffer.concat([clientRandom, serverRandom, parameters]), key);
  const renegotiation = Buffer.from([0, 5, 0xff, 1, 0, 1, 0]);
  return Buffer.concat([
    message(2, Buffer.from([3, 3]), serverRandom, Buffer.from([0, 0, dheRsaAes128Gcm, 0]), renegotiation),
    message(11, vector(3, vector(3, new X509Certificate(cert).raw))),
    message(12, parameters, Buffer.from([4, 1]), vector(2, signature)),
    message(14),
  ]);
}

function groupNamed(name: 'modp1' | 'modp2') {
  const group = getDiffieHellman(name);
  return { prime: group.getPrime(), generator: group.getGenerator() };
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

/** A DER element. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function integer(value: Buffer): Buffer {
  return element(2, value[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), value]) : value);
}
