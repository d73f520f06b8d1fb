import type { Reason } from '../model/failure.ts';

/** The algorithms a server offers in SSH_MSG_KEXINIT (RFC 4253 section 7.1), in its order of preference. */
export type SshAlgorithms = {
  readonly keyExchange: readonly string[];
  readonly hostKey: readonly string[];
  readonly ciphersToServer: readonly string[];
  readonly ciphersToClient: readonly string[];
  readonly macsToServer: readonly string[];
  readonly macsToClient: readonly string[];
  readonly compressionToServer: readonly string[];
  readonly compressionToClient: readonly string[];
};

/** The identification string of a server, `SSH-protocol-software comments`. */
export type SshIdentification = {
  readonly text: string;
  readonly protocol: string;
  readonly software: string;
  readonly comments?: string;
};

/** What a server said, piece by piece; `broken` and `disconnect` are the last. */
export type SshEvent =
  | {
      readonly kind: 'identification';
      readonly identification: SshIdentification;
      readonly linesBefore: readonly string[];
    }
  | { readonly kind: 'algorithms'; readonly algorithms: SshAlgorithms }
  | { readonly kind: 'disconnect'; readonly code: number; readonly description: string }
  | {
      readonly kind: 'broken';
      readonly reason: Extract<Reason, 'not-ssh' | 'malformed' | 'oversized'>;
      readonly detail: string;
    };

const maxLinesBefore = 100;
const maxLineBytes = 1_024;
const maxIdentificationBytes = 255;
const maxPacketBytes = 35_000;
const maxPacketsBefore = 8;
const maxNames = 512;

const disconnectMessage = 1;
const ignoreMessage = 2;
const debugMessage = 4;
const kexInitMessage = 20;
const byApplication = 11;

/**
 * Reads what a server sends before keys are exchanged, from chunks of any size, in bounded memory. The reader returned
 * takes the next chunk and gives the events it completes; after the last event it ignores everything.
 */
export function createSshReader(): (chunk: Buffer) => readonly SshEvent[] {
  const linesBefore: string[] = [];
  let pending: Buffer = Buffer.alloc(0);
  let identified = false;
  let packets = 0;
  let ended = false;

  function broken(reason: 'not-ssh' | 'malformed' | 'oversized', detail: string): SshEvent {
    ended = true;
    return { kind: 'broken', reason, detail };
  }

  function nextLine(): SshEvent | 'again' | 'more' {
    const end = pending.indexOf(0x0a);
    const ours = pending.subarray(0, 4).toString('latin1') === 'SSH-';
    const limit = ours ? maxIdentificationBytes : maxLineBytes;
    if (end < 0 && pending.length < limit) return 'more';
    if (end < 0 || end >= limit) {
      return ours
        ? broken('oversized', `identification string longer than ${maxIdentificationBytes} bytes`)
        : broken('not-ssh', `no line end within ${maxLineBytes} bytes`);
    }
    const line = pending.subarray(0, pending[end - 1] === 0x0d ? end - 1 : end);
    pending = pending.subarray(end + 1);
    if (line.includes(0)) return broken('not-ssh', 'a zero byte before the identification string');
    if (ours) return identify(line.toString('utf8'));
    if (linesBefore.length === maxLinesBefore) {
      return broken('oversized', `more than ${maxLinesBefore} lines before the identification string`);
    }
    linesBefore.push(line.toString('utf8'));
    return 'again';
  }

  function identify(text: string): SshEvent {
    const parts = /^SSH-([^- ]+)-([^ ]+)(?: (.*))?$/.exec(text);
    if (!parts) return broken('malformed', 'an identification string without protocol or software version');
    const [, protocol, software, comments] = parts;
    identified = true;
    const identification = { text, protocol: protocol!, software: software!, ...(comments && { comments }) };
    return { kind: 'identification', identification, linesBefore };
  }

  function nextPacket(): SshEvent | 'again' | 'more' {
    if (pending.length < 5) return 'more';
    const length = pending.readUInt32BE(0);
    if (length + 4 > maxPacketBytes) return broken('oversized', `a packet of ${length} bytes`);
    const padding = pending.readUInt8(4);
    if ((length + 4) % 8 !== 0 || padding < 4 || padding > length - 2) {
      return broken('malformed', `a packet of ${length} bytes with ${padding} bytes of padding`);
    }
    if (pending.length < 4 + length) return 'more';
    const payload = pending.subarray(5, 4 + length - padding);
    pending = pending.subarray(4 + length);
    const type = payload.readUInt8(0);
    if ((type === ignoreMessage || type === debugMessage) && ++packets <= maxPacketsBefore) return 'again';
    if (type === disconnectMessage) return readDisconnect(payload);
    const algorithms = type === kexInitMessage ? readAlgorithms(payload) : undefined;
    if (!algorithms) return broken('malformed', `message ${type} where SSH_MSG_KEXINIT was expected`);
    ended = true;
    return { kind: 'algorithms', algorithms };
  }

  function readDisconnect(payload: Buffer): SshEvent {
    if (payload.length < 9) return broken('malformed', 'a truncated SSH_MSG_DISCONNECT');
    ended = true;
    const description = payload.subarray(9, 9 + payload.readUInt32BE(5)).toString('utf8');
    return { kind: 'disconnect', code: payload.readUInt32BE(1), description };
  }

  return chunk => {
    const events: SshEvent[] = [];
    if (ended) return events;
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (!ended) {
      const next = identified ? nextPacket() : nextLine();
      if (next === 'more') break;
      if (next !== 'again') events.push(next);
    }
    if (ended) pending = Buffer.alloc(0);
    return events;
  };
}

