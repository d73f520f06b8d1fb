import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import type { Member } from './tar.ts';

/** Bytes that can be read at any place. */
export type RandomAccess = {
  readonly size: number;
  readonly read: (offset: number, length: number) => Promise<Buffer>;
};

const endOfDirectory = 0x06054b50;
const endOfDirectory64 = 0x06064b50;
const directoryEntry = 0x02014b50;
const maxDirectoryBytes = 64 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

/**
 * The files of a zip archive, from its central directory (stored and deflated, zip64). Throws when the directory is
 * damaged; `refused` hears of members that cannot be read.
 */
export async function* readZip(
  archive: RandomAccess,
  refused: (name: string, why: string) => void,
): AsyncGenerator<Member, void, undefined> {
  const directory = await readDirectory(archive);
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === directoryEntry; ) {
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const place = readPlace(directory, at, extra);
    at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
    if (name.endsWith('/')) continue;
    if (flags & 1) refused(name, 'is encrypted');
    else if (method !== 0 && method !== 8) refused(name, `is packed by method ${method}`);
    else yield { name, size: place.size, content: content(archive, place, method) };
  }
}

type Place = { readonly offset: number; readonly packed: number; readonly size: number };

async function readDirectory(archive: RandomAccess): Promise<Buffer> {
  const length = Math.min(archive.size, 22 + 65535);
  const tail = await archive.read(archive.size - length, length);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== endOfDirectory) at--;
  if (at < 0) throw new Error('the zip archive has no directory; it is damaged or ends early');
  let size = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (offset === 0xffffffff || size === 0xffffffff) {
    const locator = at - 20;
    if (locator < 0) throw new Error('the zip64 directory of the archive is missing');
    const end = await archive.read(Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (end.length < 56 || end.readUInt32LE(0) !== endOfDirectory64)
      throw new Error('the zip64 directory of the archive is damaged');
    size = Number(end.readBigUInt64LE(40));
    offset = Number(end.readBigUInt64LE(48));
  }
  if (size > maxDirectoryBytes || offset + size > archive.size)
    throw new Error('the directory of the zip archive is damaged');
  return archive.read(offset, size);
}

/** Sizes and offset, from the zip64 field when they do not fit. */
function readPlace(directory: Buffer, at: number, extra: Buffer): Place {
  let packed = directory.readUInt32LE(at + 20);
  let size = directory.readUInt32LE(at + 24);
  let offset = directory.readUInt32LE(at + 42);
  for (let i = 0; i + 4 <= extra.length; i += 4 + extra.readUInt16LE(i + 2)) {
    if (extra.readUInt16LE(i) !== 1) continue;
    let field = i + 4;
    const next = () => {
      if (field + 8 > extra.length) throw new Error('a zip64 field of the archive is damaged');
      field += 8;
      return Number(extra.readBigUInt64LE(field - 8));
    };
    if (size === 0xffffffff) size = next();
    if (packed === 0xffffffff) packed = next();
    if (offset === 0xffffffff) offset = next();
  }
  return { offset, packed, size };
}

async function* content(archive: RandomAccess, place: Place, method: number): AsyncGenerator<Buffer> {
  const header = await archive.read(place.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
    throw new Error('a member of the zip archive is damaged');
  const start = place.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = (async function* () {
    for (let at = 0; at < place.packed; at += chunkBytes) {
      const part = await archive.read(start + at, Math.min(chunkBytes, place.packed - at));
      if (part.length === 0) throw new Error('the zip archive ends early');
      yield part;
    }
  })();
  if (method === 0) yield* packed;
  else yield* unpack(packed, createInflateRaw({ chunkSize: 256 * 1024 }));
}

/** What a decompressor makes of packed bytes; an error of either side reaches the caller. */
export async function* unpack(
  packed: AsyncIterable<Buffer>,
  decompressor: NodeJS.ReadWriteStream & { destroy(error?: Error): void } & AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  // A stream asks ahead: what it holds must not be in a buffer that the reader fills again.
  const own = (async function* () {
    for await (const part of packed) yield Buffer.from(part);
  })();
  const source = Readable.from(own, { objectMode: false });
  source.on('error', error => decompressor.destroy(error));
  source.pipe(decompressor);
  try {
    yield* decompressor;
  } finally {
    source.destroy();
    decompressor.destroy();
  }
}
