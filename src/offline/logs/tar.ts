import type { ByteReader } from './byte-reader.ts';

/** One member of an archive; its content has to be read, or is skipped, before the next member comes. */
export type Member = {
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Buffer>;
};

const block = 512;
/** A name or an extended header longer than this is no log archive. */
const maxNameBytes = 64 * 1024;

/** Whether these bytes begin a tar archive: the checksum of the first header holds. */
export function looksLikeTar(head: Buffer): boolean {
  return head.length >= block && head.subarray(0, block).some(byte => byte !== 0) && sumHolds(head);
}

function sumHolds(header: Buffer): boolean {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return readNumber(header.subarray(148, 156)) === sum;
}

/** The regular files of a tar archive (ustar, GNU long names, pax paths). Throws when a header is damaged. */
export async function* readTar(reader: ByteReader): AsyncGenerator<Member, void, undefined> {
  let longName: string | undefined;
  for (;;) {
    const header = await reader.take(block);
    if (header.length < block || header.every(byte => byte === 0)) return;
    if (!sumHolds(header)) throw new Error('a header of the tar archive is damaged');
    const size = readNumber(header.subarray(124, 136));
    const padding = (block - (size % block)) % block;
    const type = String.fromCharCode(header[156]!);
    if (type === 'L' || type === 'x' || type === 'g') {
      if (size > maxNameBytes) throw new Error('a name in the tar archive is too long');
      const text = (await reader.take(size + padding)).toString('utf8', 0, size);
      if (type === 'L') longName = text.replace(/\0.*$/s, '');
      if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(text)?.[1] ?? longName;
      continue;
    }
    const name = longName ?? ustarName(header);
    longName = undefined;
    let left = size;
    const content = (async function* () {
      while (left > 0) {
        const part = await reader.some(left);
        if (part.length === 0) throw new Error('the tar archive ends early');
        left -= part.length;
        yield part;
      }
    })();
    if (type === '0' || type === '\0' || type === '7') yield { name, size, content };
    while (left > 0) {
      const part = await reader.some(left);
      if (part.length === 0) return;
      left -= part.length;
    }
    await reader.take(padding);
  }
}

function ustarName(header: Buffer): string {
  const text = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
  const prefix = text(257, 262) === 'ustar' ? text(345, 500) : '';
  return prefix ? `${prefix}/${text(0, 100)}` : text(0, 100);
}

/** Octal digits, or base 256 when the first bit is set. */
function readNumber(bytes: Buffer): number {
  if (bytes[0]! & 0x80) {
    return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, bytes[0]! & 0x7f);
  }
  const digits = bytes.toString('latin1').replace(/\0.*$/s, '').trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : 0;
}
