import { createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { derElement, derName } from '../x509/der.ts';
import { printable } from './text.ts';

/** What the server's handshake bytes say beyond what Node tells: RFC 5246, RFC 8446. */
export type Handshake = {
  /** Whether the first bytes are a TLS record; undefined when none arrived. */
  readonly isTls?: boolean;
  /** Description of an alert that was sent in clear. */
  readonly alert?: number;
  /** Certificates in the order sent; absent when that message was not seen or could not be read. */
  readonly chain?: readonly Buffer[];
  /** Whether a client certificate was asked for; absent when the messages that would tell were not seen. */
  readonly certificateRequested?: boolean;
  /** Subjects of the authorities that the server takes client certificates from; empty when it names none. */
  readonly authorities: readonly string[];
  /** The server has said all that it says before our certificate, so that what follows is an answer to it. */
  readonly complete: boolean;
  /** Size of the server's Diffie-Hellman group. */
  readonly dhBits?: number;
};

/** A socket for `tls.connect` that keeps a copy of what the server sends at first, and how the connection ended. */
export type Tap = {
  readonly duplex: Duplex;
  received(): Buffer;
  /** `eof` when the peer closed in order, the error when it did not; undefined while it stands. */
  ended(): 'eof' | Error | undefined;
};

const maxKept = 128 * 1024;
/** An honest flight has some ten records; a hostile one must not cost more than that is worth. */
const maxRecords = 400;

/** Puts a duplex stream between a connected socket and TLS. Destroying either destroys both. */
export function tap(socket: Socket): Tap {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let ended: 'eof' | Error | undefined;
  const duplex = new Duplex({
    allowHalfOpen: true,
    read: () => void socket.resume(),
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: done => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  duplex.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    if (keptBytes < maxKept) {
      kept.push(chunk);
      keptBytes += chunk.length;
    }
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.on('end', () => {
    ended ??= 'eof';
    duplex.push(null);
  });
  socket.on('error', error => {
    ended ??= error;
    duplex.destroy(error);
  });
  socket.on('close', () => duplex.destroy());
  return { duplex, received: () => Buffer.concat(kept, keptBytes), ended: () => ended };
}

/** Whether bytes begin like the first record of a TLS server: a handshake or an alert; undefined for no bytes. */
export function looksLikeTls(bytes: Buffer): boolean | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] !== record.handshake && bytes[0] !== record.alert) return false;
  if (bytes.length > 1 && bytes[1] !== 3) return false;
  return !(bytes.length > 2 && bytes[2]! > 4);
}

const record = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;
const message = {
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  finished: 20,
} as const;

/**
 * Reads the server's side of a handshake as far as it goes. `secret` is the server handshake traffic secret of TLS 1.3 (from
 * Node's `keylog` event); without it only what was sent in clear is read. In TLS 1.3 reading may end with the certificate: what
 * follows is worth opening only when the handshake failed. Never throws, whatever the bytes are.
 */
export function readHandshake(
  bytes: Buffer,
  secret?: Buffer,
  until: 'certificate' | 'finished' = 'finished',
): Handshake {
  const { handshake, alert } = readRecords(bytes, secret, message[until]);
  return { ...readMessages(handshake), isTls: looksLikeTls(bytes), ...(alert !== undefined && { alert }) };
}