/** SSH_MSG_DISCONNECT "by application" as an unencrypted packet: how a client leaves before keys are exchanged. */
export function encodeSshDisconnect(description: string): Buffer {
  const text = Buffer.from(description, 'utf8');
  const payload = Buffer.alloc(13 + text.length);
  payload.writeUInt8(disconnectMessage, 0);
  payload.writeUInt32BE(byApplication, 1);
  payload.writeUInt32BE(text.length, 5);
  text.copy(payload, 9);
  return encodeSshPacket(payload);
}

/** The binary packet of RFC 4253 section 6 without encryption and MAC. */
export function encodeSshPacket(payload: Buffer): Buffer {
  const padding = 4 + ((8 - ((5 + payload.length + 4) % 8)) % 8);
  const packet = Buffer.alloc(5 + payload.length + padding);
  packet.writeUInt32BE(packet.length - 4, 0);
  packet.writeUInt8(padding, 4);
  payload.copy(packet, 5);
  return packet;
}

/** The ten name lists behind the message number and the cookie; undefined when they do not fit the payload. */
function readAlgorithms(payload: Buffer): SshAlgorithms | undefined {
  const lists: string[][] = [];
  let at = 17;
  for (let i = 0; i < 10; i++) {
    if (at + 4 > payload.length) return undefined;
    const length = payload.readUInt32BE(at);
    if (at + 4 + length > payload.length) return undefined;
    const text = payload.subarray(at + 4, at + 4 + length).toString('latin1');
    if (/[^\x21-\x7e]/.test(text)) return undefined;
    lists.push(text === '' ? [] : text.split(',', maxNames));
    at += 4 + length;
  }
  // first_kex_packet_follows and four reserved bytes
  if (at + 5 > payload.length) return undefined;
  const [
    keyExchange,
    hostKey,
    ciphersToServer,
    ciphersToClient,
    macsToServer,
    macsToClient,
    compressionToServer,
    compressionToClient,
  ] = lists as [string[], string[], string[], string[], string[], string[], string[], string[]];
  return {
    keyExchange,
    hostKey,
    ciphersToServer,
    ciphersToClient,
    macsToServer,
    macsToClient,
    compressionToServer,
    compressionToClient,
  };
}
