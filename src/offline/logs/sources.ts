import { read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { readBytes } from './byte-reader.ts';
import { looksLikeTar, readTar } from './tar.ts';
import { type RandomAccess, readZip, unpack } from './zip.ts';

/** One file as it was before anything packed it. Its content is read once, before the next file is asked for. */
export type SourceFile = {
  /** The path given, with the names inside archives behind it. */
  readonly name: string;
  /** The first bytes, up to 8192. */
  readonly head: Buffer;
  readonly content: AsyncGenerator<Buffer, void, undefined>;
};

/** Who hears what happens while files are opened. */
export type Listener = {
  /** Bytes read from disk or standard input. */
  readonly read: (bytes: number) => void;
  /** Something could not be read, or only in part. */
  readonly note: (place: string, message: string) => void;
};

const readDescriptor = promisify(read);
const chunkBytes = 1024 * 1024;
const headBytes = 8192;
const maxDepth = 4;
const maxMembers = 20_000;
/** A zip archive inside another archive is held in memory, up to here. */
const maxHeldBytes = 64 * 1024 * 1024;

/** Every file behind the paths, archives opened (gzip, tar, zip, one in another); `-` is standard input. */
export async function* openSources(
  paths: readonly string[],
  listener: Listener,
): AsyncGenerator<SourceFile, void, undefined> {
  for (const path of paths) {
    if (path === '-') {
      yield* unwrap('standard input', chunksOf(readStandardInput, listener), 0, listener);
      continue;
    }
    const file = await open(path);
    try {
      const found = await file.stat();
      const access = found.isFile() ? accessOf(file, found.size, listener) : undefined;
      const next: ReadNext = buffer => file.read(buffer, 0, buffer.length, null);
      yield* unwrap(path, chunksOf(next, listener), 0, listener, access);
    } finally {
      await file.close();
    }
  }
}

async function* unwrap(
  name: string,
  chunks: AsyncIterable<Buffer>,
  depth: number,
  listener: Listener,
  access?: RandomAccess,
): AsyncGenerator<SourceFile, void, undefined> {
  const reader = readBytes(chunks);
  const opened = guard(name, listener, async function* () {
    const head = Buffer.from(await reader.peek(headBytes));
    const packing = depth < maxDepth ? packingOf(head) : undefined;
    if (packing === 'gzip') {
      const inside = unpack(reader.rest(), createGunzip({ chunkSize: 256 * 1024 }));
      yield* unwrap(name.replace(/[.]t?gz$/i, ''), inside, depth + 1, listener);
    } else if (packing === 'tar') {
      yield* members(name, readTar(reader), depth, listener);
    } else if (packing === 'zip') {
      const random = access ?? (await hold(reader.rest()));
      if (!random) listener.note(name, 'is a zip archive inside another and too large; unpack it first');
      else {
        const refused = (member: string, why: string) => listener.note(`${name}/${member}`, why);
        yield* members(name, readZip(random, refused), depth, listener);
      }
    } else {
      yield { name, head, content: guard(name, listener, () => reader.rest()) };
    }
  });
  yield* opened;
}

async function* members(
  name: string,
  archive: AsyncIterable<{ readonly name: string; readonly content: AsyncIterable<Buffer> }>,
  depth: number,
  listener: Listener,
): AsyncGenerator<SourceFile, void, undefined> {
  let count = 0;
  for await (const member of archive) {
    if (++count > maxMembers) {
      listener.note(name, `holds more than ${maxMembers} files; the rest was left out`);
      return;
    }
    yield* unwrap(`${name}/${member.name}`, member.content, depth + 1, listener);
  }
}

/** What can be read before an error is kept; the error becomes a note. */
async function* guard<T>(
  name: string,
  listener: Listener,
  read: () => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* read();
  } catch (error) {
    listener.note(name, `was read only in part: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function packingOf(head: Buffer): 'gzip' | 'tar' | 'zip' | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 22 && [0x04034b50, 0x06054b50].includes(head.readUInt32LE(0))) return 'zip';
  return looksLikeTar(head) ? 'tar' : undefined;
}

async function hold(chunks: AsyncIterable<Buffer>): Promise<RandomAccess | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxHeldBytes) return undefined;
    parts.push(Buffer.from(chunk));
  }
  const all = Buffer.concat(parts);
  return { size, read: async (offset, length) => all.subarray(offset, offset + length) };
}

function accessOf(file: FileHandle, size: number, listener: Listener): RandomAccess {
  return {
    size,
    read: async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      listener.read(bytesRead);
      return buffer.subarray(0, bytesRead);
    },
  };
}

/** Fills a buffer with what comes next, as far as it is there; no bytes are the end. */
type ReadNext = (buffer: Buffer) => Promise<{ readonly bytesRead: number }>;

/** Reads ahead by one chunk: two buffers take turns, so memory stays flat however much there is. */
async function* chunksOf(readNext: ReadNext, listener: Listener): AsyncGenerator<Buffer, void, undefined> {
  const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  const ahead = (turn: number) => readNext(buffers[turn % 2]!).catch((error: unknown) => ({ error }));
  let next = ahead(0);
  for (let turn = 0; ; turn++) {
    const done = await next;
    if ('error' in done) throw done.error;
    if (done.bytesRead === 0) return;
    next = ahead(turn + 1);
    listener.read(done.bytesRead);
    try {
      yield buffers[turn % 2]!.subarray(0, done.bytesRead);
    } finally {
      await next;
    }
  }
}

/** A stream would give every chunk a buffer of its own, and hundreds of megabytes wait to be collected. */
async function readStandardInput(buffer: Buffer): Promise<{ readonly bytesRead: number }> {
  for (;;) {
    try {
      return await readDescriptor(process.stdin.fd, buffer, 0, buffer.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return { bytesRead: 0 };
      if (code !== 'EAGAIN') throw error;
      await setTimeout(20);
    }
  }
}