function readRecords(
  bytes: Buffer,
  secret: Buffer | undefined,
  last13: number,
): { handshake: Buffer; alert?: number } {
  const parts: Buffer[] = [];
  const joined = () => Buffer.concat(parts);
  let opener: ((sealed: Buffer, header: Buffer) => Buffer | undefined) | undefined;
  for (let at = 0, count = 0; at + 5 <= bytes.length && count < maxRecords; count++) {
    const type = bytes[at]!;
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (bytes[at + 1] !== 3 || end > bytes.length) break;
    const content = bytes.subarray(at + 5, end);
    if (type === record.handshake) parts.push(content);
    else if (type === record.alert) return { handshake: joined(), ...alertIn(content) };
    else if (type === record.changeCipherSpec) {
      // In TLS 1.3 it means nothing; before, everything after it is sealed.
      if (!helloOf(joined())?.isTls13) break;
    } else if (type === record.data) {
      opener ??= secret && openerFor(helloOf(joined())?.suite, secret);
      const inner = opener?.(content, bytes.subarray(at, at + 5));
      if (inner === undefined) break;
      let last = inner.length - 1;
      while (last >= 0 && inner[last] === 0) last--;
      const plain = inner.subarray(0, Math.max(0, last));
      if (inner[last] === record.alert) return { handshake: joined(), ...alertIn(plain) };
      if (inner[last] !== record.handshake) break;
      parts.push(plain);
      // After Finished other keys are used.
      if (messagesIn(joined()).some(({ type: kind }) => kind === last13 || kind === message.finished)) break;
    } else break;
    at = end;
  }
  return { handshake: joined() };
}

function alertIn(content: Buffer): { alert?: number } {
  return content.length === 2 ? { alert: content[1]! } : {};
}

function messagesIn(handshake: Buffer): readonly { readonly type: number; readonly body: Buffer }[] {
  const messages: { type: number; body: Buffer }[] = [];
  for (let at = 0; at + 4 <= handshake.length; ) {
    const end = at + 4 + handshake.readUIntBE(at + 1, 3);
    if (end > handshake.length) break;
    messages.push({ type: handshake[at]!, body: handshake.subarray(at + 4, end) });
    at = end;
  }
  return messages;
}

type Hello = { readonly isTls13: boolean; readonly version: number; readonly suite: number };

/** The last ServerHello; an earlier one of TLS 1.3 only asked us to try again. */
function helloOf(handshake: Buffer): Hello | undefined {
  const body = messagesIn(handshake).findLast(({ type }) => type === message.serverHello)?.body;
  const reader = new Cursor(body ?? Buffer.alloc(0));
  const version = reader.number(2);
  reader.take(32);
  reader.vector(1);
  const suite = reader.number(2);
  reader.take(1);
  if (version === undefined || suite === undefined) return undefined;
  const isTls13 = extensionsIn(reader.vector(2)).some(
    ({ type, body: value }) => type === 43 && value.length === 2 && value.readUInt16BE() === 0x0304,
  );
  return { isTls13, version, suite };
}

function readMessages(handshake: Buffer): Omit<Handshake, 'isTls' | 'alert'> {
  const hello = helloOf(handshake);
  const messages = messagesIn(handshake);
  const bodyOf = (type: number) => messages.find(({ type: kind }) => kind === type)?.body;
  if (hello === undefined) return { authorities: [], complete: false };
  const { isTls13 } = hello;
  const certificates = bodyOf(message.certificate);
  const request = bodyOf(message.certificateRequest);
  const keyExchange = bodyOf(message.serverKeyExchange);
  const complete = bodyOf(isTls13 ? message.finished : message.serverHelloDone) !== undefined;
  const chain = certificates && readChain(certificates, isTls13);
  // In TLS 1.3 the request precedes the certificate, in TLS 1.2 it follows.
  const told = request !== undefined || complete || (isTls13 && certificates !== undefined);
  const dhBits = keyExchange && dheSuites.has(hello.suite) ? readGroupSize(keyExchange) : undefined;
  return {
    ...(chain !== undefined && { chain }),
    ...(told && { certificateRequested: request !== undefined }),
    authorities: request ? readAuthorities(request, hello) : [],
    complete,
    ...(dhBits !== undefined && { dhBits }),
  };
}

function readChain(body: Buffer, isTls13: boolean): readonly Buffer[] | undefined {
  const reader = new Cursor(body);
  if (isTls13) reader.vector(1);
  const list = reader.vector(3);
  if (list === undefined) return undefined;
  const certificates: Buffer[] = [];
  for (const entries = new Cursor(list); certificates.length < 100; ) {
    const certificate = entries.vector(3);
    if (certificate === undefined) break;
    certificates.push(certificate);
    if (isTls13) entries.vector(2);
  }
  return certificates;
}

