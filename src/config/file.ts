import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../model/problem.ts';

const limit = 10 * 1024 * 1024;

/** The text of a file that the operator names, UTF-8, at most 10 MiB; an OperatorError says why it cannot be had. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.includes(0)) throw problem(path, 'This is not a text file: it holds NUL bytes.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem(path, 'This is not a text file in UTF-8.');
  }
}

/** The bytes of a file that the operator names, at most 10 MiB. */
/** The YAML and JSON files of a directory by name; of anything else itself. An OperatorError says why it cannot be had. */
export function filesAt(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter(name => /^[^.].*\.(ya?ml|json)$/.test(name));
    return names.sort().map(name => join(path, name));
  } catch (error) {
    throw problem(path, reasonOf(error));
  }
}

// Read in pieces and not by the size of the file: a pipe or a device has none.
export function readBytes(path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if (fstatSync(file).isDirectory()) throw problem(path, 'This is a directory; a file is expected.');
    const pieces: Buffer[] = [];
    let size = 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(65_536);
      const count = readSync(file, piece);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, count));
      size += count;
      if (size > limit) throw problem(path, 'This file is larger than 10 MiB, which no configuration needs.');
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : problem(path, reasonOf(error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Why a file cannot be read, as a sentence. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'There is no such file.';
  if (code === 'EACCES' || code === 'EPERM') return 'The file cannot be read: no permission.';
  if (code === 'EISDIR') return 'This is a directory; a file is expected.';
  return `The file cannot be read (${code}).`;
}

function problem(place: string, message: string): OperatorError {
  return new OperatorError([{ place, message }]);
}