function readAuthorities(body: Buffer, { isTls13, version }: Hello): readonly string[] {
  const reader = new Cursor(body);
  let list: Buffer | undefined;
  if (isTls13) {
    reader.vector(1);
    const extension = extensionsIn(reader.vector(2)).find(({ type }) => type === 47);
    list = extension && new Cursor(extension.body).vector(2);
  } else {
    reader.vector(1);
    if (version >= 0x0303) reader.vector(2);
    list = reader.vector(2);
  }
  const names: string[] = [];
  for (const entries = new Cursor(list ?? Buffer.alloc(0)); names.length < 200; ) {
    const name = entries.vector(2);
    if (name === undefined) break;
    names.push(printable(derName(name, derElement(name, 0, name.length))));
  }
  return names;
}

function readGroupSize(body: Buffer): number | undefined {
  const prime = new Cursor(body).vector(2);
  const first = prime?.findIndex(byte => byte !== 0) ?? -1;
  return prime && first >= 0 ? (prime.length - first) * 8 - (Math.clz32(prime[first]!) - 24) : undefined;
}

function extensionsIn(list: Buffer | undefined): readonly { readonly type: number; readonly body: Buffer }[] {
  const extensions: { type: number; body: Buffer }[] = [];
  for (const reader = new Cursor(list ?? Buffer.alloc(0)); ; ) {
    const type = reader.number(2);
    const body = reader.vector(2);
    if (type === undefined || body === undefined) return extensions;
    extensions.push({ type, body });
  }
}

/** Suites with ephemeral Diffie-Hellman over a prime group (IANA registry): the others' key exchange message differs. */
const dheSuites: ReadonlySet<number> = new Set([
  0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x32, 0x33, 0x38, 0x39, 0x40, 0x44, 0x45, 0x67, 0x6a, 0x6b, 0x87, 0x88,
  0x99, 0x9a, 0x9e, 0x9f, 0xa2, 0xa3, 0xbd, 0xbe, 0xc3, 0xc4, 0xc042, 0xc043, 0xc044, 0xc045, 0xc052, 0xc053,
  0xc056, 0xc057, 0xc07c, 0xc07d, 0xc080, 0xc081, 0xc09e, 0xc09f, 0xc0a2, 0xc0a3, 0xccaa,
]);

/** AEAD and hash of the TLS 1.3 suites that Node offers. */
const sealing: ReadonlyMap<number, readonly [cipher: string, hash: string, keyBytes: number]> = new Map([
  [0x1301, ['aes-128-gcm', 'sha256', 16]],
  [0x1302, ['aes-256-gcm', 'sha384', 32]],
  [0x1303, ['chacha20-poly1305', 'sha256', 32]],
]);

/** Opens the records of one direction in order; undefined for a record that does not open. RFC 8446 sections 5.2 and 7.3. */
function openerFor(suite: number | undefined, secret: Buffer) {
  const [cipher, hash, keyBytes] = sealing.get(suite ?? 0) ?? [];
  if (cipher === undefined || hash === undefined || keyBytes === undefined) return undefined;
  // As key objects, because making one of bytes anew takes longer than its use.
  const base = createSecretKey(secret);
  const key = createSecretKey(expandLabel(hash, base, 'key', keyBytes));
  const iv = expandLabel(hash, base, 'iv', 12);
  let sequence = 0;
  return (sealed: Buffer, header: Buffer): Buffer | undefined => {
    if (sealed.length < 17) return undefined;
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence++) >>> 0, 8);
    try {
      const decipher = createDecipheriv(cipher as 'aes-128-gcm', key, nonce, { authTagLength: 16 });
      decipher.setAAD(header);
      decipher.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    } catch {
      return undefined;
    }
  };
}

function expandLabel(hash: string, secret: KeyObject, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/** Reads fields one after the other; once one does not fit, all that follow are undefined. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      this.#at = this.#bytes.length + 1;
      return undefined;
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  number(octets: number): number | undefined {
    return this.take(octets)?.readUIntBE(0, octets);
  }

  vector(lengthOctets: number): Buffer | undefined {
    const length = this.number(lengthOctets);
    return length === undefined ? undefined : this.take(length);
  }
}
